package validate

import (
	"net/netip"
	"testing"
)

func TestPublic(t *testing.T) {
	for want, addrs := range map[bool][]string{
		true: {"8.8.8.8", "100.63.0.1", "172.32.0.1", "2600::1", "2a00:1450::1a", "::ffff:5.5.5.1", "64:ff9b::5.5.5.1", "2002:505:501::1"},
		false: {"0.0.0.0", "10.1.1.1", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "172.31.0.1", "192.0.2.1", "192.168.1.1", "198.18.0.1",
			"203.0.113.9", "224.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "fc00::1", "fd00::1", "fe80::1", "fe80::1%eth0", "2a00:1450::1a%eth0",
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
