//! The contract on Postgres, and what holds for Postgres alone.

mod on_postgres;
