### The parts of forms.

form-errors =
    { $number ->
        [one] There is 1 error
       *[other] There are { $number } errors
    }
form-optional = optional
form-password = Password
    .hint = At least { $length } characters. A long password is safer than one with special characters.
form-password-again = Password again
form-passwords-differ = The passwords do not match. Type the same one twice.
form-username = Username
form-show-password = Show
    .name = Show the password
form-passkey-cancelled = No passkey was used. It was cancelled, or it took too long, or this device has none for this site. Try again, or use another way.
form-passkey-there = Your account has a passkey there already.
form-passkey-address = Passkeys cannot be used at this address. Open the usual address of this site.
form-passkey-failed = The passkey cannot be used now. Try again, or use another way.
form-passkey-unsupported = This browser has no passkeys.
form-passkey-ended = The passkey came too late, or was used before. Try again.
form-passkey-unknown = This passkey is not known here any more. Use another way, and delete it where you keep your passkeys.
form-passkey-refused = The passkey is not right. Try again, or use another way.
form-passkey-disabled = This account is disabled. Ask those who run this server.
