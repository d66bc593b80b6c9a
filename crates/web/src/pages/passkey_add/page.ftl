passkey-add-title = Add a passkey
passkey-add-about = With a passkey you sign in without a password: your fingerprint, your face or the PIN of your device is enough. It is kept by this device, by your password manager or on a security key, and works on this site only.
passkey-add-script = A passkey is made by a script of this page. Allow scripts for this site to add one.
passkey-add-cancelled = No passkey was made. It was cancelled, or it took too long. Try again.
passkey-add-name = Name
    .hint = By which you tell your passkeys apart. If you leave it empty, it is named after the place that keeps it, if that is known.
passkey-add-confirm = Add a passkey
