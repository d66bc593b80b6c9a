//! Jobs that run once: of all processes on one database one has a job's lease.

use pixie_provider::store::Job;

use crate::harness::Server;

#[tokio::test]
async fn one_of_two_processes_has_the_lease_and_keeps_it() {
    let server = Server::start().await;
    let other = server.another_node().await.unwrap();
    let mut first = server.provider.job_lease(Job::Sweep).unwrap();
    let mut second = other.job_lease(Job::Sweep).unwrap();
    for _ in 0..20 {
        assert_eq!(first.is_held().await, Ok(true));
        assert_eq!(second.is_held().await, Ok(false));
        server.clock.advance(9);
    }
    let mut another_job = other.job_lease(Job::RotateKeys).unwrap();
    assert_eq!(another_job.is_held().await, Ok(true));
}

#[tokio::test]
async fn another_process_goes_on_half_a_minute_after_one_is_gone() {
    let server = Server::start().await;
    let other = server.another_node().await.unwrap();
    let mut gone = server.provider.job_lease(Job::Sweep).unwrap();
    assert_eq!(gone.is_held().await, Ok(true));
    drop(gone);
    let mut second = other.job_lease(Job::Sweep).unwrap();
    server.clock.advance(29);
    assert_eq!(second.is_held().await, Ok(false));
    server.clock.advance(1);
    assert_eq!(second.is_held().await, Ok(true));
}

/// It was away for too long, and finds that out before it works on.
#[tokio::test]
async fn a_holder_that_slept_has_lost_its_lease() {
    let server = Server::start().await;
    let other = server.another_node().await.unwrap();
    let mut first = server.provider.job_lease(Job::Sweep).unwrap();
    let mut second = other.job_lease(Job::Sweep).unwrap();
    assert_eq!(first.is_held().await, Ok(true));
    server.clock.advance(30);
    assert_eq!(second.is_held().await, Ok(true));
    assert_eq!(first.is_held().await, Ok(false));
}

#[tokio::test]
async fn a_clock_that_steps_either_way_leaves_the_job_to_somebody_at_once() {
    let server = Server::start().await;
    let other = server.another_node().await.unwrap();
    let mut first = server.provider.job_lease(Job::Sweep).unwrap();
    let mut second = other.job_lease(Job::Sweep).unwrap();
    assert_eq!(first.is_held().await, Ok(true));
    for step in [-3600, 10 * 366 * 86_400, -10 * 366 * 86_400] {
        server.clock.advance(step);
        let held = (first.is_held().await.unwrap(), second.is_held().await.unwrap());
        assert_eq!(held, (true, false), "{step}");
    }
}
