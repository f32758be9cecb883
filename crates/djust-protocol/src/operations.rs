//! The flat array of operations as frames carry it.

use crate::decode::{self, decode_operations};
use crate::encode::Encoder;
use crate::error::DecodeError;
use crate::patch::Patch;

/// A flat array of operations, already written as JSON.
///
/// Frames embed the text as it is, so that a large update is escaped once. The text is always as an
/// [`Encoder`] writes it, hence two equal lists of operations are equal here. No operations are the
/// empty text.
///
/// ```
/// use djust_protocol::{Encoder, NodeId, Operations};
///
/// let mut encoder = Encoder::new();
/// encoder.remove(NodeId(4), 1);
/// let operations = encoder.finish();
/// assert_eq!(operations.as_str(), "[5,4,1]");
/// assert_eq!(Operations::decode("[ 5, 4, 1 ]")?, operations);
/// assert!(encoder.finish().is_empty());
/// # Ok::<(), djust_protocol::DecodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operations(String);

impl Operations {
    /// Reads a flat array, for instance one that another process wrote.
    ///
    /// # Errors
    ///
    /// When the text is not a flat array of operations: see [`decode_operations`].
    pub fn decode(text: &str) -> Result<Self, DecodeError> {
        Ok(Self::from_patches(&decode_operations(text)?))
    }

    /// Writes a list of operations.
    pub fn from_patches(patches: &[Patch<'_>]) -> Self {
        let mut encoder = Encoder::new();
        for patch in patches {
            encoder.patch(patch);
        }
        encoder.finish()
    }

    /// Takes a text that [`Encoder::finish`] wrote, without reading it again.
    ///
    /// The empty text stands for no operations. Returns `None` when the text cannot be one: when it
    /// does not begin with `[` and a digit, or does not end with `]`. What lies between is trusted.
    pub fn from_encoded(text: String) -> Option<Self> {
        let bytes = text.as_bytes();
        let framed = bytes.len() > 2
            && bytes[0] == b'['
            && bytes[1].is_ascii_digit()
            && bytes[bytes.len() - 1] == b']';
        (text.is_empty() || framed).then_some(Self(text))
    }

    pub(crate) fn from_encoder(text: String) -> Self {
        Self(text)
    }

    pub(crate) fn from_values(
        values: Vec<serde_json::Value>,
        path: &crate::reader::Path<'_>,
    ) -> Result<Self, DecodeError> {
        Ok(Self::from_patches(&decode::patches(values, path)?))
    }

    /// The JSON text, empty when there are no operations.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The JSON text, empty when there are no operations.
    pub fn into_string(self) -> String {
        self.0
    }

    /// Whether there are no operations.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The operations one by one.
    ///
    /// # Errors
    ///
    /// When the text came in through [`Operations::from_encoded`] and was not what it promised.
    pub fn patches(&self) -> Result<Vec<Patch<'static>>, DecodeError> {
        if self.is_empty() {
            Ok(Vec::new())
        } else {
            decode_operations(&self.0)
        }
    }
}
