sign-in-methods-title = Sign-in methods
sign-in-methods-lead = How you sign in to { $product }, and how you get back in if you lose your phone.
sign-in-methods-added = Added { $date }
sign-in-methods-used = last used { $date }
sign-in-methods-never-used = not used yet
sign-in-methods-password = Password
sign-in-methods-password-since = Chosen { $date }
sign-in-methods-no-password = You have no password.
sign-in-methods-change-password = Change
    .name = Change the password
sign-in-methods-set-password = Choose a password
sign-in-methods-passkeys = Passkeys
sign-in-methods-passkey = Passkey
sign-in-methods-passkeys-about = With a passkey you sign in by your fingerprint, your face or the PIN of your device. You need no password then, and no other site can make you give it away.
sign-in-methods-passkeys-insecure = Passkeys work only if this server has a domain name and https. Ask those who run it.
sign-in-methods-passkeys-only = This passkey is your only way to sign in. Add a second one on another device, so that you get in if you lose this one.
sign-in-methods-add-passkey = Add a passkey
sign-in-methods-apps = Authenticator apps
sign-in-methods-app = Authenticator app
sign-in-methods-apps-about = An app on your phone shows a code that you enter after your password. Nobody signs in with your password alone then.
sign-in-methods-add-app = Add an app
sign-in-methods-manage = Manage
    .name = Manage { $name }
sign-in-methods-links = Linked accounts
sign-in-methods-links-about = You can sign in here with an account that you have elsewhere.
sign-in-methods-linked = Linked { $date }
sign-in-methods-link = Link
    .name = Link { $upstream }
sign-in-methods-recovery = Recovery codes
sign-in-methods-recovery-about = If you lose your phone, a recovery code lets you in once.
sign-in-methods-recovery-left =
    { $number ->
        [0] You have no recovery codes.
        [one] You have { $number } recovery code left.
       *[other] You have { $number } recovery codes left.
    }
sign-in-methods-recovery-few = Make new ones before you run out.
sign-in-methods-make-codes = Make new codes
