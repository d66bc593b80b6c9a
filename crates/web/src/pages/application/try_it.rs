//! Shell commands that try an application out, shown on its page (RFC 6749 section 4.1 with RFC 7636, or section 4.4).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986, so that no character means anything to the shell.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The application that the commands use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TryIt<'a> {
    /// The issuer; it comes from the configuration and is a valid URL.
    pub(crate) issuer: &'a str,
    /// The client id.
    pub(crate) client_id: &'a str,
    /// True if the application has a secret. The commands read it from the shell's `CLIENT_SECRET`.
    pub(crate) confidential: bool,
    /// One of its redirect URIs, if it uses the authorization code grant.
    pub(crate) redirect_uri: Option<&'a str>,
    /// The scope to ask for, separated by spaces.
    pub(crate) scope: &'a str,
}

impl TryIt<'_> {
    /// The commands. `None` if the application can get no token: it has neither a redirect URI nor a secret.
    pub(crate) fn commands(&self) -> Option<String> {
        match self.redirect_uri {
            Some(redirect_uri) => Some(self.authorization_code(redirect_uri)),
            None if self.confidential => Some(self.client_credentials()),
            None => None,
        }
    }

    fn authorization_code(&self, redirect_uri: &str) -> String {
        let Self { issuer, scope, .. } = self;
        let client_id = encode(self.client_id);
        let redirect_uri = encode(redirect_uri);
        let scope = encode(scope);
        let credentials = self.credentials();
        format!(
            "# 1. a verifier, and the challenge that shows only its hash\n\
             verifier=$(openssl rand -base64 48 | tr '+/' '-_' | tr -d '=\\n')\n\
             challenge=$(printf %s \"$verifier\" | openssl dgst -sha256 -binary | base64 | tr '+/' '-_' | tr -d '=\\n')\n\
             \n\
             # 2. open this address in a browser and sign in\n\
             echo \"{issuer}/authorize/?response_type=code&client_id={client_id}&redirect_uri={redirect_uri}&scope={scope}&code_challenge=$challenge&code_challenge_method=S256\"\n\
             \n\
             # 3. the browser ends at the redirect URI: trade its ?code=… for a token\n\
             code='paste the code here'\n\
             curl '{issuer}/token/' {credentials} \\\n  \
             -d grant_type=authorization_code \\\n  \
             -d redirect_uri={redirect_uri} \\\n  \
             -d code_verifier=\"$verifier\" \\\n  \
             -d code=\"$code\"\n"
        )
    }

    fn client_credentials(&self) -> String {
        let Self { issuer, scope, .. } = self;
        let scope = encode(scope);
        let credentials = self.credentials();
        format!(
            "curl '{issuer}/token/' {credentials} \\\n  -d grant_type=client_credentials \\\n  -d scope={scope}\n"
        )
    }

    fn credentials(&self) -> String {
        let client_id = encode(self.client_id);
        if self.confidential {
            format!("-u \"{client_id}:$CLIENT_SECRET\"")
        } else {
            format!("-d client_id={client_id}")
        }
    }
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPA: TryIt<'_> = TryIt {
        issuer: "http://localhost:8000/o",
        client_id: "client_id_value",
        confidential: false,
        redirect_uri: Some("http://my-sexy-spa/"),
        scope: "read write",
    };

    #[test]
    fn a_public_application_sends_its_client_id_and_no_secret() {
        let commands = SPA.commands().unwrap();
        assert!(commands.contains("curl 'http://localhost:8000/o/token/' -d client_id=client_id_value \\"));
        assert!(commands.contains(
            "redirect_uri=http%3A%2F%2Fmy-sexy-spa%2F&scope=read%20write&code_challenge=$challenge"
        ));
        assert!(!commands.contains("SECRET"));
    }

    #[test]
    fn an_application_without_a_person_uses_its_secret_from_the_shell() {
        let commands = TryIt {
            confidential: true,
            redirect_uri: None,
            ..SPA
        }
        .commands()
        .unwrap();
        assert!(commands.contains("-u \"client_id_value:$CLIENT_SECRET\""));
        assert!(commands.contains("-d grant_type=client_credentials"));
    }

    #[test]
    fn an_application_that_can_do_nothing_has_no_commands() {
        assert_eq!(
            TryIt {
                redirect_uri: None,
                ..SPA
            }
            .commands(),
            None
        );
    }

    #[test]
    fn no_character_of_an_application_means_anything_to_the_shell() {
        let nasty = "a'b\"c$(d)`e`;f|g&h\\i\nj k";
        let commands = TryIt {
            client_id: nasty,
            redirect_uri: Some(nasty),
            scope: nasty,
            ..SPA
        }
        .commands()
        .unwrap();
        let plain = TryIt {
            client_id: "x",
            redirect_uri: Some("x"),
            scope: "x",
            ..SPA
        }
        .commands()
        .unwrap();
        for special in ['\'', '"', '$', '`', ';', '|', '&', '\\', '\n', ' '] {
            assert_eq!(
                commands.matches(special).count(),
                plain.matches(special).count(),
                "{special:?}"
            );
        }
    }
}
