//! Which client a request comes from, as far as that can be believed, and never in clear.
//!
//! Anyone may write a header. So the address of the connection counts, unless it is a proxy that
//! the operator named; such a proxy adds the address it was called from to the right end of
//! `X-Forwarded-For`, and only what a trusted hand wrote there is believed. `Forwarded`,
//! `X-Real-IP` and `X-Client-IP` are not read at all.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use ipnet::IpNet;
use sha2::{Digest, Sha256};

/// How much of an IPv6 address tells subscribers apart; the rest is theirs to change at will.
const SUBSCRIBER: u128 = !0 << 64;

/// The networks whose word about the client's address is believed.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Vec<IpNet>);

/// Someone who asks: an IPv4 address or an IPv6 network of 64 bits.
///
/// The address cannot be read from it, only compared under a key that somebody holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Client([u8; 16]);

/// What a client's address is hashed with.
pub type Key = [u8; 16];

impl TrustedProxies {
    /// Returns who sent a request that came from `peer` with these `X-Forwarded-For` headers, in
    /// their order.
    ///
    /// The list is read from the right for as long as the hop that wrote it is trusted; what is
    /// no address ends it there.
    pub fn client<'head>(
        &self,
        peer: IpAddr,
        forwarded: impl DoubleEndedIterator<Item = &'head str>,
    ) -> Client {
        let mut hops = forwarded.rev().flat_map(|list| list.rsplit(',')).map(hop);
        let mut client = peer.to_canonical();
        while self.holds(client)
            && let Some(Some(before)) = hops.next()
        {
            client = before;
        }
        Client::at(client)
    }

    fn holds(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl FromStr for TrustedProxies {
    type Err = String;

    /// Reads addresses and networks with commas between them; nothing is an empty list.
    fn from_str(list: &str) -> Result<Self, String> {
        let entries = list.split(',').map(str::trim);
        entries
            .filter(|entry| !entry.is_empty())
            .map(network)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl Client {
    fn at(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & SUBSCRIBER).octets(),
        })
    }

    /// Returns a hash that says nothing to whoever does not hold the key.
    pub fn hash(&self, key: &Key) -> Key {
        // Key and address are of fixed length, so a plain hash of both is as good as an HMAC.
        let digest = Sha256::new().chain_update(key).chain_update(self.0);
        let mut hash = [0; 16];
        hash.copy_from_slice(&digest.finalize()[..16]);
        hash
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Client(…)")
    }
}

fn network(entry: &str) -> Result<IpNet, String> {
    let address = |address: IpAddr| IpNet::from(address.to_canonical());
    entry
        .parse()
        .or_else(|_| entry.parse().map(address))
        .map_err(|_| format!("{entry} is neither an address nor a network such as 10.0.0.0/8"))
}

/// Reads one entry of the list; some proxies write the port as well.
fn hop(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim();
    let address = entry.parse::<IpAddr>();
    let address = address.or_else(|_| entry.parse().map(|socket: SocketAddr| socket.ip()));
    address.ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(trusted: &str, peer: &str, forwarded: &[&str]) -> Client {
        let trusted: TrustedProxies = trusted.parse().expect("a list");
        let peer = peer.parse().expect("an address");
        trusted.client(peer, forwarded.iter().copied())
    }

    fn at(address: &str) -> Client {
        Client::at(address.parse().expect("an address"))
    }

    #[test]
    fn the_rightmost_hop_that_nobody_vouches_for_is_the_client() {
        let proxies = "10.0.0.0/8, 2001:db8::/32,192.0.2.7";
        for (peer, forwarded, expected) in [
            // Nobody is believed who is not named.
            ("203.0.113.9", &["198.51.100.1"][..], "203.0.113.9"),
            ("10.1.1.1", &["198.51.100.1"], "198.51.100.1"),
            ("10.1.1.1", &["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
            ("10.1.1.1", &["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
            (
                "10.1.1.1",
                &["198.51.100.1,192.0.2.7, 10.9.9.9"],
                "198.51.100.1",
            ),
            ("::ffff:10.1.1.1", &["::ffff:198.51.100.1"], "198.51.100.1"),
            ("2001:db8::1", &["198.51.100.1:4711"], "198.51.100.1"),
            ("2001:db8::1", &["[2a00::1]:4711"], "2a00::1"),
            // A list that ends, or ends in nonsense, ends at the last who was trusted.
            ("10.1.1.1", &[], "10.1.1.1"),
            ("10.1.1.1", &["10.2.2.2"], "10.2.2.2"),
            ("10.1.1.1", &["198.51.100.1, unknown"], "10.1.1.1"),
            ("10.1.1.1", &["198.51.100.1,,10.2.2.2"], "10.2.2.2"),
            ("10.1.1.1", &["fe80::1%eth0"], "10.1.1.1"),
            ("10.1.1.1", &[""], "10.1.1.1"),
        ] {
            assert!(
                client(proxies, peer, forwarded) == at(expected),
                "{peer} {forwarded:?}"
            );
        }
    }

    #[test]
    fn a_subscriber_is_one_client_under_any_of_their_addresses() {
        assert!(at("2a00:1:2:3::1") == at("2a00:1:2:3:ffff::9"));
        assert!(at("2a00:1:2:3::1") != at("2a00:1:2:4::1"));
        assert!(at("198.51.100.1") != at("198.51.100.2"));
    }

    #[test]
    fn an_address_shows_in_nothing_that_leaves() {
        let client = at("198.51.100.1");
        assert_eq!(format!("{client:?}"), "Client(…)");
        assert_ne!(client.hash(&[1; 16]), client.hash(&[2; 16]));
        let mapped = at("::ffff:198.51.100.1");
        assert_eq!(client.hash(&[1; 16]), mapped.hash(&[1; 16]));
    }

    #[test]
    fn a_list_that_cannot_be_read_says_which_entry() {
        let error = "10.0.0.0/8, proxy.example".parse::<TrustedProxies>();
        assert!(error.is_err_and(|error| error.starts_with("proxy.example is neither")));
    }
}
