//! What can go wrong where data is kept.

/// A failure of the store. Nothing of the failed command was kept.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The disk is full or read-only. Reads go on; writes work again once there is room.
    #[error("the disk is full or cannot be written")]
    Full,
    /// The disk failed while syncing: what it holds is unknown until the next start.
    #[error("the disk failed: {0}")]
    Broken(String),
    /// The store is shutting down.
    #[error("the store is closed")]
    Closed,
    /// Anything else, which is a defect.
    #[error("unexpected: {0}")]
    Unexpected(String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{
            CannotOpen, DatabaseCorrupt, DiskFull, NotADatabase, ReadOnly, SystemIoFailure,
        };
        match error.sqlite_error_code() {
            Some(DiskFull | ReadOnly) => Self::Full,
            Some(SystemIoFailure | DatabaseCorrupt | NotADatabase | CannotOpen) => {
                Self::Broken(error.to_string())
            }
            _ => Self::Unexpected(error.to_string()),
        }
    }
}
