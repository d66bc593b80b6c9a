//! How many connections the system lets this process have: each takes a file descriptor.

/// Descriptors for the rest: the database, requests to clients, connections that are being refused.
const FOR_OTHERS: usize = 512;

/// As many connections as were asked for, or as many as the system allows. The soft limit is raised where that is enough.
pub(super) fn affordable(connections: usize) -> usize {
    let Some(descriptors) = raised_to(connections.saturating_add(FOR_OTHERS)) else {
        return connections;
    };
    let most = descriptors.saturating_sub(FOR_OTHERS).max(descriptors / 2).max(1);
    if most < connections {
        tracing::warn!(
            connections = most,
            "the system allows {descriptors} open files, too few for max_connections = {connections}; raise the limit \
             (ulimit -n, LimitNOFILE) or set max_connections lower"
        );
    }
    connections.min(most)
}

/// The limit of open files after it was raised to so many, where that is allowed; none where there is no limit.
#[cfg(unix)]
fn raised_to(wanted: usize) -> Option<usize> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let current = limit.current?;
    let wanted = u64::try_from(wanted).unwrap_or(u64::MAX);
    let raised = limit.maximum.map_or(wanted, |most| wanted.min(most));
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
