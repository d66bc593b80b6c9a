//! How the fields of a client are written as metadata, and read from the store (RFC 7591 section 2).

use std::time::Duration;

use pixie_oauth::jose::SigningAlgorithm;
use pixie_oauth::{
    AccessTokenFormat, ApplicationType, AssertionAlgorithm, OnByDefault, Origin, RedirectUri, RegisteredKeys,
    RequestObjectAlgorithm, ResponseType, Scope, Seconds, SubjectType, WebUri,
};
use serde_json::Value;

/// The type of a field of [`Client`](super::Client).
pub(crate) trait Registered: Sized {
    /// The type of the field in metadata.
    type Given;

    /// The value in metadata; none if it is the default.
    fn given(&self) -> Option<Self::Given>;

    /// Reads a value that was checked when it was registered or changed.
    ///
    /// # Errors
    /// A sentence, if the value is damaged.
    fn stored(given: Option<Self::Given>) -> Result<Self, String>;
}

/// Types that are the same in metadata.
macro_rules! same {
    ($($type:ty),+) => {
        $(impl Registered for Option<$type> {
            type Given = $type;

            fn given(&self) -> Option<$type> {
                self.clone()
            }

            fn stored(given: Option<$type>) -> Result<Self, String> {
                Ok(given)
            }
        })+
    };
}

/// Lists that are the same in metadata; empty if they are left out.
macro_rules! same_lists {
    ($($type:ty),+) => {
        $(impl Registered for Vec<$type> {
            type Given = Self;

            fn given(&self) -> Option<Self> {
                (!self.is_empty()).then(|| self.clone())
            }

            fn stored(given: Option<Self>) -> Result<Self, String> {
                Ok(given.unwrap_or_default())
            }
        })+
    };
}

same!(
    String,
    AccessTokenFormat,
    ApplicationType,
    AssertionAlgorithm,
    RequestObjectAlgorithm,
    Scope,
    SigningAlgorithm,
    SubjectType
);
same_lists!(Origin, ResponseType, String);

impl Registered for bool {
    type Given = Self;

    fn given(&self) -> Option<Self> {
        self.then_some(true)
    }

    fn stored(given: Option<Self>) -> Result<Self, String> {
        Ok(given.unwrap_or_default())
    }
}

impl Registered for OnByDefault {
    type Given = Self;

    fn given(&self) -> Option<Self> {
        (!self.is_on()).then_some(*self)
    }

    fn stored(given: Option<Self>) -> Result<Self, String> {
        Ok(given.unwrap_or_default())
    }
}

impl Registered for Option<WebUri> {
    type Given = String;

    fn given(&self) -> Option<String> {
        self.as_ref().map(ToString::to_string)
    }

    fn stored(given: Option<String>) -> Result<Self, String> {
        given.as_deref().map(web_uri).transpose()
    }
}

impl Registered for Vec<WebUri> {
    type Given = Vec<String>;

    fn given(&self) -> Option<Vec<String>> {
        (!self.is_empty()).then(|| self.iter().map(ToString::to_string).collect())
    }

    fn stored(given: Option<Vec<String>>) -> Result<Self, String> {
        given.iter().flatten().map(|text| web_uri(text)).collect()
    }
}

fn web_uri(text: &str) -> Result<WebUri, String> {
    WebUri::parse(text).map_err(|error| error.to_string())
}

impl Registered for Vec<RedirectUri> {
    type Given = Vec<String>;

    fn given(&self) -> Option<Vec<String>> {
        (!self.is_empty()).then(|| self.iter().map(ToString::to_string).collect())
    }

    fn stored(given: Option<Vec<String>>) -> Result<Self, String> {
        Ok(given
            .unwrap_or_default()
            .into_iter()
            .map(RedirectUri::from_stored)
            .collect())
    }
}

impl Registered for Option<Duration> {
    type Given = Seconds;

    fn given(&self) -> Option<Seconds> {
        self.map(whole_seconds).map(Seconds)
    }

    fn stored(given: Option<Seconds>) -> Result<Self, String> {
        let duration = |seconds: Seconds| u64::try_from(seconds.0).map(Duration::from_secs);
        given
            .map(duration)
            .transpose()
            .map_err(|_| "a negative number of seconds".to_owned())
    }
}

/// The whole seconds of a duration.
pub(crate) fn whole_seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

impl Registered for Option<RegisteredKeys> {
    type Given = Value;

    fn given(&self) -> Option<Value> {
        self.as_ref().map(|keys| keys.json().clone())
    }

    fn stored(given: Option<Value>) -> Result<Self, String> {
        given
            .map(RegisteredKeys::parse)
            .transpose()
            .map_err(|error| error.to_string())
    }
}
