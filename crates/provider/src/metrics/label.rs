//! Metric labels are enums whose values have names, so that the number of series is bounded by the code.

/// A label of a metric with a fixed set of values.
pub trait Label: Copy + Send + Sync + 'static {
    /// The label's own name, such as `outcome`.
    const NAME: &'static str;

    /// Every value, in the order of [`index`](Self::index).
    const ALL: &'static [Self];

    /// The place among [`ALL`](Self::ALL).
    fn index(self) -> usize;

    /// The value as it is printed.
    fn value(self) -> &'static str;
}

/// Defines a [`Label`]: `pub enum Name: "label" { Value = "value", … }`, each with its doc comment.
#[macro_export]
macro_rules! labels {
    (
        $(#[$about:meta])*
        $visible:vis enum $name:ident: $label:literal {
            $( $(#[$meaning:meta])* $variant:ident = $value:literal ),+ $(,)?
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $visible enum $name {
            $( $(#[$meaning])* $variant ),+
        }

        impl $crate::metrics::Label for $name {
            const NAME: &'static str = $label;
            const ALL: &'static [Self] = &[$( Self::$variant ),+];

            fn index(self) -> usize {
                self as usize
            }

            fn value(self) -> &'static str {
                match self {
                    $( Self::$variant => $value ),+
                }
            }
        }
    };
}
pub use labels;
