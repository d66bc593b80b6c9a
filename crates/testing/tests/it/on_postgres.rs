//! Tests that a database, a cluster, a replica and a pooler do what a test needs of them.

use pixie_testing::postgres::{Cluster, Database, Pooler, Template, sql_at};

const FILL: &str = "CREATE TABLE kept (value text); INSERT INTO kept VALUES ('before')";
const INSERT: &str = "INSERT INTO kept VALUES ('after')";
const COUNT: &str = "SELECT count(*) FROM kept";

#[test]
fn a_database_starts_without_tables() {
    let tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'";
    assert_eq!(Database::empty().sql(tables), "0");
}

#[tokio::test]
async fn each_copy_of_a_template_has_what_was_filled_in_once_and_is_its_own() {
    static TEMPLATE: Template = Template::new("filled");
    let first = TEMPLATE.database(fill).await;
    let _inserted = first.sql(INSERT);
    let second = TEMPLATE.database(fill).await;
    assert_eq!((first.sql(COUNT), second.sql(COUNT)), ("2".into(), "1".into()));
}

async fn fill(url: &str) {
    let _filled = sql_at(url, FILL);
}

#[test]
fn what_was_committed_is_there_after_a_stop_and_after_a_kill() {
    let cluster = Cluster::durable();
    let _filled = cluster.sql("postgres", FILL);
    cluster.stop();
    cluster.start();
    let _inserted = cluster.sql("postgres", INSERT);
    cluster.kill();
    cluster.start();
    assert_eq!(cluster.sql("postgres", COUNT), "2");
}

#[test]
fn a_promoted_replica_has_what_was_committed_and_takes_writes() {
    let cluster = Cluster::durable();
    let _filled = cluster.sql("postgres", FILL);
    let replica = cluster.replica();
    assert_eq!(replica.sql("postgres", "SELECT pg_is_in_recovery()"), "t");
    let _inserted = cluster.sql("postgres", INSERT);
    cluster.kill();
    replica.promote();
    let _inserted = replica.sql("postgres", INSERT);
    assert_eq!(replica.sql("postgres", COUNT), "3");
}

#[test]
fn a_pooler_passes_on_what_comes_and_counts_as_a_connection() {
    let cluster = Cluster::durable();
    let pooler = Pooler::before(&cluster, 1);
    assert_eq!(pooler.sql("postgres", "SELECT 'through'"), "through");
    assert_eq!(
        cluster.cut_connections("postgres"),
        1,
        "the pooler keeps its connection"
    );
}
