//! One table of roles and commands, which says what an actor may do. Functions of `operate`, pages and APIs all ask it.

use crate::entities::Client;
use crate::events::actor::Actor;
use crate::ids::AccountId;
use crate::settings::Settings;

/// The role of an actor towards the target of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The command line and the configuration file.
    Operator,
    /// A person who is marked as administrator, or a client whose token has the scope `administration`.
    Administrator,
    /// The person who registered the application, or the client itself, which manages its registration.
    ApplicationOwner,
    /// Any person who is signed in.
    Person,
    /// A job of the server.
    System,
}

/// The right of a role to use a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Right {
    Yes,
    No,
    /// Only on the actor's own account.
    Own,
    /// If `applications.self_service` is on.
    SelfService,
}

macro_rules! commands {
    ($( $(#[$about:meta])* $command:ident = $name:literal: $operator:ident $administrator:ident $owner:ident $person:ident $system:ident; )+) => {
        /// Something that not everybody may do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Command {
            $( $(#[$about])* $command, )+
        }

        impl Command {
            /// Every command, in the order of the table.
            pub const ALL: &[Self] = &[$( Self::$command ),+];

            /// The words of the documentation.
            pub const fn name(self) -> &'static str {
                match self {
                    $( Self::$command => $name, )+
                }
            }

            const fn rights(self) -> [Right; 5] {
                match self {
                    $( Self::$command => [
                        Right::$operator, Right::$administrator, Right::$owner, Right::$person, Right::$system,
                    ], )+
                }
            }
        }
    };
}

commands! {
    //                                                        operator administrator owner person system
    /// Registering an application.
    RegisterClient = "register an application":                    Yes Yes No SelfService No;
    /// Seeing an application.
    ViewClient = "see an application":                             Yes Yes Yes No No;
    /// Changing an application, its secret too.
    ChangeClient = "change an application or its secret":          Yes Yes Yes No No;
    /// Deleting an application.
    DeleteClient = "delete an application":                        Yes Yes Yes No No;
    /// Saying that people are not asked about an application, and moving where such an application leads.
    TrustClient = "let an application skip authorization, change where such an application leads": Yes Yes No No No;
    /// Giving an application a scope that reaches beyond its own tokens.
    GiveReservedScope = "give an application the scope `introspection`, `registration` or `administration`": Yes Yes No No No;
    /// Seeing the signing keys with their states.
    ViewKeys = "see the signing keys":                             Yes Yes No No No;
    /// Rotating a signing key.
    RotateKey = "rotate a signing key":                            Yes Yes No No Yes;
    /// Withdrawing a signing key.
    WithdrawKey = "withdraw a signing key":                        Yes Yes No No No;
    /// Importing a signing key.
    ImportKey = "import a signing key":                            Yes No No No No;
    /// Putting another master key in the place of the one in use.
    RotateMasterKey = "put another master key in the place of the one in use": Yes No No No No;
    /// Making an account for somebody else.
    AddAccount = "make an account for somebody":                   Yes Yes No No No;
    /// Changing what is known of a person, their groups, and whether they are administrators.
    ChangeAccount = "change an account, its groups, whether it is an administrator": Yes Yes No No No;
    /// Choosing the password of an account.
    SetPassword = "set the password of an account":                Yes Yes No No No;
    /// Making links by which people make accounts.
    Invite = "invite people":                                      Yes Yes No No No;
    /// Making a link by which the person of an account chooses another password.
    MakeResetLink = "make a link to choose another password":      Yes Yes No No No;
    /// Removing a credential of somebody, such as a phone that is lost.
    RemoveCredential = "remove a way to sign in of somebody":      Yes Yes No No No;
    /// Disabling an account, and enabling it again.
    DisableAccount = "disable or enable an account":               Yes Yes No No No;
    /// Deleting an account.
    DeleteAccount = "delete an account":                           Yes Yes No No No;
    /// Seeing and ending the sessions of an account.
    ManageSessions = "see and end the sessions of somebody":       Yes Yes No Own No;
    /// Taking back what a person has allowed an application.
    WithdrawAuthorization = "take back what a person allowed an application": Yes Yes No Own No;
    /// Revoking the tokens of people and applications.
    RevokeTokens = "revoke tokens of anybody":                     Yes Yes No No No;
    /// Applying a file of declared applications and accounts.
    Apply = "apply declared applications and accounts":            Yes No No No No;
    /// Sending a mail to an address of the actor's choice, as a test.
    SendTestMail = "send a test mail":                            Yes Yes No No No;
    /// Reading the stored events.
    ViewEvents = "read the stored events":                         Yes Yes No No No;
}

/// The target of a command.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target<'a> {
    /// The server, or things that are still to be made.
    Server,
    /// An application.
    Client(&'a Client),
    /// An account.
    Account(AccountId),
}

/// Returns `true` if an actor may use a command on a target.
pub(crate) fn may(actor: Actor<'_>, command: Command, target: Target<'_>, settings: &Settings) -> bool {
    let Some(role) = role(actor, target) else {
        return false;
    };
    match command.rights()[role as usize] {
        Right::Yes => true,
        Right::No => false,
        Right::Own => match (actor.account(), target) {
            (Some(own), Target::Account(account)) => own.id == account,
            _ => false,
        },
        Right::SelfService => settings.self_service,
    }
}

/// The role of an actor towards a target; `None` if it may do nothing there.
pub(crate) fn role(actor: Actor<'_>, target: Target<'_>) -> Option<Role> {
    match actor {
        Actor::Operator => Some(Role::Operator),
        Actor::System => Some(Role::System),
        Actor::Anonymous(_) => None,
        Actor::Person(person) if person.account.administrator => Some(Role::Administrator),
        Actor::Person(person) => Some(match target {
            Target::Client(client) if client.owner == Some(person.account.id) => Role::ApplicationOwner,
            _ => Role::Person,
        }),
        Actor::Client(acting) if acting.administers => Some(Role::Administrator),
        Actor::Client(acting) => match target {
            Target::Client(client) if client.key == acting.client.key => Some(Role::ApplicationOwner),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests;
