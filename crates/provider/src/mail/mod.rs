//! Mail as values and seams: what is written to people, who writes it in words, and how it leaves the process.

mod address;
mod content;
mod error;
mod memory;
mod message;
mod parts;
mod transport;

pub use address::{MailAddress, MailAddressError};
pub use content::{MailContent, MailKind, MailKindError, MailRenderer, RenderError, RenderedMail};
pub use error::{MailError, MailReply};
pub use memory::MemoryMailTransport;
pub use message::Mail;
pub use parts::MailParts;
pub use transport::MailTransport;
