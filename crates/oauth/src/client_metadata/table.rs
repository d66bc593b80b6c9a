//! The table of client metadata (RFC 7591 section 2, OpenID Connect Dynamic Client Registration section 2, and the logout
//! specifications).

/// The table: passes every field to another macro, which generates code from it. A field is written like this:
///
/// ```text
/// /// Its meaning: sentences for rustdoc, for the help of its flag and for docs/commands.md.
/// its_name: TypeInJson => TypeInClient, check;
///     who may set it (a `SetBy`), its `Part`, "Label for people", flag "name" "VALUE", hint "Sentence on the form.";
/// ```
///
/// A check is a method of `Checks` in `provider/src/clients/metadata`: it takes the name and the value and returns the value
/// for `pixie_provider::Client`. `Client` declares the fields without a check itself, because other checks depend on them.
/// `flag` and `hint` may be left out.
#[macro_export]
#[doc(hidden)]
macro_rules! client_metadata_table {
    ($define:ident) => {
        $define! {
            /// Identifier of the application; generated if left out, except in `[[clients]]`, which needs it.
            client_id: $crate::ClientId;
                Owner OAuth "Client id";

            /// A secret that you choose; generated for confidential applications if left out, except in `[[clients]]`,
            /// which needs it for them.
            #[serde(skip_serializing)]
            client_secret: String;
                Owner OAuth "Client secret";

            /// Name of the application for people; the identifier if left out.
            client_name: String;
                Client OAuth "Name", flag "name" "NAME";

            /// URL of the home page, shown when the application asks for consent.
            client_uri: String => Option<$crate::WebUri>, page;
                Client OAuth "Home page", flag "client-uri" "URL";

            /// URL of the privacy policy.
            policy_uri: String => Option<$crate::WebUri>, page;
                Client OAuth "Privacy policy", flag "policy-uri" "URL";

            /// URL of the terms of use.
            tos_uri: String => Option<$crate::WebUri>, page;
                Client OAuth "Terms of use", flag "tos-uri" "URL";

            /// URIs to which authorization responses may go.
            redirect_uris: Vec<String>;
                Client OAuth "Redirect URIs", flag "redirect-uri" "URI";

            /// Origins, beside those of the redirect URIs, whose scripts may call the token endpoint; also those of web views and
            /// extensions, such as `capacitor://localhost`.
            allowed_origins: Vec<$crate::Origin> => Vec<$crate::Origin>, listed;
                Owner OAuth "Further origins", flag "origin" "ORIGIN";

            /// Grants that the application may use; `authorization_code` and `refresh_token` if left out.
            grant_types: Vec<$crate::GrantType>;
                Client OAuth "Grants", flag "grant" "GRANT";

            /// Response types that the application may use; if left out, `code` for the grant `authorization_code`. Those
            /// with a token need `openid.implicit_and_hybrid` and a profile that allows them.
            response_types: Vec<$crate::ResponseType> => Vec<$crate::ResponseType>, response_types;
                Client OpenId "Response types", flag "response-type" "TYPE",
                hint "Beside code. Tokens then pass through the browser, where others may read them. Only the profiles OpenID Connect and Legacy allow it.";

            /// How the application authenticates at the token endpoint; `none` makes it public, the others make it
            /// confidential. It uses the method that is named; if none is, `client_secret_basic` and `client_secret_post`, which
            /// `client_secret` stands for. The secret for `client_secret_jwt` has at least 32 characters.
            token_endpoint_auth_method: $crate::ClientAuthMethod;
                Client OAuth "Authentication", flag "auth-method" "METHOD";

            /// Algorithm of the client assertions, if the application uses only one.
            token_endpoint_auth_signing_alg: $crate::AssertionAlgorithm
                => Option<$crate::AssertionAlgorithm>, assertion_alg;
                Client OpenId "Assertion algorithm", flag "auth-signing-alg" "ALG";

            /// Scopes that the application may ask for, separated by spaces; all except `administration`, `introspection`
            /// and `registration` if left out or empty.
            scope: $crate::Scope => Option<$crate::Scope>, scope;
                Client OAuth "Scopes", flag "scope" "SCOPES";

            /// Scopes that a request without `scope` gets, separated by spaces; the default of the server if left out or
            /// empty.
            default_scope: $crate::Scope => Option<$crate::Scope>, default_scope;
                Owner OAuth "Default scopes", flag "default-scope" "SCOPES";

            /// `true` for your own applications: people are not asked for consent.
            skip_authorization: bool;
                Administrator OAuth "Consent", flag "trusted" "BOOL";

            /// `true` if people need two factors to use the application; who has one only adds another on the way to it.
            require_second_factor: bool => bool, flag;
                Administrator OAuth "Second factor required", flag "require-second-factor" "BOOL",
                hint "Nobody uses the application with one factor. People without a second one are asked to add an app on the way to it.";

            /// Profile whose rules the application must follow: `oauth21` if left out, `oidc` for all of OpenID Connect, `mcp` for
            /// agents, `legacy` for old applications.
            profile: $crate::Profile;
                Owner OAuth "Profile", flag "profile" "PROFILE";

            /// Exceptions from the profile; if left out, none, and for `legacy` all but `optional_pkce`, `one_word_schemes` and
            /// `wildcard_redirect_uris`. Only administrators give the last two.
            relaxations: Vec<$crate::Relaxation>;
                Owner OAuth "Relaxations", flag "relax" "EXCEPTION";

            /// Kind of application: `native` if it runs on the user's device; `web` if left out.
            application_type: $crate::ApplicationType => Option<$crate::ApplicationType>, application_type;
                Client OpenId "Application type", flag "application-type" "TYPE";

            /// E-mail addresses of the people responsible for the application.
            contacts: Vec<String> => Vec<String>, texts;
                Client OpenId "Contacts", flag "contact" "ADDRESS";

            /// URL of the logo, shown on the login and the consent page.
            logo_uri: String => Option<$crate::WebUri>, page;
                Client OpenId "Logo", flag "logo-uri" "URL", hint "The address of a PNG, JPEG, GIF, WebP or icon file of at most 128 KiB. Pixie fetches it, and shows it from its own address.";

            /// Public keys of the application: a JWK Set. Not beside `jwks_uri`.
            jwks: serde_json::Value => Option<$crate::RegisteredKeys>, jwks;
                Client OpenId "Public keys", flag "jwks" "FILE", hint "The public keys themselves, as JSON. Never a private key.";

            /// URL of the public keys, which are fetched when they are needed.
            jwks_uri: String => Option<$crate::WebUri>, endpoint;
                Client OpenId "Public keys at", flag "jwks-uri" "URL", hint "Or the address of its public keys.";

            /// `pairwise` for a `sub` that applications of other sites do not learn; `public` if left out.
            subject_type: $crate::SubjectType => Option<$crate::SubjectType>, given;
                Client OpenId "Subject type", flag "subject-type" "TYPE",
                hint "The subject by which it knows a person. Changing this later makes everybody a stranger to it.";

            /// Document that lists the redirect URIs of all applications with the same pairwise `sub`.
            sector_identifier_uri: String => Option<$crate::WebUri>, sector_identifier_uri;
                Client OpenId "Sector identifier URI", flag "sector-identifier-uri" "URL",
                hint "For pairwise subjects, if the redirect URIs have several hosts: the document that lists them all.";

            /// Algorithm that signs the ID tokens of the application; the server's default if left out.
            id_token_signed_response_alg: $crate::jose::SigningAlgorithm
                => Option<$crate::jose::SigningAlgorithm>, signed_by_server;
                Client OpenId "Id token algorithm", flag "id-token-alg" "ALG", hint "The algorithm that signs its id tokens.";

            /// Algorithm that signs userinfo responses; if left out, they are not signed.
            userinfo_signed_response_alg: $crate::jose::SigningAlgorithm
                => Option<$crate::jose::SigningAlgorithm>, signed_by_server;
                Client OpenId "Userinfo algorithm", flag "userinfo-alg" "ALG";

            /// Algorithm of the request objects, if the application uses only one.
            request_object_signing_alg: $crate::RequestObjectAlgorithm
                => Option<$crate::RequestObjectAlgorithm>, request_object_alg;
                Client OpenId "Request object algorithm", flag "request-object-alg" "ALG";

            /// URLs from which request objects may be fetched.
            request_uris: Vec<String> => Vec<$crate::WebUri>, request_uris;
                Client OpenId "Request URIs", flag "request-uri" "URL";

            /// Maximum age of a sign-in in seconds, if a request has no `max_age`.
            default_max_age: $crate::Seconds => Option<std::time::Duration>, seconds;
                Client OpenId "Default max age", flag "default-max-age" "SECONDS";

            /// `true` if ID tokens must have `auth_time`. Pixie always includes it.
            require_auth_time: bool => bool, flag;
                Client OpenId "Authentication time required", flag "require-auth-time" "BOOL";

            /// Requested authentication contexts, if a request has no `acr_values`.
            default_acr_values: Vec<String> => Vec<String>, texts;
                Client OpenId "Default ACR values", flag "default-acr" "ACR";

            /// URL to which another site may send the browser to start a sign-in.
            initiate_login_uri: String => Option<$crate::WebUri>, https_endpoint;
                Client OpenId "Login initiation URI", flag "initiate-login-uri" "URL";

            /// URIs to which the browser may return after a logout.
            post_logout_redirect_uris: Vec<String> => Vec<$crate::RedirectUri>, return_uris;
                Client OpenId "Post-logout redirect URIs", flag "post-logout-redirect-uri" "URI",
                hint "The addresses to which people may be redirected after signing out. One per line.";

            /// URL that receives logout tokens.
            backchannel_logout_uri: String => Option<$crate::WebUri>, endpoint;
                Client OpenId "Back-channel logout URI", flag "backchannel-logout-uri" "URL",
                hint "The address that the server notifies when somebody has signed out.";

            /// `true` if logout tokens must have `sid`. Pixie always includes it.
            backchannel_logout_session_required: bool => bool, flag;
                Client OpenId "Back-channel logout session";

            /// Page of the application that ends its session in the browser, on the origin of a redirect URI.
            frontchannel_logout_uri: String => Option<$crate::WebUri>, frontchannel_logout_uri;
                Client OpenId "Front-channel logout URI", flag "frontchannel-logout-uri" "URL",
                hint "A page of the application that signs the browser out, on the origin of a redirect URI.";

            /// `true` if `iss` and `sid` are added to `frontchannel_logout_uri`.
            frontchannel_logout_session_required: bool => bool, flag;
                Client OpenId "Front-channel logout session", flag "frontchannel-logout-session" "BOOL";

            /// `true` if ID tokens also have the claims of the scopes, which userinfo has; `false` if left out.
            claims_in_id_token: bool => bool, flag;
                Owner OpenId "Claims in id tokens", flag "claims-in-id-token" "BOOL";

            /// Format of access tokens; if left out, that of the resource, or the server's default.
            access_token_format: $crate::AccessTokenFormat => Option<$crate::AccessTokenFormat>, given;
                Owner OpenId "Access tokens", flag "access-token-format" "FORMAT",
                hint "A revoked opaque token stops working at once. An API that checks a JWT by itself accepts it until it expires.";

            /// Time for which an authorization code is valid: 1 to 600 seconds; `lifetimes.code` of the server if left out.
            code_lifetime: $crate::Seconds => Option<std::time::Duration>, code_lifetime;
                Administrator OAuth "Lifetime of codes", flag "code-lifetime" "SECONDS",
                hint "Seconds, at most 600. Empty for that of the server.";

            /// Time for which an access token is valid: at most a year; if left out, that of the API or of the server. If an API
            /// has one of its own, the shorter counts.
            access_token_lifetime: $crate::Seconds => Option<std::time::Duration>, token_lifetime;
                Administrator OAuth "Lifetime of access tokens", flag "access-token-lifetime" "SECONDS",
                hint "Seconds. Empty for that of the API or of the server.";

            /// Time for which an ID token is valid: at most a year; `lifetimes.id_token` of the server if left out.
            id_token_lifetime: $crate::Seconds => Option<std::time::Duration>, token_lifetime;
                Administrator OAuth "Lifetime of id tokens", flag "id-token-lifetime" "SECONDS",
                hint "Seconds. Empty for that of the server.";

            /// Time after which a refresh token ends that is not used: at most ten years, and no longer than the absolute lifetime;
            /// `lifetimes.refresh_token_idle` of the server if left out.
            refresh_token_idle_lifetime: $crate::Seconds => Option<std::time::Duration>, refresh_token_idle_lifetime;
                Administrator OAuth "Idle lifetime of refresh tokens", flag "refresh-token-idle-lifetime" "SECONDS",
                hint "Seconds after which an unused refresh token ends. Empty for that of the server.";

            /// Time from the sign-in to the last use of a refresh token, for any number of refreshes: at most ten years;
            /// `lifetimes.refresh_token_absolute` of the server if left out. A change counts for later sign-ins.
            refresh_token_absolute_lifetime: $crate::Seconds => Option<std::time::Duration>, refresh_token_absolute_lifetime;
                Administrator OAuth "Absolute lifetime of refresh tokens", flag "refresh-token-absolute-lifetime" "SECONDS",
                hint "Seconds from the sign-in to the last refresh. Empty for that of the server.";

            /// `false` if a refresh answers with the same refresh token instead of a new one; `true` if left out. For
            /// confidential applications only: the refresh tokens of public ones rotate (OAuth 2.1 section 4.3.1).
            refresh_token_rotation: $crate::OnByDefault => $crate::OnByDefault, rotation;
                Administrator OAuth "Refresh token rotation", flag "refresh-token-rotation" "BOOL",
                hint "Every refresh gives a new refresh token, and a second use of the old one ends the sign-in. Switch it off only for an application that cannot store the new one.";
        }
    };
}
