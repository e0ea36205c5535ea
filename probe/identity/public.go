package identity

import (
	"net"
	"net/netip"

	"github.com/prebounce/prebounce/validate/dns"
)

// public are resolvers that serve everybody. Blocklists count questions by resolver, so they refuse these, and some
// answer them wrongly. From the operators' own pages; general knowledge, 2026-11-22.
var public = []struct{ net, operator string }{
	{"8.8.8.8/32", "Google"}, {"8.8.4.4/32", "Google"}, {"2001:4860:4860::/48", "Google"}, {"1.1.1.0/29", "Cloudflare"},
	{"1.0.0.0/29", "Cloudflare"}, {"2606:4700:4700::/48", "Cloudflare"}, {"9.9.9.0/24", "Quad9"},
	{"149.112.112.0/24", "Quad9"}, {"149.112.121.0/24", "Quad9"}, {"2620:fe::/48", "Quad9"},
	{"208.67.220.0/24", "OpenDNS"}, {"208.67.222.0/24", "OpenDNS"}, {"2620:119:35::/48", "OpenDNS"},
	{"2620:119:53::/48", "OpenDNS"}, {"94.140.14.0/24", "AdGuard"}, {"94.140.15.0/24", "AdGuard"},
	{"2a10:50c0::/32", "AdGuard"}, {"185.228.168.0/24", "CleanBrowsing"}, {"185.228.169.0/24", "CleanBrowsing"},
	{"2a0d:2a00::/32", "CleanBrowsing"}, {"76.76.2.0/24", "Control D"}, {"76.76.10.0/24", "Control D"},
	{"2606:1a40::/32", "Control D"}, {"77.88.8.0/24", "Yandex"}, {"2a02:6b8::feed:0/112", "Yandex"},
	{"4.2.2.0/29", "Level 3"}, {"209.244.0.3/32", "Level 3"}, {"209.244.0.4/32", "Level 3"},
	{"64.6.64.6/32", "Verisign"}, {"64.6.65.6/32", "Verisign"}, {"2620:74:1b::1:1/128", "Verisign"},
	{"2620:74:1c::2:2/128", "Verisign"}, {"156.154.70.0/24", "UltraDNS"}, {"156.154.71.0/24", "UltraDNS"},
	{"2610:a1:1018::/48", "UltraDNS"}, {"2610:a1:1019::/48", "UltraDNS"}, {"8.26.56.26/32", "Comodo"},
	{"8.20.247.20/32", "Comodo"}, {"84.200.69.80/32", "DNS.WATCH"}, {"84.200.70.40/32", "DNS.WATCH"},
	{"74.82.42.42/32", "Hurricane Electric"}, {"2001:470:20::2/128", "Hurricane Electric"},
	{"194.242.2.0/24", "Mullvad"}, {"2a07:e340::/32", "Mullvad"}, {"86.54.11.0/24", "DNS4EU"},
	{"193.110.81.0/32", "dns0.eu"}, {"185.253.5.0/32", "dns0.eu"}, {"45.90.28.0/24", "NextDNS"},
	{"45.90.30.0/24", "NextDNS"}, {"114.114.114.0/24", "114DNS"}, {"114.114.115.0/24", "114DNS"},
	{"223.5.5.5/32", "AliDNS"}, {"223.6.6.6/32", "AliDNS"}, {"2400:3200::/32", "AliDNS"}, {"119.29.29.29/32", "DNSPod"},
}

// publicNames are the names under which the biggest of them are known.
var publicNames = map[string]string{
	"dns.google": "Google", "one.one.one.one": "Cloudflare", "cloudflare-dns.com": "Cloudflare",
	"dns.quad9.net": "Quad9", "dns.opendns.com": "OpenDNS", "dns.adguard-dns.com": "AdGuard",
}

// publicResolver names one of a client's resolvers that is public, or is empty.
func publicResolver(c *dns.Client) string {
	servers, _ := c.Resolvers()
	for _, s := range servers {
		name, _, _ := net.SplitHostPort(s)
		if operator := publicOperator(name); operator != "" {
			return name + " (" + operator + ")"
		}
	}
	return ""
}

func publicOperator(name string) string {
	ip, err := netip.ParseAddr(name)
	if err != nil {
		return publicNames[plainName(name)]
	}
	for _, p := range public {
		if netip.MustParsePrefix(p.net).Contains(ip.Unmap().WithZone("")) {
			return p.operator
		}
	}
	return ""
}
