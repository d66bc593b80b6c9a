application-edit = Edit
application-rotate-secret = Rotate secret
application-delete = Delete
application-client-type = Client type
application-client-type-value =
    { $type ->
        [confidential] Confidential
       *[public] Public
    }
application-grant-types = Grant types
application-redirect-uris = Redirect URIs
application-allowed-origins = Allowed origins
    .none = only those of the redirect URIs
application-scopes = Allowed scopes
application-default-scopes = Default scopes
application-profile = Profile
application-consent = Consent
    .asked = People are asked for consent
    .skipped = No consent needed: the application is trusted
application-authentication = Authentication
application-registered = Registered
    .by-person = { $date } by { $owner }
    .by-itself = { $date } by itself
application-none = none
# { $variable } is the shell variable of the client secret.
application-try = Paste this into a shell.
    .heading = Try it
    .secret = Set { $variable } first.
    .commands = Commands
