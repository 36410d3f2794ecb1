//! Strings of a certain form: which rule each form breaks.

use super::context::Context;
use super::rule::Rule;
use crate::schema::Format;
use crate::tree::Value;

mod name;
mod network;
mod octets;

pub(super) use name::is_lower_hyphen;
pub(super) use octets::{Hash, hash, is_base64, is_hex};

impl<'t> Context<'t, '_> {
    /// Checks a string against the form its table gives.
    pub(super) fn formatted(
        &mut self,
        format: Format,
        text: &str,
        value: Value<'t>,
        section: &'static str,
    ) {
        let (good, rule) = match format {
            Format::Language => (name::is_language(text), Rule::Language),
            Format::Uri => (network::is_uri(text), Rule::Uri),
            Format::DomainName => (network::is_domain_name(text), Rule::DomainName),
            Format::EmailAddress => (network::is_email_address(text), Rule::EmailAddress),
            Format::Ipv4 => (network::is_ipv4(text), Rule::Ipv4),
            Format::Ipv6 => (network::is_ipv6(text), Rule::Ipv6),
            Format::Mac => (network::is_mac(text), Rule::Mac),
            Format::Cpe => (name::is_cpe(text), Rule::Cpe),
            Format::CharacterSet => (name::is_character_set(text), Rule::CharacterSet),
            Format::MediaType => (name::is_media_type(text), Rule::MediaType),
            Format::RelationshipType => (name::is_relationship_type(text), Rule::RelationshipType),
            Format::Country => (name::is_country(text), Rule::Country),
            Format::AdministrativeArea => {
                (name::is_administrative_area(text), Rule::AdministrativeArea)
            }
            Format::LowerHyphen => {
                let rule = match section {
                    "2.11" => Rule::KillChainForm,
                    _ => Rule::ProductForm,
                };
                (is_lower_hyphen(text), rule)
            }
            Format::Lower => (!text.bytes().any(|b| b.is_ascii_uppercase()), Rule::Lower),
            Format::Protocol => (name::is_service_name(text), Rule::Protocol),
            Format::RegistryKey => (!name::has_short_hive(text), Rule::RegistryHive),
            Format::PriorityClass => (text.ends_with("_CLASS"), Rule::PriorityClass),
        };
        if !good {
            self.find_in(rule, value, section, "");
        }
    }
}

/// Whether `text` is an RFC 5646 language tag.
pub(super) fn is_language(text: &str) -> bool {
    name::is_language(text)
}

#[cfg(test)]
mod tests;
