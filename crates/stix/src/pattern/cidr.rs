//! Addresses and networks for `ISSUBSET` and `ISSUPERSET` (STIX 2.1 §9.6.1, §6.8, §6.9).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An IPv4 or IPv6 network; a single address is the network of its full length. Bits behind the
/// prefix are ignored, as the standard's own examples have them set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Network {
    /// An IPv4 address in the low 32 bits.
    bits: u128,
    length: u32,
    width: u32,
}

impl Network {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let (bits, width) = match address.parse::<IpAddr>().ok()? {
            IpAddr::V4(address) => (u128::from(Ipv4Addr::to_bits(address)), 32),
            IpAddr::V6(address) => (Ipv6Addr::to_bits(address), 128),
        };
        let length = match prefix {
            None => width,
            Some(digits)
                if digits.len() <= 3 && digits.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                digits.parse().ok()?
            }
            Some(_) => return None,
        };
        (length <= width).then_some(Self {
            bits,
            length,
            width,
        })
    }

    pub(super) fn is_ipv4(self) -> bool {
        self.width == 32
    }

    /// Tells whether every address of this network is one of the other.
    pub(super) fn is_within(self, other: Self) -> bool {
        // `checked_shr`: a shift by 128 is the prefix of length 0, which holds everything.
        let head = |bits: u128| bits.checked_shr(other.width - other.length).unwrap_or(0);
        self.width == other.width
            && self.length >= other.length
            && (other.length == 0 || head(self.bits) == head(other.bits))
    }
}

/// Prints without the bits behind the prefix, and without the prefix of a single address.
impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let behind = self.width - self.length;
        let bits = self
            .bits
            .checked_shr(behind)
            .and_then(|head| head.checked_shl(behind))
            .unwrap_or(0);
        match u32::try_from(bits) {
            Ok(bits) if self.is_ipv4() => write!(f, "{}", Ipv4Addr::from_bits(bits))?,
            _ => write!(f, "{}", Ipv6Addr::from_bits(bits))?,
        }
        if behind == 0 {
            Ok(())
        } else {
            write!(f, "/{}", self.length)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(inner: &str, outer: &str) -> bool {
        Network::parse(inner)
            .unwrap()
            .is_within(Network::parse(outer).unwrap())
    }

    #[test]
    fn networks_hold_addresses_and_networks() {
        assert!(within("198.51.100.0/27", "198.51.100.0/24"));
        assert!(within("198.51.100.7", "198.51.100.9/24"));
        assert!(within("198.51.100.7", "198.51.100.7/32"));
        assert!(within("10.0.0.1", "0.0.0.0/0"));
        assert!(within("2001:db8::1", "2001:0db8:0:0:0:0:0:0/32"));
        assert!(within("::1", "::/0"));
        assert!(!within("198.51.100.0/24", "198.51.100.0/27"));
        assert!(!within("198.51.101.0", "198.51.100.0/24"));
        assert!(!within("198.51.100.0", "::ffff:198.51.100.0/120"));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in [
            "",
            "/",
            "1.2.3",
            "1.2.3.4/33",
            "1.2.3.4/",
            "1.2.3.4/-1",
            "1.2.3.4/+8",
            "::/129",
            "1.2.3.4/24/8",
            "01.2.3.4",
            "1.2.3.4 ",
            "example.com",
            "1.2.3.4/0008",
        ] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
