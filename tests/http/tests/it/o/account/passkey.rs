//! A passkey, as a browser and its authenticator have it: written out, so that tests may also answer as none of them would.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_testing::harness::{Answer, Browser, Server};
use serde_json::{Value, json};

/// The page that adds a passkey.
pub(crate) const ADD_PASSKEY: &str = "/o/account/sign-in-methods/passkey/";

/// The challenge for a sign-in, and where its answer goes.
pub(crate) const SIGN_IN: &str = "/o/login/passkey/";

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const WITH_CREDENTIAL: u8 = 0x40;

/// A passkey that verifies its person and is kept in several places.
pub(crate) struct Passkey {
    key: EcdsaKeyPair,
    id: Vec<u8>,
    user: Vec<u8>,
    relying_party: String,
    /// The AAGUID of its authenticator.
    pub(crate) aaguid: [u8; 16],
    /// The origin of the page that uses it.
    pub(crate) origin: String,
    /// The flags of its answers (WebAuthn Level 3 section 6.1).
    pub(crate) flags: u8,
    /// The signature counter.
    pub(crate) counter: u32,
}

impl Passkey {
    /// A passkey in a password manager.
    pub(crate) fn synced() -> Self {
        Self::with_flags(PRESENT | VERIFIED | BACKUP_ELIGIBLE | BACKED_UP)
    }

    /// A passkey on a security key, which counts its signatures.
    pub(crate) fn on_security_key() -> Self {
        Self {
            counter: 7,
            ..Self::with_flags(PRESENT | VERIFIED)
        }
    }

    fn with_flags(flags: u8) -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let id = digest(&SHA256, key.public_key().as_ref()).as_ref().to_vec();
        Self {
            key,
            id,
            user: Vec::new(),
            relying_party: String::new(),
            aaguid: [0; 16],
            origin: "http://localhost:8000".into(),
            flags,
            counter: 0,
        }
    }

    /// The same passkey without the person's verification.
    pub(crate) fn unverified(mut self) -> Self {
        self.flags &= !VERIFIED;
        self
    }

    /// The answer to `navigator.credentials.create` with these options.
    pub(crate) fn create(&mut self, options: &Value) -> Value {
        self.relying_party = options["rp"]["id"].as_str().unwrap().to_owned();
        self.user = decode(&options["user"]["id"]);
        let point = self.key.public_key().as_ref();
        let (x, y) = (&point[1..33], &point[33..65]);
        // COSE_Key of an ES256 key (RFC 9053 sections 2.1 and 7.1.1).
        let key = [b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20", x, b"\x22\x58\x20", y].concat();
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let mut data = self.authenticator_data(self.flags | WITH_CREDENTIAL);
        for part in [&self.aaguid[..], &length, &self.id, &key] {
            data.extend_from_slice(part);
        }
        let size = u8::try_from(data.len()).unwrap();
        let object = [
            &b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58"[..],
            &[size],
            &data,
        ]
        .concat();
        self.answer(&json!({
            "clientDataJSON": encode(&self.client_data("webauthn.create", options)),
            "attestationObject": encode(&object),
            "transports": ["internal", "hybrid"],
        }))
    }

    /// The answer to `navigator.credentials.get` with these options. A counter counts.
    #[expect(
        clippy::disallowed_methods,
        reason = "an authenticator has random bytes of its own"
    )]
    pub(crate) fn get(&mut self, options: &Value) -> Value {
        if self.counter > 0 {
            self.counter += 1;
        }
        let data = self.authenticator_data(self.flags);
        let client_data = self.client_data("webauthn.get", options);
        let signed = [&data, digest(&SHA256, &client_data).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        self.answer(&json!({
            "clientDataJSON": encode(&client_data),
            "authenticatorData": encode(&data),
            "signature": encode(signature.as_ref()),
            "userHandle": encode(&self.user),
        }))
    }

    fn authenticator_data(&self, flags: u8) -> Vec<u8> {
        let party = digest(&SHA256, self.relying_party.as_bytes());
        [party.as_ref(), &[flags], &self.counter.to_be_bytes()].concat()
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let data = json!({
            "type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false,
        });
        data.to_string().into_bytes()
    }

    fn answer(&self, response: &Value) -> Value {
        let id = encode(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response })
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}

/// The options in the form of a page that has the request in itself.
pub(crate) fn options_of(page: &Answer) -> Value {
    let (_, rest) = page.body.split_once("data-options=\"").unwrap();
    let text = rest.split('"').next().unwrap();
    serde_json::from_str(&text.replace("&quot;", "\"").replace("&amp;", "&")).unwrap()
}

/// The field with the challenge of a page.
pub(crate) fn challenge_of(page: &Answer) -> String {
    page.field("challenge")
}

/// Sends the answer for the page that adds a passkey.
pub(crate) async fn send_new(browser: &Browser, page: &Answer, answer: &Value, name: &str) -> Answer {
    let (token, challenge) = (page.field("csrf_token"), challenge_of(page));
    let form = [
        ("csrf_token", token.as_str()),
        ("challenge", &challenge),
        ("credential", &answer.to_string()),
        ("name", name),
    ];
    browser.post(ADD_PASSKEY, &form).await
}

/// Adds a passkey for the person of this browser.
pub(crate) async fn add_passkey(browser: &Browser, passkey: &mut Passkey, name: &str) -> Answer {
    let page = browser.get(ADD_PASSKEY).await.assert_status(200);
    let answer = passkey.create(&options_of(&page));
    send_new(browser, &page, &answer, name).await
}

/// A person of these tests with a passkey.
pub(crate) async fn with_passkey(server: &Server, username: &str, mut passkey: Passkey) -> Passkey {
    let browser = server.sign_in(username).await;
    add_passkey(&browser, &mut passkey, "").await.assert_status(303);
    passkey
}

/// The challenge for a sign-in without a username, and the form token of the page.
pub(crate) async fn passkey_request(browser: &Browser) -> (Value, String) {
    let token = browser
        .get("/o/login/")
        .await
        .assert_status(200)
        .field("csrf_token");
    (browser.get(SIGN_IN).await.assert_status(200).json(), token)
}

/// Sends the answer to a request for a sign-in.
pub(crate) async fn send_answer(browser: &Browser, request: &Value, token: &str, answer: &Value) -> Answer {
    let form = [
        ("csrf_token", token),
        ("challenge", request["challenge"].as_str().unwrap()),
        ("credential", &answer.to_string()),
        ("next", "/o/account/sign-in-methods/"),
    ];
    browser.post(SIGN_IN, &form).await
}

/// Signs in without a username.
pub(crate) async fn sign_in(browser: &Browser, passkey: &mut Passkey) -> Answer {
    let (request, token) = passkey_request(browser).await;
    let answer = passkey.get(&request["options"]);
    send_answer(browser, &request, &token, &answer).await
}
