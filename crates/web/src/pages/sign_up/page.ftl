sign-up-title = Create an account
sign-up-name = Your name
sign-up-email = E-mail address
sign-up-confirm = Create account
sign-up-existing = I have an account
