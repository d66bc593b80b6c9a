//! Background jobs: what an application gets that runs them, and that of all processes on one database one has a job's lease.

use pixie_provider::JobLease;
use pixie_provider::store::Job;
use serde_json::json;
use tokio::time::Duration;

use pixie_testing::harness::{Server, encode, on_both_stores};

use crate::metrics::counted;
use crate::timers::{stop_time, until};

const HOUR: i64 = 3600;
const BACK: &str = "https://rp.example/back";

/// An hour and ten years on.
const LEAPS: [i64; 2] = [3600, 10 * 365 * 86_400];

/// A server on which each job finds work: tokens that have expired, a signing key that is due, and an application that
/// is to be notified of an ended session.
async fn server_with_work() -> Server {
    let server = Server::with(|settings| settings.keys.rotate_every = Some(24 * HOUR)).await;
    server.outbound().answer_form(BACK, Ok(200));
    let client = server
        .register(json!({
            "client_id": "rp", "redirect_uris": ["https://rp.example/cb"], "skip_authorization": true,
            "backchannel_logout_uri": BACK,
        }))
        .await;
    server.tokens(&client, "alice").await;
    server.clock.advance(365 * 24 * HOUR);
    let browser = server.sign_in("alice").await;
    let answer = browser.authorize_with(&client, &[("scope", "openid")]).await;
    let tokens = server.redeem(&client, &answer.code()).await;
    let tokens = tokens.assert_status(200).json();
    let query = encode(&[("id_token_hint", tokens["id_token"].as_str().unwrap())]);
    browser
        .get(&format!("/o/logout/?{query}"))
        .await
        .assert_status(200);
    server
}

async fn has_swept(server: &Server) -> bool {
    !counted(server, "pixie_swept_rows_total").is_empty()
}

async fn has_rotated(server: &Server) -> bool {
    server.keys().await.len() == 2
}

async fn has_delivered(server: &Server) -> bool {
    !counted(server, "pixie_logout_deliveries_total").is_empty()
}

#[tokio::test]
async fn an_application_that_runs_the_jobs_sweeps_rotates_keys_and_delivers_logouts() {
    let server = server_with_work().await;
    assert!(!has_swept(&server).await && !has_rotated(&server).await && !has_delivered(&server).await);
    stop_time();
    let jobs = tokio::spawn(server.provider.run_jobs());
    until(async || has_swept(&server).await).await;
    // The first tick of the rotation comes with the next millisecond.
    tokio::time::advance(Duration::from_millis(1)).await;
    until(async || has_rotated(&server).await).await;
    until(async || has_delivered(&server).await).await;
    assert_eq!(server.outbound().posts().len(), 1);
    assert!(!jobs.is_finished());
    jobs.abort();
}

#[tokio::test]
async fn without_the_lease_nothing_is_swept_and_no_key_is_rotated() {
    let server = server_with_work().await;
    let other = server.another_node().await.unwrap();
    let mut sweep = other.job_lease(Job::Sweep).unwrap();
    let mut rotate = other.job_lease(Job::RotateKeys).unwrap();
    assert_eq!(
        (sweep.is_held().await, rotate.is_held().await),
        (Ok(true), Ok(true))
    );
    stop_time();
    let jobs = tokio::spawn(server.provider.run_jobs());
    // Deliveries need no lease of a job. The writer works in order: when one has been made, both jobs have their answers.
    until(async || has_delivered(&server).await).await;
    tokio::time::advance(Duration::from_millis(1)).await;
    for _ in 0..3 {
        server.provider.ready().await.unwrap();
        server.sign_in("alice").await;
    }
    assert!(!has_swept(&server).await && !has_rotated(&server).await);

    server.clock.advance(30);
    tokio::time::advance(Duration::from_secs(60)).await;
    until(async || has_swept(&server).await).await;
    until(async || has_rotated(&server).await).await;
    jobs.abort();
}

#[on_both_stores]
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

#[on_both_stores]
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
#[on_both_stores]
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

