//! The binary `pixie` on PostgreSQL: nodes that share a database, and what happens when a part of it all is gone.

#[cfg(test)]
mod application;
#[cfg(test)]
mod logout_receiver;
#[cfg(test)]
mod node;
#[cfg(test)]
mod on_postgres;
#[cfg(test)]
mod pair;
#[cfg(test)]
mod person;
