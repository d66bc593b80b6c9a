application-form-title = Register an application
    .edit = Edit { $name }
application-form-heading = Register an application
    .edit = Edit application
application-form-back = Back to the application
application-form-identity = Identity
application-form-name = Name
    .hint = Shown to people on the consent page.
application-form-fixed = It cannot be changed.
application-form-client-id =
    .hint = Leave empty to generate one. It cannot be changed later.
application-form-client-type =
    .public = Runs where its users are: a browser app, a mobile app, a command-line tool. It cannot keep a secret; PKCE protects it.
    .confidential = Runs on a server of yours. It gets a client secret, or signs with a key of its own.
application-form-use = Use
application-form-redirect-uris =
    .hint = The addresses to which people are redirected after signing in. One per line; they must match exactly.
application-form-allowed-origins =
    .hint = Other sites whose pages may call the token endpoint, such as https://app.example. The origins of the redirect URIs are always allowed.
application-form-scopes = Scopes
application-form-scope =
    .hint = The scopes that it may request, separated by spaces. Leave empty for all public scopes.
application-form-default-scope =
    .hint = The scopes that it gets if it requests none.
application-form-known-scopes = Scopes of this server
application-form-rules = Rules
application-form-relaxations = Relaxed for this application
application-form-trust = Trust
application-form-skip-authorization = Skip authorization
    .hint = The application is your own. People are not asked for consent.
application-form-more = More: OpenID Connect
application-form-authentication = Authentication of a confidential application
application-form-save = Save changes

## Grant types

application-form-authorization-code = Authorization code
    .explanation = A person signs in and the application acts for them. Always with PKCE.
application-form-refresh-token = Refresh token
    .explanation = The application stays signed in when its access token expires.
application-form-client-credentials = Client credentials
    .explanation = The application acts for itself, without a person. For confidential applications only.

## Authentication of a confidential application

application-form-client-secret = Client secret
    .explanation = It shows the client secret that it is given.
application-form-private-key-jwt = Signed assertions
    .explanation = It signs with its own key (private_key_jwt); no secret is ever sent. Needs its public keys below.
application-form-client-secret-jwt = Assertions signed with the secret
    .explanation = It signs with the client secret (client_secret_jwt), which is then never sent. Pixie keeps that secret sealed, not hashed.

## Response types: the parts of the answer

application-form-response =
    { $parts ->
        [code-id-token] The answer holds a code and an id token.
        [code-token] The answer holds a code and an access token.
        [code-id-token-token] The answer holds a code and an id token and an access token.
        [id-token] The answer holds an id token.
        [id-token-token] The answer holds an id token and an access token.
       *[token] The answer holds an access token.
    }

## Subject types

application-form-public-subject = Public
    .explanation = Every application knows a person by the same subject.
application-form-pairwise-subject = Pairwise
    .explanation = This application knows people by subjects that mean nothing elsewhere. Changing this later makes everybody a stranger to it.

## The format of access tokens, and defaults

application-form-opaque = Opaque
    .explanation = Random; APIs ask the server what it is good for.
application-form-jwt = JWT
    .explanation = Signed; APIs read it by themselves, and notice a revocation only when it ends.
application-form-default-format = As the API or the server says
application-form-default-algorithm = { $algorithm }, the server's default
application-form-default = The server's default
application-form-on = On
application-form-off = Off
