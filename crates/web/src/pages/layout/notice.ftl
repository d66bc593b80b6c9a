### The sentence above the content of a page: what was just done, or why a form is shown again.

notice-registered = The application is registered.
notice-saved = The changes are saved.
notice-deleted = The application is deleted.
notice-revoked = Access is revoked.
notice-rotated = The key is rotated: a new key signs from now on.
notice-withdrawn = The key is withdrawn: what it signed is refused from now on.
notice-next-published = The next key is published.
notice-administrator-made = The administrator account is created. You are signed in.
notice-account-made = Your account is created. You are signed in.
notice-method-added = The sign-in method is added.
notice-method-removed = The sign-in method is removed.
notice-device-forgotten = The device is forgotten. You are asked for a code there.
notice-password-changed = Your password is changed.
notice-password-reset = Your new password is saved. You are signed in. Look over your sign-in methods: remove what is not yours.
notice-sign-in-ended = The sign-in took too long. Start again.
notice-sign-in-again = Sign in again to go on. What you are about to do needs a sign-in of the last ten minutes.
notice-expired = This form has expired: it was opened in another browser, or somebody has signed in or out since then. Nothing was changed. Check the form and send it again. If that does not help, allow cookies for this site.
notice-session-ended = Your session has ended. Nothing was changed. Sign in to continue.
notice-session-ended-with-text = Your session has ended. Nothing was changed. Sign in to continue: what you typed is kept.
notice-resumed = You are signed in again. Nothing was changed yet: check what you typed and send it again.
