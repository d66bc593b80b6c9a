second-factor-title = Confirm that it is you
second-factor-app = Enter the code that your authenticator app shows for { $username }.
second-factor-recovery = Enter one of the recovery codes of { $username }. Each of them works once.
second-factor-passkey = Use a passkey of { $username }.
second-factor-code = Code
second-factor-recovery-code = Recovery code
# $time is a duration, such as 30 days.
second-factor-remember = Do not ask on this device for { $time }
    .hint = Only on a device of your own.
second-factor-confirm = Sign in
second-factor-wrong = This code is not right, or was used before. Wait for the next code of your app and try again.
second-factor-slowed-down = Too many codes were tried for this account. Try again tomorrow, or sign in on a device that you have used before.
second-factor-other = Other ways
second-factor-use-passkey = Use a passkey
second-factor-use-recovery = Use a recovery code
second-factor-use-app = Use your authenticator app
second-factor-restart = Sign in with another account
