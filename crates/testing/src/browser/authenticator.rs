//! A virtual authenticator of Chromium, which answers in place of a device (Chrome DevTools Protocol, domain WebAuthn).

use serde_json::json;

use super::Browser;

/// An authenticator in the tab that the browser shows, with passkeys of its own.
pub struct Authenticator<'a> {
    browser: &'a Browser,
    id: String,
}

impl Browser {
    /// Plugs in an authenticator, whose person is present and is verified.
    pub async fn authenticator(&self) -> Authenticator<'_> {
        self.devtools("WebAuthn.enable", json!({})).await;
        let options = json!({ "options": {
            "protocol": "ctap2",
            "ctap2Version": "ctap2_1",
            "transport": "internal",
            "hasResidentKey": true,
            "hasUserVerification": true,
            "isUserVerified": true,
            "automaticPresenceSimulation": true,
        } });
        let added = self.devtools("WebAuthn.addVirtualAuthenticator", options).await;
        Authenticator {
            browser: self,
            id: added["authenticatorId"].as_str().unwrap().to_owned(),
        }
    }
}

impl Authenticator<'_> {
    /// Lets the next verifications of the person succeed or fail.
    pub async fn verify(&self, succeeds: bool) {
        let command = json!({ "authenticatorId": self.id, "isUserVerified": succeeds });
        self.browser.devtools("WebAuthn.setUserVerified", command).await;
    }

    /// Lets the person be there, or be away: without them nothing is answered.
    pub async fn be_present(&self, present: bool) {
        let command = json!({ "authenticatorId": self.id, "enabled": present });
        let name = "WebAuthn.setAutomaticPresenceSimulation";
        self.browser.devtools(name, command).await;
    }

    /// The number of passkeys that it keeps.
    pub async fn passkeys(&self) -> usize {
        let command = json!({ "authenticatorId": self.id });
        let found = self.browser.devtools("WebAuthn.getCredentials", command).await;
        found["credentials"].as_array().unwrap().len()
    }
    /// Waits until it keeps this number of passkeys: a page cannot see when a message to it has arrived.
    pub async fn keeps(&self, passkeys: usize) {
        let reached = async {
            while self.passkeys().await != passkeys {
                tokio::task::yield_now().await;
            }
        };
        let in_time = tokio::time::timeout(super::PATIENCE, reached).await;
        in_time.expect("the authenticator has this number of passkeys");
    }
}
