invitation-title = Create your account
invitation-welcome = Welcome to { $product }
invitation-by = { $person } invites you.
invitation-lead = Choose a username and a password for your account.
invitation-username-hint = You type it whenever you sign in.
