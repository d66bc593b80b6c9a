//! Rules of leases: jobs that run once, however many processes there are.

use pixie_provider::store::{Job, MAX_LEASE, TakeLease};

use super::{NOW, World, count};

fn lease(holder: u8, now: i64) -> TakeLease {
    TakeLease {
        job: Job::Sweep,
        holder: [holder; 16],
        now: NOW.plus(now),
        seconds: 30,
    }
}

async fn taken(world: &World, command: TakeLease) -> bool {
    world.store.take_lease(command).await.unwrap()
}

/// Nodes that start together.
pub async fn fifty_take_one_lease_and_one_wins(world: World) {
    let outcomes = world
        .fifty(|store, number| {
            let holder = u8::try_from(number).unwrap();
            async move { store.take_lease(lease(holder, 0)).await.unwrap() }
        })
        .await;
    assert_eq!(count(&outcomes, &true), 1);
}

/// Also those of nodes that waited together for a dead one.
pub async fn fifty_take_over_an_ended_lease_and_one_wins(world: World) {
    assert!(taken(&world, lease(100, 0)).await);
    let outcomes = world
        .fifty(|store, number| {
            let holder = u8::try_from(number).unwrap();
            async move { store.take_lease(lease(holder, 30)).await.unwrap() }
        })
        .await;
    assert_eq!(count(&outcomes, &true), 1);
    assert!(!taken(&world, lease(100, 31)).await);
}

/// The holder keeps the lease for as long as it renews it in time.
pub async fn the_holder_renews_and_nobody_comes_between(world: World) {
    for now in [0, 20, 40, 60] {
        assert!(taken(&world, lease(1, now)).await);
        assert!(!taken(&world, lease(2, now + 19)).await);
        assert!(!taken(&world, lease(2, now + 29)).await);
    }
}

/// Dead at its last moment, like everything.
pub async fn a_lease_that_has_ended_is_taken_over(world: World) {
    assert!(taken(&world, lease(1, 0)).await);
    assert!(!taken(&world, lease(2, 29)).await);
    assert!(taken(&world, lease(2, 30)).await);
    assert!(!taken(&world, lease(1, 30)).await);
    assert!(!taken(&world, lease(1, 59)).await);
    assert!(taken(&world, lease(1, 60)).await);
}

/// One process may sweep and another rotate keys.
pub async fn leases_of_two_jobs_are_two(world: World) {
    let other = |holder, now| TakeLease {
        job: Job::RotateKeys,
        ..lease(holder, now)
    };
    assert!(taken(&world, lease(1, 0)).await);
    assert!(taken(&world, other(2, 0)).await);
    assert!(!taken(&world, other(1, 0)).await);
    assert!(!taken(&world, lease(2, 0)).await);
}

/// It may be taken an hour or ten years ahead by a clock that is put right afterwards.
pub async fn a_clock_that_steps_back_keeps_nobody_out(world: World) {
    for ahead in [3600, 10 * 365 * 86_400] {
        assert!(taken(&world, lease(1, ahead)).await);
        assert!(taken(&world, lease(2, 0)).await);
        assert!(!taken(&world, lease(1, 0)).await);
        assert!(taken(&world, lease(1, 30)).await);
    }
}

/// Clocks of nodes differ; a lease that another took a little ahead of this clock is believed.
pub async fn clocks_that_differ_a_little_share_a_lease(world: World) {
    let ahead = MAX_LEASE - 30;
    assert!(taken(&world, lease(1, ahead)).await);
    assert!(!taken(&world, lease(2, 0)).await);
    assert!(taken(&world, lease(2, -1)).await);
}

/// However many are asked for.
pub async fn a_lease_lasts_no_longer_than_the_longest(world: World) {
    let long = |holder, now| TakeLease {
        seconds: i64::MAX,
        ..lease(holder, now)
    };
    assert!(taken(&world, long(1, 0)).await);
    assert!(!taken(&world, lease(2, MAX_LEASE - 1)).await);
    assert!(taken(&world, lease(2, MAX_LEASE)).await);
}

/// A process that starts learns from it when a job last ran.
pub async fn the_end_of_the_lease_that_was_taken_last_is_told(world: World) {
    let ends = async || world.store.lease_ends(Job::Sweep).await.unwrap();
    assert_eq!(ends().await, None);
    for (holder, now) in [(1, 0), (1, 20), (2, 50)] {
        assert!(taken(&world, lease(holder, now)).await);
        assert_eq!(ends().await, Some(NOW.plus(now + 30)));
    }
    assert!(!taken(&world, lease(1, 60)).await);
    assert_eq!(ends().await, Some(NOW.plus(80)));
    assert_eq!(world.store.lease_ends(Job::RotateKeys).await, Ok(None));
}
