//! A browser: a cookie jar and the forms of the pages.

use std::cell::RefCell;
use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};

use tower::ServiceExt;

use super::{Answer, Client, PASSWORD, encode};

/// A browser that keeps cookies and follows nothing by itself.
pub struct Browser {
    router: Router,
    cookies: RefCell<BTreeMap<String, String>>,
}

impl Browser {
    /// A browser with an empty cookie jar, whose requests go to these routes.
    pub fn new(router: Router) -> Self {
        Self {
            router,
            cookies: RefCell::default(),
        }
    }

    /// A cookie's value.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
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

    /// Puts a cookie into the jar, as an attacker might.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies
            .borrow_mut()
            .insert(name.to_owned(), value.to_owned());
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
        let typed = [("username", username), ("password", PASSWORD)];
        self.fill_in(page, &["csrf_token", "next"], &typed).await
    }

    /// Answers the consent page at an address.
    pub async fn decide_at(&self, page: &str, decision: &str) -> Answer {
        self.fill_in(page, &["csrf_token", "request"], &[("decision", decision)])
            .await
    }

    /// Opens a page and sends its form: these hidden fields as they stand there, and what a person adds.
    async fn fill_in(&self, page: &str, hidden: &[&str], added: &[(&str, &str)]) -> Answer {
        let shown = self.get(page).await.assert_status(200);
        let kept: Vec<_> = hidden.iter().map(|name| (*name, shown.field(name))).collect();
        let kept = kept.iter().map(|(name, value)| (*name, value.as_str()));
        let fields: Vec<_> = kept.chain(added.iter().copied()).collect();
        self.post(page.split('?').next().unwrap(), &fields).await
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
