welcome-title = Your account is ready
welcome-lead = You sign in with the username { $username } and your password.
welcome-app = If you like, add an authenticator app now: then nobody signs in with your password alone. You can do that later too, under your name at the top of each page.
