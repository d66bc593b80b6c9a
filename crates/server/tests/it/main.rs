//! The program `pixie`, run as people run it.

#[cfg(test)]
mod beside_programs;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod demo_process;
#[cfg(test)]
mod early_refusals;
#[cfg(test)]
mod log;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod overload;
#[cfg(test)]
mod pixie;
#[cfg(test)]
mod resources;
#[cfg(test)]
mod tutorial;