#[on_both_stores]
async fn a_clock_that_is_set_back_leaves_the_job_to_somebody_at_once() {
    let server = Server::start().await;
    let other = server.another_node().await.unwrap();
    let mut first = server.provider.job_lease(Job::Sweep).unwrap();
    let mut second = other.job_lease(Job::Sweep).unwrap();
    assert_eq!(first.is_held().await, Ok(true));
    for step in [-3600, -10 * 366 * 86_400] {
        server.clock.advance(step);
        let held = (first.is_held().await.unwrap(), second.is_held().await.unwrap());
        assert_eq!(held, (true, false), "{step}");
    }
}

/// Looks every minute for so many minutes; in how many of them the job was this holder's.
async fn minutes_held(server: &Server, lease: &mut JobLease, minutes: usize) -> usize {
    let mut held = 0;
    for _ in 0..minutes {
        server.clock.advance(60);
        held += usize::from(lease.is_held().await.unwrap());
    }
    held
}

#[on_both_stores]
async fn a_clock_that_leapt_leaves_the_job_to_nobody_until_it_has_gone_on_for_an_hour() {
    for leap in LEAPS {
        let server = Server::start().await;
        let other = server.another_node().await.unwrap();
        let mut first = server.provider.job_lease(Job::Sweep).unwrap();
        let mut second = other.job_lease(Job::Sweep).unwrap();
        assert_eq!(first.is_held().await, Ok(true));
        assert_eq!(second.is_held().await, Ok(false));
        server.clock.advance(leap);
        let held = (first.is_held().await.unwrap(), second.is_held().await.unwrap());
        assert_eq!(held, (false, false), "{leap}");
        assert_eq!(minutes_held(&server, &mut first, 59).await, 0, "{leap}");
        assert_eq!(minutes_held(&server, &mut first, 60).await, 60, "{leap}");
    }
}

#[on_both_stores]
async fn a_clock_that_leapt_and_is_put_right_leaves_the_job_to_its_holder_at_once() {
    for leap in LEAPS {
        let server = Server::start().await;
        let mut lease = server.provider.job_lease(Job::Sweep).unwrap();
        assert_eq!(lease.is_held().await, Ok(true));
        server.clock.advance(leap);
        assert_eq!(minutes_held(&server, &mut lease, 30).await, 0, "{leap}");
        server.clock.advance(-leap);
        assert_eq!(lease.is_held().await, Ok(true), "{leap}");
    }
}

/// It learns from the lease when somebody worked last; also of a process that doubted.
#[on_both_stores]
async fn a_process_that_starts_after_a_leap_waits_as_those_do_that_saw_it() {
    let server = Server::start().await;
    let mut before = server.provider.job_lease(Job::Sweep).unwrap();
    assert_eq!(before.is_held().await, Ok(true));
    server.clock.advance(LEAPS[1]);
    assert_eq!(before.is_held().await, Ok(false));
    for _ in 0..3 {
        let started = server.another_node().await.unwrap();
        let mut lease = started.job_lease(Job::Sweep).unwrap();
        assert_eq!(lease.is_held().await, Ok(false));
        assert_eq!(minutes_held(&server, &mut lease, 20).await, 0);
    }
    server.clock.advance(-LEAPS[1]);
    let started = server.another_node().await.unwrap();
    let mut lease = started.job_lease(Job::Sweep).unwrap();
    minutes_held(&server, &mut lease, 60).await;
    assert_eq!(minutes_held(&server, &mut lease, 1).await, 1);
}

#[on_both_stores]
async fn a_first_process_begins_at_once_and_one_that_starts_soon_after_another_too() {
    let server = Server::start().await;
    let mut first = server.provider.job_lease(Job::Sweep).unwrap();
    assert_eq!(first.is_held().await, Ok(true));
    server.clock.advance(300);
    let mut second = server
        .another_node()
        .await
        .unwrap()
        .job_lease(Job::Sweep)
        .unwrap();
    assert_eq!(second.is_held().await, Ok(true));
}
