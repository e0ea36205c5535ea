package validate

import "net/netip"

// specialDate is when the tables below were last compared with IANA's registries of special-purpose addresses
// (iana-ipv4-special-registry, iana-ipv6-special-registry), as ipaddr.js 2.5.0 and the module ipaddress of
// CPython 3.13 hold them: see TestSpecialNetworksOfOthers. RFC 9780 of May 2025 added the latest row.
const specialDate = "2026-12"

// special are the networks where no mail server of the internet is: every row of the registries, whether IANA calls it
// globally reachable or not, and multicast. What is left out are the rows of transition mechanisms whose addresses
// lead to an IPv4 address, see [embeddings].
var special = []struct {
	net       netip.Prefix
	what, rfc string
}{
	{netip.MustParsePrefix("0.0.0.0/8"), "this network", "RFC 791"},
	{netip.MustParsePrefix("10.0.0.0/8"), "private use", "RFC 1918"},
	{netip.MustParsePrefix("100.64.0.0/10"), "shared address space: carrier-grade NAT", "RFC 6598"},
	{netip.MustParsePrefix("127.0.0.0/8"), "loopback", "RFC 1122"},
	{netip.MustParsePrefix("169.254.0.0/16"), "link-local, where clouds keep their metadata", "RFC 3927"},
	{netip.MustParsePrefix("172.16.0.0/12"), "private use", "RFC 1918"},
	{netip.MustParsePrefix("192.0.0.0/24"), "IETF protocol assignments, anycast services among them", "RFC 6890"},
	{netip.MustParsePrefix("192.0.2.0/24"), "documentation", "RFC 5737"},
	{netip.MustParsePrefix("192.31.196.0/24"), "AS112, which answers DNS", "RFC 7535"},
	{netip.MustParsePrefix("192.52.193.0/24"), "AMT relays", "RFC 7450"},
	{netip.MustParsePrefix("192.88.99.0/24"), "6to4 relays, deprecated", "RFC 7526"},
	{netip.MustParsePrefix("192.168.0.0/16"), "private use", "RFC 1918"},
	{netip.MustParsePrefix("192.175.48.0/24"), "AS112, which answers DNS", "RFC 7534"},
	{netip.MustParsePrefix("198.18.0.0/15"), "benchmarks", "RFC 2544"},
	{netip.MustParsePrefix("198.51.100.0/24"), "documentation", "RFC 5737"},
	{netip.MustParsePrefix("203.0.113.0/24"), "documentation", "RFC 5737"},
	{netip.MustParsePrefix("224.0.0.0/4"), "multicast", "RFC 5771"},
	{netip.MustParsePrefix("240.0.0.0/4"), "reserved, limited broadcast", "RFC 1112"},
	{netip.MustParsePrefix("::/96"), "unspecified, loopback, IPv4-compatible", "RFC 4291"},
	{netip.MustParsePrefix("::ffff:0:0:0/96"), "IPv4-translated", "RFC 2765"},
	{netip.MustParsePrefix("64:ff9b:1::/48"), "translation within a network: NAT64 with a local prefix", "RFC 8215"},
	{netip.MustParsePrefix("100::/64"), "discard only", "RFC 6666"},
	{netip.MustParsePrefix("100:0:0:1::/64"), "dummy prefix", "RFC 9780"},
	{netip.MustParsePrefix("2001::/23"), "IETF protocol assignments: Teredo, benchmarks, AMT, AS112, ORCHID, drones",
		"RFC 2928"},
	{netip.MustParsePrefix("2001:db8::/32"), "documentation", "RFC 3849"},
	{netip.MustParsePrefix("2620:4f:8000::/48"), "AS112, which answers DNS", "RFC 7534"},
	{netip.MustParsePrefix("3fff::/20"), "documentation", "RFC 9637"},
	{netip.MustParsePrefix("5f00::/16"), "segment routing identifiers", "RFC 9602"},
	{netip.MustParsePrefix("fc00::/7"), "unique local", "RFC 4193"},
	{netip.MustParsePrefix("fe80::/10"), "link-local", "RFC 4291"},
	{netip.MustParsePrefix("fec0::/10"), "site-local, deprecated", "RFC 3879"},
	{netip.MustParsePrefix("ff00::/8"), "multicast", "RFC 4291"},
}

// globalUnicast is all that IANA gives out of IPv6 (RFC 4291, iana-ipv6-address-space): nobody can have an address
// elsewhere.
var globalUnicast = netip.MustParsePrefix("2000::/3")

// embeddings are the ways in which an IPv6 address leads to an IPv4 address: packets end up there.
var embeddings = []struct {
	name  string
	leads func(b [16]byte) bool
	at    int // where in the address the IPv4 address begins
}{
	{"NAT64, RFC 6052", within("64:ff9b::/96"), 12},
	{"6to4, RFC 3056", within("2002::/16"), 2},
	{"ISATAP, RFC 5214", isatap, 12},
}

func within(network string) func(b [16]byte) bool {
	p := netip.MustParsePrefix(network)
	return func(b [16]byte) bool { return p.Contains(netip.AddrFrom16(b)) }
}

// isatap knows the interface identifier 0000:5efe or 0200:5efe before the IPv4 address, under whatever prefix.
func isatap(b [16]byte) bool {
	return b[8]&^2 == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe
}
