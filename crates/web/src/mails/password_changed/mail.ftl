mail-password-changed-subject = Your password was changed
mail-password-changed-hello = Hello { $username },
mail-password-changed-done = the password of your account at { $product } was changed on { $time }.
mail-password-changed-signed-out = You have been signed out on every device.
mail-password-changed-expected = If you changed it, or asked somebody to, you need not do anything.
mail-password-changed-alarm = If you did not, somebody else may have your account.
mail-password-changed-advice = Tell the people who run { $product } at once.
