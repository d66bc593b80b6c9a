//! A person with a browser without scripts, whose requests go to whichever node.

use pixie_testing::wire::Browser;

use crate::application::sign_in_at_app;
use crate::node::Node;

/// A person, and their browser.
pub(crate) struct Person(Browser);

impl Person {
    /// One who has signed in at this node.
    pub(crate) async fn signed_in_at(node: &Node) -> Self {
        let mut browser = Browser::at(&node.issuer);
        let credentials = ("alice", "correct horse battery staple");
        browser
            .sign_in(node.address, &sign_in_at_app(), credentials)
            .await
            .unwrap();
        Self(browser)
    }

    /// Somebody who has stolen the cookies.
    pub(crate) fn thief(&self) -> Self {
        Self(self.0.copy())
    }

    /// The code with which this node sends the person back to the application; none if it asks for a password.
    pub(crate) async fn code(&mut self, node: &Node) -> Option<String> {
        let answer = self.0.get(node.address, &sign_in_at_app()).await.unwrap();
        answer.location_param("code")
    }

    /// Signs out at this node, with what the application got to know of the sign-in (OpenID Connect RP-Initiated Logout 1.0).
    pub(crate) async fn sign_out(&mut self, node: &Node, id_token: &str) {
        let path = format!("/o/logout/?id_token_hint={id_token}");
        let answer = self.0.get(node.address, &path).await.unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}
