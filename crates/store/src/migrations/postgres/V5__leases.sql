-- Which process runs a job, and until when. One row for each job.
CREATE TABLE leases (
    job text PRIMARY KEY,
    holder bytea NOT NULL,
    until bigint NOT NULL
) WITH (fillfactor = 50);
