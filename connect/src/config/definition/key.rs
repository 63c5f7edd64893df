//! One property's definition, and the short notation in which the tables are written.

use std::borrow::Cow;

/// Kafka's value types, as far as these properties use them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    /// `true` or `false`, in any case.
    Boolean,
    /// Text, trimmed.
    String,
    /// 32-bit integer.
    Int,
    /// 16-bit integer.
    Short,
    /// 64-bit integer.
    Long,
    /// Texts separated by commas.
    List,
    /// A Java class by name or alias.
    Class,
    /// Text that is never shown.
    Password,
}

impl ValueType {
    /// The name that Kafka Connect's API uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Boolean => "BOOLEAN",
            Self::String => "STRING",
            Self::Int => "INT",
            Self::Short => "SHORT",
            Self::Long => "LONG",
            Self::List => "LIST",
            Self::Class => "CLASS",
            Self::Password => "PASSWORD",
        }
    }
}

/// How much a property matters to most users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Importance {
    /// Look at it first.
    High,
    /// Often worth setting.
    Medium,
    /// Rarely set.
    Low,
}

impl Importance {
    /// The name that Kafka Connect's API uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::High => "HIGH",
            Self::Medium => "MEDIUM",
            Self::Low => "LOW",
        }
    }
}

/// How wide a form should draw the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// No advice.
    None,
    /// A word.
    Short,
    /// A phrase.
    Medium,
    /// A line.
    Long,
}

impl Width {
    /// The name that Kafka Connect's API uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Short => "SHORT",
            Self::Medium => "MEDIUM",
            Self::Long => "LONG",
        }
    }
}

/// What holds when a property is not submitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Default {
    /// It must be submitted.
    Required,
    /// Nothing.
    Null,
    /// This text.
    Text(&'static str),
    /// The number of processors of this machine.
    Processors,
}

/// When the validate call lists a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// Always, as the official software does.
    Always,
    /// Only when it was submitted: the official software reads it without declaring it, or does not have it.
    Submitted,
}

/// Whether an enumerator's letters must match exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::config) enum Letters {
    Exact,
    AnyCase,
}

/// What a value must satisfy beyond its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::config) enum Validator {
    Any,
    /// A number no smaller than this.
    AtLeast(i64),
    /// A number between these two, both included.
    Between(i64, i64),
    /// A positive number, or -1 for the broker's default.
    CountOrBroker {
        what: &'static str,
    },
    /// The connector's own enumerators; an empty value may be allowed.
    Enumerator {
        values: &'static [&'static str],
        letters: Letters,
        may_be_empty: bool,
    },
    /// Kafka's enumerators.
    OneOf {
        values: &'static [&'static str],
        letters: Letters,
    },
    NonEmpty,
    /// A name that Kafka takes for a topic, or nothing.
    TopicName,
    ConnectorName,
    ConnectorClass,
    PluginVersion,
    ConnectionString,
    JsonDocuments,
    NamespaceMap,
    AvroSchema,
    ClassName,
    Regex,
    /// A list of regular expressions.
    Regexes,
    StartTime,
    Collation,
    ServerApiVersion,
    Namespaces,
    Converter,
    HeaderConverter,
    UniqueAliases,
}

/// A property's definition, exactly the facts that Kafka's `ConfigDef` shows over REST, and a few of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigKey {
    /// Property name.
    pub name: Cow<'static, str>,
    /// Type of the value.
    pub value_type: ValueType,
    /// What holds when it is not submitted.
    pub default: Default,
    /// How much it matters.
    pub importance: Importance,
    /// Its group; `None` for some options of converters, empty for an internal property.
    pub group: Option<&'static str>,
    /// Place within the group, from 1; -1 where the official software gives none.
    pub order_in_group: i32,
    /// Width of a form's field.
    pub width: Width,
    /// Short label.
    pub display_name: &'static str,
    /// Properties to check again when this one changes.
    pub dependents: &'static [&'static str],
    /// Values to offer in a drop-down list.
    pub recommended_values: &'static [&'static str],
    /// One or two plain sentences.
    pub documentation: &'static str,
    /// A form should not show it.
    pub is_hidden: bool,
    /// When the validate call lists it.
    pub listing: Listing,
    /// The name that has taken its place, for a deprecated property.
    pub replaced_by: Option<&'static str>,
    pub(in crate::config) validator: Validator,
}

impl ConfigKey {
    /// A property of medium importance and width, empty by default, any value.
    pub(super) const fn new(
        name: &'static str,
        value_type: ValueType,
        place: (&'static str, i32),
        display_name: &'static str,
        documentation: &'static str,
    ) -> Self {
        Self {
            name: Cow::Borrowed(name),
            value_type,
            default: Default::Text(""),
            importance: Importance::Medium,
            group: Some(place.0),
            order_in_group: place.1,
            width: Width::Medium,
            display_name,
            dependents: &[],
            recommended_values: &[],
            documentation,
            is_hidden: false,
            listing: Listing::Always,
            replaced_by: None,
            validator: Validator::Any,
        }
    }

    pub(super) const fn default(mut self, text: &'static str) -> Self {
        self.default = Default::Text(text);
        self
    }

    pub(super) const fn without_default(mut self, default: Default) -> Self {
        self.default = default;
        self
    }

    pub(super) const fn high(mut self) -> Self {
        self.importance = Importance::High;
        self
    }

    pub(super) const fn low(mut self) -> Self {
        self.importance = Importance::Low;
        self
    }

    pub(super) const fn width(mut self, width: Width) -> Self {
        self.width = width;
        self
    }

    pub(super) const fn valid(mut self, validator: Validator) -> Self {
        self.validator = validator;
        self
    }

    pub(super) const fn recommend(mut self, values: &'static [&'static str]) -> Self {
        self.recommended_values = values;
        self
    }

    pub(super) const fn dependents(mut self, names: &'static [&'static str]) -> Self {
        self.dependents = names;
        self
    }

    pub(super) const fn replaced_by(mut self, name: &'static str) -> Self {
        self.replaced_by = Some(name);
        self
    }

    pub(super) const fn listed_when_submitted(mut self) -> Self {
        self.listing = Listing::Submitted;
        self
    }

    pub(super) const fn hidden(mut self) -> Self {
        self.is_hidden = true;
        self
    }

    pub(super) const fn without_group(mut self) -> Self {
        self.group = None;
        self.order_in_group = -1;
        self
    }

    /// The default as text, or `None` where there is none.
    pub fn default_text(&self) -> Option<Cow<'static, str>> {
        match self.default {
            Default::Required | Default::Null => None,
            Default::Text(text) => Some(Cow::Borrowed(text)),
            Default::Processors => {
                let processors = std::thread::available_parallelism().map_or(1, usize::from);
                Some(Cow::Owned(processors.to_string()))
            }
        }
    }

    /// The default as it may be shown: a secret's reads `[hidden]`.
    pub fn shown_default(&self) -> Option<Cow<'static, str>> {
        let text = self.default_text()?;
        Some(if self.value_type == ValueType::Password { Cow::Borrowed(super::super::HIDDEN) } else { text })
    }

    /// It must be submitted.
    pub fn is_required(&self) -> bool {
        self.default == Default::Required
    }
}
