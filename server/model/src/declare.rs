//! The two declarations every noun is made of: its fields with their merge policies, and its states with the
//! steps between them.

/// A step a state machine refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{noun} cannot go from {from} to {to}")]
pub struct Transition {
    pub noun: &'static str,
    pub from: String,
    pub to: String,
}

/// Declares an entity: `field: Type => Policy;`, with `group "name"` for coupled fields and `refers Kind` for a
/// reference to another row, which every write authorises.
macro_rules! entity {
    (
        $(#[$meta:meta])*
        $name:ident = $wire:literal {
            $($(#[$fmeta:meta])* $field:ident: $ty:ty => $policy:expr
                $(, group $group:literal)? $(, refers $target:ident)?;)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        pub struct $name {
            $($(#[$fmeta])* pub $field: $ty,)*
        }

        impl $crate::entity::Declared for $name {
            const KIND: $crate::entity::EntityKind = $crate::entity::EntityKind::$name;
            const SPEC: sync_protocol::policy::EntitySpec = sync_protocol::policy::EntitySpec {
                name: $wire,
                fields: &[$(sync_protocol::policy::FieldSpec {
                    name: stringify!($field),
                    policy: $policy,
                    group: { #[allow(unused_variables)] let group: Option<&'static str> = None;
                             $(let group = Some($group);)? group },
                },)*],
            };

            fn references(&self) -> Vec<$crate::entity::Reference> {
                #[allow(unused_mut)]
                let mut found = Vec::new();
                $($($crate::entity::RefersTo::collect(
                    &self.$field, stringify!($field), $crate::entity::EntityKind::$target, &mut found);)?)*
                found
            }
        }
    };
}

/// Declares a state machine: `State => [states it may become];`, the first state being the one rows start in.
macro_rules! status {
    (
        $(#[$meta:meta])*
        $name:ident of $noun:literal {
            $($(#[$smeta:meta])* $state:ident = $wire:literal => [$($next:ident),*];)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
                 schemars::JsonSchema)]
        pub enum $name { $($(#[$smeta])* #[serde(rename = $wire)] $state,)+ }

        impl $name {
            /// Every state.
            pub const ALL: &'static [$name] = &[$($name::$state,)+];

            /// The names of all states.
            pub const NAMES: &'static [&'static str] = &[$($wire,)+];

            /// The state's name on the wire and in the database.
            pub fn name(self) -> &'static str {
                match self { $($name::$state => $wire,)+ }
            }

            /// The state of this name.
            pub fn from_name(name: &str) -> Option<$name> {
                match name { $($wire => Some($name::$state),)+ _ => None }
            }

            /// Takes the step, or refuses it.
            ///
            /// # Errors
            /// The machine has no such step.
            pub fn become_(self, to: $name) -> Result<$name, $crate::Transition> {
                let allowed: &[$name] = match self { $($name::$state => &[$($name::$next,)*],)+ };
                if allowed.contains(&to) {
                    Ok(to)
                } else {
                    Err($crate::Transition {
                        noun: $noun, from: self.name().to_owned(), to: to.name().to_owned(),
                    })
                }
            }

            /// Whether the step between two states, given by name, is legal: what a merge asks.
            pub fn legal(from: &str, to: &str) -> bool {
                match ($name::from_name(from), $name::from_name(to)) {
                    (Some(from), Some(to)) => from.become_(to).is_ok(),
                    _ => false,
                }
            }
        }
    };
}

/// Declares a plain set of words: `Variant = "wire";`.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$smeta:meta])* $variant:ident = $wire:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize,
                 serde::Deserialize, schemars::JsonSchema)]
        pub enum $name { $($(#[$smeta])* #[serde(rename = $wire)] $variant,)+ }

        impl $name {
            /// Every one of them.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// The names of all of them.
            pub const NAMES: &'static [&'static str] = &[$($wire,)+];

            /// The name on the wire and in the database.
            pub fn name(self) -> &'static str {
                match self { $($name::$variant => $wire,)+ }
            }

            /// The one of this name.
            pub fn from_name(name: &str) -> Option<$name> {
                match name { $($wire => Some($name::$variant),)+ _ => None }
            }
        }
    };
}
