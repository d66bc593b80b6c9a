password-change-title = Change your password
password-change-end-others = Sign out everywhere else
    .hint = Ends your sessions in other browsers and on other devices. Do this if somebody else may know the old password.
password-change-confirm = Change the password
