//! The pages for people, a folder each: the handlers (`mod.rs`), the typed context (`view.rs`) and the template (`page.html`). A
//! page changes the session or the consent and returns; pages never route to pages.

pub(crate) mod address;
pub(crate) mod application;
pub(crate) mod application_delete;
pub(crate) mod application_form;
pub(crate) mod application_key;
pub(crate) mod application_rotate_secret;
pub(crate) mod application_secret;
pub(crate) mod applications;
pub(crate) mod authorized_application_revoke;
pub(crate) mod authorized_applications;
pub(crate) mod consent;
pub(crate) mod credential;
pub(crate) mod enrolment;
pub(crate) mod error;
pub(crate) mod field_error;
pub(crate) mod forgotten_password;
pub(crate) mod form_post;
pub(crate) mod go_on;
pub(crate) mod held_link;
pub(crate) mod hidden_field;
pub(crate) mod home;
pub(crate) mod invitation;
pub(crate) mod key_rotate;
pub(crate) mod key_withdraw;
pub(crate) mod keys;
pub(crate) mod layout;
pub(crate) mod link_refused;
pub(crate) mod logged_out;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod moment;
pub(crate) mod notice;
#[cfg(feature = "passkeys")]
pub(crate) mod passkey_add;
pub(crate) mod password_again;
pub(crate) mod password_change;
pub(crate) mod recovery_codes;
pub(crate) mod refusal;
pub(crate) mod relaxed_redirect;
pub(crate) mod reset_password;
pub(crate) mod scope_line;
pub(crate) mod second_factor;
pub(crate) mod select_account;
pub(crate) mod send_on;
pub(crate) mod setup;
pub(crate) mod sign_in_methods;
pub(crate) mod sign_up;
pub(crate) mod totp_add;
pub(crate) mod upstream_choice;
pub(crate) mod upstream_link;
pub(crate) mod upstream_sign_in;
pub(crate) mod welcome;

use crate::templates::Page;

/// Every page. Templates are checked with this list when the server starts.
pub(crate) const PAGES: &[Page] = &[
    Page::of::<application::view::ApplicationDetail>(),
    Page::of::<application_delete::view::DeleteApplication>(),
    Page::of::<application_form::view::ApplicationForm>(),
    Page::of::<application_rotate_secret::view::RotateSecret>(),
    Page::of::<application_secret::view::ApplicationSecret>(),
    Page::of::<applications::view::Applications>(),
    Page::of::<authorized_application_revoke::view::RevokeAuthorization>(),
    Page::of::<authorized_applications::view::AuthorizedApplications>(),
    Page::of::<consent::view::Consent>(),
    Page::of::<credential::view::ManageCredential>(),
    Page::of::<enrolment::view::EnrolmentForm>(),
    Page::of::<error::view::ErrorPage>(),
    Page::of::<forgotten_password::view::ForgottenPassword>(),
    Page::of::<form_post::view::FormPost>(),
    Page::of::<go_on::view::GoOn>(),
    Page::of::<home::view::Home>(),
    Page::of::<invitation::view::Invitation>(),
    Page::of::<key_rotate::view::RotateKey>(),
    Page::of::<key_withdraw::view::WithdrawKey>(),
    Page::of::<keys::view::SigningKeys>(),
    Page::of::<link_refused::view::LinkRefused>(),
    Page::of::<logged_out::view::LoggedOut>(),
    Page::of::<login::view::Login>(),
    Page::of::<logout::view::Logout>(),
    #[cfg(feature = "passkeys")]
    Page::of::<passkey_add::view::AddPasskey>(),
    Page::of::<password_change::view::ChangePassword>(),
    Page::of::<recovery_codes::view::ShowRecoveryCodes>(),
    Page::of::<reset_password::view::ResetPassword>(),
    Page::of::<second_factor::view::SecondFactorForm>(),
    Page::of::<select_account::view::SelectAccount>(),
    Page::of::<send_on::view::SendOn>(),
    Page::of::<setup::view::Setup>(),
    Page::of::<sign_in_methods::view::SignInMethods>(),
    Page::of::<sign_up::view::SignUp>(),
    Page::of::<totp_add::view::AddTotp>(),
    Page::of::<upstream_link::view::LinkIdentity>(),
    Page::of::<upstream_sign_in::view::UpstreamProblem>(),
    Page::of::<welcome::view::Welcome>(),
];
