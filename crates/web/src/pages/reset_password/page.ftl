reset-password-title = Choose a new password
reset-password-for = for the account { $username }
reset-password-removes-factors = Your other sign-in methods, such as authenticator apps and recovery codes, are removed with the old password. You can add them again afterwards.
reset-password-end-others-hint = Ends your sessions in other browsers and on other devices.
reset-password-confirm = Save the password
