forgotten-password-title = Forgotten password
forgotten-password-lead = Enter your username. We send you a mail with a link to choose a new password.
forgotten-password-confirm = Send the link
forgotten-password-slow-down = Many links were requested just now. Try again later.
forgotten-password-sent = If there is an account with this username and we know your address, the mail arrives in a minute. Its link works for an hour.
    .title = Look at your mail
forgotten-password-nothing = No mail? Look into the folder for spam and check how you spell the username. Otherwise ask the person who looks after { $product } for a link.
