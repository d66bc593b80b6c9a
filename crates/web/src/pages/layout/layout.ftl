### What every page shows around its content.

# ltr or rtl: the direction in which the language is written.
layout-direction = ltr
layout-skip = Skip to the content
layout-navigation = Main
layout-applications = Applications
layout-authorized = Authorized
layout-keys = Keys
layout-administrator = admin
layout-sign-out = Sign out
layout-sign-in = Sign in
layout-insecure = This server uses plain http: everybody on the network can read passwords and tokens.
    .heading = Not for production.
# The title of the window if a form is shown again with errors.
layout-failed = Error: { $title }
layout-cancel = Cancel
layout-continue = Continue
layout-developers = For developers
layout-client-id = Client id
layout-privacy-policy = Privacy policy
layout-terms = Terms of service
# On pages that ask something before the person returns to an application.
layout-continue-to = to continue to { $application }
layout-another-account = Use another account
# Redirect URIs that the rules for an application relax. { $address } is a host, such as *.preview.example
layout-relaxed-wildcard = It may redirect you to every address like { $address }.
layout-relaxed-plain-http = It may redirect you to { $address } without encryption. Others on the network can then act as you there.
# { $scheme } is that of links which the app opens, such as garden:
layout-relaxed-one-word-scheme = It may redirect you to an app that opens { $scheme } links. Another app on your device may open them as well.
