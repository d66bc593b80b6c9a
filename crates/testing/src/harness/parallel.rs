//! Requests that are sent at the same time.

/// Runs tasks at once and returns their results.
pub async fn in_parallel<F>(tasks: usize, mut task: impl FnMut() -> F) -> Vec<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let running: Vec<_> = (0..tasks).map(|_| tokio::spawn(task())).collect();
    let mut answers = Vec::new();
    for one in running {
        answers.push(one.await.unwrap());
    }
    answers
}
