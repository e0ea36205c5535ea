package validate

import (
	"net/netip"
	"regexp"
	"strings"
	"testing"
)

// TestSpecialNetworks: each row of the tables is wholly refused, begins where it says, and stands beside no other that
// holds it.
func TestSpecialNetworks(t *testing.T) {
	if !regexp.MustCompile(`^20\d\d-\d\d$`).MatchString(specialDate) {
		t.Errorf("the tables are of %q", specialDate)
	}
	for i, row := range special {
		if row.net != row.net.Masked() || row.what == "" || row.rfc == "" {
			t.Errorf("%+v", row)
		}
		if last := lastOf(row.net); Public(row.net.Addr()) || Public(last) {
			t.Errorf("%s: %s or %s is public", row.net, row.net.Addr(), last)
		}
		for _, other := range special[:i] {
			if other.net.Overlaps(row.net) {
				t.Errorf("%s and %s overlap", other.net, row.net)
			}
		}
	}
}

// lastOf is the last address of a network.
func lastOf(p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for bit := p.Bits(); bit < len(b)*8; bit++ {
		b[bit/8] |= 0x80 >> (bit % 8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

func TestPublic(t *testing.T) {
	for want, addrs := range map[bool][]string{
		true: {"8.8.8.8", "100.63.0.1", "172.32.0.1", "2600::1", "2a00:1450::1a", "::ffff:5.5.5.1",
			"64:ff9b::5.5.5.1", "2002:505:501::1",
			"2001:200::1", "2600::5efe:5.5.5.1", "3ffe::1", "2620:4f:8001::1", "192.0.1.1", "192.31.197.1",
			"223.255.255.255"},
		false: {"0.0.0.0", "10.1.1.1", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "172.31.0.1",
			"192.0.2.1", "192.168.1.1", "198.18.0.1",
			"203.0.113.9", "224.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "fc00::1", "fd00::1", "fe80::1",
			"fe80::1%eth0", "2a00:1450::1a%eth0",
			"192.31.196.1", "192.52.193.1", "192.175.48.1", "192.0.0.9", "192.88.99.1", "198.51.100.1", "240.0.0.1",
			"::ffff:0:127.0.0.1", "::ffff:0:8.8.8.8", "64:ff9b:1::8.8.8.8", "64:ff9b:1:ffff::1", "64:ff9b::10.0.0.1",
			"64:ff9b::1:8.8.8.8",
			"2002:a00:1::1", "2002:c0a8:101::", "2600::5efe:10.0.0.1", "2600::200:5efe:127.0.0.1",
			"fe80::5efe:8.8.8.8", "2002:505:501::5efe:10.0.0.1",
			"2001::1", "2001:2::1", "2001:3::1", "2001:4:112::1", "2001:10::1", "2001:20::1", "2001:30::1",
			"2001:1ff::1", "2620:4f:8000::1",
			"3fff::1", "3fff:fff::1", "5f00::1", "100::1", "100:0:0:1::1", "200::1", "4000::1", "1::1", "e000::1",
			"fec0::1",
			"2001:db8::1", "2001:0:1::1", "ff02::1", "::ffff:127.0.0.1", "64:ff9b::127.0.0.1", "2002:7f00:1::1"},
	} {
		for _, a := range addrs {
			if got := Public(netip.MustParseAddr(a)); got != want {
				t.Errorf("%s is public: %v, want %v", a, got, want)
			}
		}
	}
	if Public(netip.Addr{}) {
		t.Error("no address is public")
	}
}

// TestSpecialNetworksOfOthers: what two widely used libraries hold of IANA's registries is refused as well, each
// network from its first address to its last. Left out are mapped addresses and 6to4, whose IPv4 addresses decide.
func TestSpecialNetworksOfOthers(t *testing.T) {
	for source, networks := range map[string]string{
		"ipaddr.js 2.5.0": `0.0.0.0/8 255.255.255.255/32 224.0.0.0/4 169.254.0.0/16 127.0.0.0/8 100.64.0.0/10 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16
			192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4 192.175.48.0/24 192.31.196.0/24
			192.52.193.0/24 ::/128 fe80::/10 ff00::/8 ::1/128 fc00::/7 fec0::/10 100::/64 ::ffff:0:0:0/96 64:ff9b:1::/48 2001::/32 2001:2::/48
			2001:3::/32 2001:4:112::/48 2620:4f:8000::/48 2001:10::/28 2001:20::/28 2001:30::/28 5f00::/16 2001::/23 2001:db8::/32 3fff::/20`,
		"ipaddress of CPython 3.13": `0.0.0.0/8 10.0.0.0/8 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.0.170/31 192.0.2.0/24 192.168.0.0/16
			198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4 255.255.255.255/32 192.0.0.9/32 192.0.0.10/32 ::1/128 ::/128 64:ff9b:1::/48
			100::/64 2001::/23 2001:db8::/32 fc00::/7 fe80::/10 2001:1::1/128 2001:1::2/128 2001:3::/32 2001:4:112::/48 2001:20::/28 2001:30::/28
			100::/8 200::/7 400::/6 800::/5 1000::/4 4000::/3 6000::/3 8000::/3 a000::/3 c000::/3 e000::/4 f000::/5 f800::/6 fe00::/9`,
	} {
		for _, network := range strings.Fields(networks) {
			p := netip.MustParsePrefix(network)
			if Public(p.Addr()) || Public(lastOf(p)) {
				t.Errorf("%s: %s is public", source, p)
			}
		}
	}
}
