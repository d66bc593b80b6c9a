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
