//! Checking the fields of a command, so that whoever sent it learns of all that are wrong at once.

use pail_protocol::error::FieldErrors;

use super::{ChatError, Ruled};

/// Collects what is wrong with several fields.
#[derive(Debug, Default)]
pub struct Wrong(FieldErrors);

impl Wrong {
    /// The value of a field that is right. What is wrong is kept, with the type's default instead.
    ///
    /// # Errors
    /// Every refusal that is not about fields.
    pub fn keep<T: Default>(&mut self, checked: Ruled<T>) -> Ruled<T> {
        match checked {
            Err(ChatError::Invalid(errors)) => {
                self.0.extend(errors);
                Ok(T::default())
            }
            other => other,
        }
    }

    /// Ends checking.
    ///
    /// # Errors
    /// [`ChatError::Invalid`] with all that was kept, if anything was.
    pub fn finish(self) -> Ruled<()> {
        if self.0.is_empty() { Ok(()) } else { Err(ChatError::Invalid(self.0)) }
    }
}

/// A number from 1 to `max`, or the default.
///
/// # Errors
/// [`ChatError::Invalid`] for `field`.
pub fn within(field: &str, wanted: Option<i64>, default: u32, max: u32) -> Ruled<u32> {
    let Some(wanted) = wanted else { return Ok(default) };
    u32::try_from(wanted)
        .ok()
        .filter(|wanted| (1..=max).contains(wanted))
        .ok_or_else(|| ChatError::field(field, format!("Ensure this value is between 1 and {max}")))
}
