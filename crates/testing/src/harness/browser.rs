//! A browser: a cookie jar and the forms of the pages.

use std::cell::RefCell;
use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};

use pixie_oauth::Issuer;
use pixie_web::session_cookie;
use tower::ServiceExt;

use super::{Answer, Client, PASSWORD, encode};

/// A browser that keeps cookies and follows nothing by itself.
pub struct Browser {
    router: Router,
    /// The end of the names of Pixie's cookies, which differs for each issuer.
    issuer: String,
    cookies: RefCell<BTreeMap<String, String>>,
}

/// The beginnings of the names of Pixie's cookies.
const OWN: [&str; 8] = [
    "pixie_session",
    "pixie_device",
    "pixie_form",
    "pixie_browser_state",
    "pixie_sign_in",
    "pixie_link",
    "pixie_upstream",
    "pixie_identity",
];

impl Browser {
    /// A browser with an empty cookie jar, whose requests go to these routes of the usual issuer, `http://localhost:8000/o`.
    pub fn new(router: Router) -> Self {
        Self::at(router, &Issuer::parse("http://localhost:8000/o").unwrap())
    }

    /// A browser with an empty cookie jar, whose requests go to the routes of this issuer.
    pub fn at(router: Router, issuer: &Issuer) -> Self {
        let session = session_cookie(issuer);
        let (_, end) = session.split_once(OWN[0]).unwrap();
        Self {
            router,
            issuer: end.to_owned(),
            cookies: RefCell::default(),
        }
    }

    /// A cookie's value. One of Pixie's may be named without its end.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(&self.whole(name)).cloned()
    }

    fn whole(&self, name: &str) -> String {
        let plain = name.trim_start_matches("__Host-");
        if OWN.contains(&plain) {
            format!("{name}{}", self.issuer)
        } else {
            name.to_owned()
        }
    }

    /// The `Cookie` header.
    pub fn cookies(&self) -> String {
        let jar = self.cookies.borrow();
        let pairs: Vec<_> = jar
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    /// Puts a cookie into the jar, as an attacker might. One of Pixie's may be named without its end.
    pub fn set_cookie(&self, name: &str, value: &str) {
        let name = self.whole(name);
        self.cookies.borrow_mut().insert(name, value.to_owned());
    }

    /// The answer to a GET request.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// The answer to a form.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(encode(form))).unwrap()).await
    }

    /// Opens a page, then posts to it with its form token and these fields.
    pub async fn submit(&self, page: &str, form: &[(&str, &str)]) -> Answer {
        let shown = self.get(page).await.assert_status(200);
        let token = shown.field("csrf_token");
        let mut fields = vec![("csrf_token", token.as_str())];
        fields.extend_from_slice(form);
        self.post(page.split('?').next().unwrap(), &fields).await
    }

    /// Signs in at the login page.
    pub async fn sign_in(&self, username: &str, password: &str) -> Answer {
        self.submit("/o/login/", &[("username", username), ("password", password)])
            .await
    }

    /// A good authorization request.
    pub async fn authorize(&self, client: &Client) -> Answer {
        self.authorize_with(client, &[]).await
    }

    /// An authorization request with changed parameters: an empty value leaves one out.
    pub async fn authorize_with(&self, client: &Client, changes: &[(&str, &str)]) -> Answer {
        self.get(&format!("/o/authorize/?{}", client.request(changes)))
            .await
    }

    /// Asks for authorization, goes to the consent page and answers it.
    pub async fn consent(&self, client: &Client, changes: &[(&str, &str)], decision: &str) -> Answer {
        let redirect = self.authorize_with(client, changes).await.assert_status(302);
        self.decide_at(redirect.location(), decision).await
    }

    /// Fills in the login page at an address, as a person with the password of these tests.
    pub async fn sign_in_at(&self, page: &str, username: &str) -> Answer {
        let page = self.get(page).await.assert_status(200);
        self.sign_in_on(&page, username).await
    }

    /// Fills in the login page that is shown, as a person with the password of these tests.
    pub async fn sign_in_on(&self, page: &Answer, username: &str) -> Answer {
        self.fill_in(page, &[("username", username), ("password", PASSWORD)])
            .await
    }

    /// Answers the consent page at an address.
    pub async fn decide_at(&self, page: &str, decision: &str) -> Answer {
        let page = self.get(page).await.assert_status(200);
        self.decide_on(&page, decision).await
    }

    /// Answers the consent page that is shown.
    pub async fn decide_on(&self, page: &Answer, decision: &str) -> Answer {
        self.fill_in(page, &[("decision", decision)]).await
    }

    /// Sends the form of a page that sends it by a script, as the script does.
    pub async fn send_on(&self, page: &Answer) -> Answer {
        self.fill_in(page, &[]).await
    }

    /// Sends the first form of a page: its hidden fields as they stand there, and what a person adds.
    pub async fn fill_in(&self, page: &Answer, added: &[(&str, &str)]) -> Answer {
        let (_, form) = page.body.split_once("<form method=\"post\" action=\"").unwrap();
        let (form, _) = form.split_once("</form>").unwrap();
        let (action, _) = form.split_once('"').unwrap();
        let names = form.split("type=\"hidden\" name=\"").skip(1);
        let names = names.map(|rest| rest.split('"').next().unwrap());
        let kept: Vec<_> = names.map(|name| (name, page.field(name))).collect();
        let kept = kept.iter().map(|(name, value)| (*name, value.as_str()));
        let fields: Vec<_> = kept.chain(added.iter().copied()).collect();
        self.post(action, &fields).await
    }

    /// A request with this browser's cookies.
    pub async fn send(&self, mut request: Request<Body>) -> Answer {
        let line = self.cookies();
        if !line.is_empty() {
            request
                .headers_mut()
                .insert(header::COOKIE, line.parse().unwrap());
        }
        let answer = Answer::read(self.router.clone().oneshot(request).await.unwrap()).await;
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let (pair, attributes) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.borrow_mut().remove(name);
            } else {
                self.set_cookie(name, value);
            }
        }
        answer
    }
}
