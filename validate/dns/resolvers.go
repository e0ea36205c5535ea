package dns

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/miekg/dns"
)

// maxServers bounds how many resolvers a client uses.
const maxServers = 16

// systemFile is where systems other than Windows name their resolvers.
const systemFile = "/etc/resolv.conf"

// ParseServer parses HOST[:PORT], where HOST is a name or an address; an IPv6 address with a port must be in brackets.
func ParseServer(s string) (string, error) {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		host, port = strings.Trim(s, "[]"), "53"
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return "", fmt.Errorf("invalid resolver %.80q: want a port from 1 to 65535", s)
	}
	if host == "" || strings.ContainsAny(host, " /@[]") || (strings.Contains(host, ":") &&
		net.ParseIP(strings.Split(host, "%")[0]) == nil) {
		return "", fmt.Errorf("invalid resolver %.80q: want HOST[:PORT]", s)
	}
	return net.JoinHostPort(host, port), nil
}

// system reads the resolvers that this machine uses.
func system(file string) ([]string, error) {
	conf, err := dns.ClientConfigFromFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the system's resolvers: %w", err)
	}
	if len(conf.Servers) == 0 {
		return nil, errors.New(file + " lists no resolver")
	}
	return conf.Servers, nil
}
