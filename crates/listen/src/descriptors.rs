//! The limit of open files: each connection takes a file descriptor.

/// Descriptors kept for other uses, such as a database and outgoing requests.
const RESERVED: usize = 512;

/// The requested number of connections, or fewer if the system allows fewer. The soft limit is raised if it is too low.
pub(super) fn affordable(connections: usize) -> usize {
    let Some(descriptors) = raised_to(connections.saturating_add(RESERVED)) else {
        return connections;
    };
    let allowed = descriptors.saturating_sub(RESERVED).max(descriptors / 2).max(1);
    if allowed < connections {
        tracing::warn!(
            connections = allowed,
            "the system allows {descriptors} open files, too few for max_connections = {connections}; raise the limit \
             (ulimit -n, LimitNOFILE) or set max_connections lower"
        );
    }
    connections.min(allowed)
}

/// The limit of open files after raising it to a number, as far as the system allows; none if there is no limit.
#[cfg(unix)]
fn raised_to(target: usize) -> Option<usize> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let current = limit.current?;
    let target = u64::try_from(target).unwrap_or(u64::MAX);
    let raised = limit.maximum.map_or(target, |maximum| target.min(maximum));
    let may = if raised > current {
        let new = Rlimit {
            current: Some(raised),
            maximum: limit.maximum,
        };
        setrlimit(Resource::Nofile, new).map_or(current, |()| raised)
    } else {
        current
    };
    Some(usize::try_from(may).unwrap_or(usize::MAX))
}

#[cfg(not(unix))]
fn raised_to(_: usize) -> Option<usize> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn no_more_connections_are_promised_than_there_are_descriptors() {
        let descriptors = raised_to(0).unwrap();
        assert_eq!(affordable(1), 1);
        assert!(affordable(usize::MAX) < usize::MAX);
        assert!(raised_to(0).unwrap() >= descriptors, "it is never lowered");
    }
}
