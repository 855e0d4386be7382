//! Work that waits for a disk, on a thread that nobody has to wait for: a network's folder may never
//! answer, and the client must be able to end.

use tokio::sync::oneshot;

/// Does something there; nothing when it was given up.
pub(super) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (tell, done) = oneshot::channel();
    std::thread::spawn(move || tell.send(work()));
    done.await.ok()
}
