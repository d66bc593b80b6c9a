sign-up-title = Create an account
sign-up-name = Your name
sign-up-email = E-mail address
sign-up-confirm = Create account
sign-up-existing = I have an account
sign-up-by-invitation = Accounts for { $product } are made by invitation. Ask the person who looks after it for an invitation link, and open it in this browser.
sign-up-then-return = Afterwards return to { $application } and sign in.
