login-title = Sign in
login-again = The application asks you to sign in again.
login-too-long-ago = You signed in some time ago. The application asks you to sign in again.
login-another-account = The application asks you to sign in with another account.
login-stronger = The application requires a stronger sign-in.
login-new-account = The application asks you to create an account.
login-refused = Incorrect username or password.
login-slowed-down = Too many failed attempts.
login-wait =
    { $seconds ->
        [one] Try again in { $seconds } second.
       *[other] Try again in { $seconds } seconds.
    }
login-unavailable = Sign-in is not available now. Try again shortly.
login-persistent = Keep me signed in on this device
    .hint = Not on a computer that other people use.
login-confirm = Sign in
login-forgotten-password = Forgotten password?
login-passkey = Sign in with a passkey
login-other-ways = Or
login-upstream = Continue with { $upstream }
login-upstream-without-text = The text of your form is kept only if you sign in above.
login-create-account = Create an account
# Before the links to the privacy policy and the terms of an application.
login-links = { $application }:
