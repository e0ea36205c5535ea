package identity

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/dns"
)

const (
	mostPolicy    = 64 << 10 // octets of a policy (RFC 8461 §3.2)
	policyTimeout = 20 * time.Second
	longestAge    = 31557600 // seconds (RFC 8461 §3.2)
)

// mtaSTS looks at the record of RFC 8461 §3.1 and at the policy that it announces.
func mtaSTS(ctx context.Context, x *exam, _ subject) Finding {
	if x.domain == "" {
		return Finding{}
	}
	f, text, found := x.optional(ctx, x.domain, stsRecord)
	if !found {
		return f
	}
	if id := fields(text)["id"]; id == "" || len(id) > 32 || strings.ContainsFunc(id, notAlphanumeric) {
		f.warn(
			"write id= with 1 to 32 letters and digits in the TXT record of "+f.About,
			"senders ignore MTA-STS: the record has no valid id=",
		)
		return f
	}
	f.Says = "the MTA-STS record is in order; its policy was not fetched"
	if x.asked.HTTPS != nil {
		x.stsPolicy(ctx, &f)
	}
	return f
}

func notAlphanumeric(c rune) bool {
	return (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z')
}

// stsPolicy fetches the policy and compares it with the MX hosts.
func (x *exam) stsPolicy(ctx context.Context, f *Finding) {
	url := "https://mta-sts." + x.domain + "/.well-known/mta-sts.txt"
	text, err := fetchPolicy(ctx, x.asked.HTTPS, url)
	var policy stsPolicy
	if err == nil {
		policy, err = readSTS(text)
	}
	if err != nil {
		f.warn("serve the policy at "+url, "senders ignore MTA-STS: its policy cannot be used: %s", cut(err.Error()))
		return
	}
	f.Evidence = append(
		f.Evidence, fmt.Sprintf("%s: mode %s, mx %s", url, policy.mode, cut(strings.Join(policy.mx, ", "))),
	)
	hosts, known := x.mailServers(ctx)
	f.Says = "MTA-STS is in order: its policy names all MX hosts"
	if policy.mode == "none" || !known {
		f.Says = "the MTA-STS policy is in order, in mode " + policy.mode
	}
	for _, host := range hosts {
		if policy.mode == "none" || policy.matches(host) {
			continue
		}
		f.warn(
			"add mx: "+host+" to the policy, and change id= in the TXT record",
			"the MTA-STS policy does not name the MX host %s", host,
		)
		if policy.mode == "enforce" {
			f.Result, f.Says = Fail, f.Says+": senders that follow it do not deliver there"
		}
		return
	}
}

// fetchPolicy gets a policy. Redirects are not followed (RFC 8461 §3.3).
func fetchPolicy(ctx context.Context, client *http.Client, url string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, policyTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the server answers %s", response.Status)
	}
	if kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type")); kind != "text/plain" {
		return "", fmt.Errorf("its type is %.40q: want text/plain", kind)
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, mostPolicy+1))
	if len(text) > mostPolicy {
		return "", fmt.Errorf("it is larger than %d octets", mostPolicy)
	}
	return string(text), err
}

// stsPolicy is a policy of RFC 8461 §3.2.
type stsPolicy struct {
	mode string
	mx   []string
}

func readSTS(text string) (p stsPolicy, err error) {
	first := map[string]string{}
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if name == "mx" {
			p.mx = append(p.mx, plainName(value))
		}
		if _, seen := first[name]; !seen {
			first[name] = value
		}
	}
	p.mode = first["mode"]
	age, ageErr := strconv.Atoi(first["max_age"])
	switch {
	case first["version"] != "STSv1":
		err = errors.New("it has no line \"version: STSv1\"")
	case p.mode != "enforce" && p.mode != "testing" && p.mode != "none":
		err = fmt.Errorf("invalid mode %.40q: want enforce, testing or none", p.mode)
	case ageErr != nil || age < 0 || age > longestAge:
		err = fmt.Errorf("invalid max_age %.40q: want 0 to %d seconds", first["max_age"], longestAge)
	case len(p.mx) == 0 && p.mode != "none":
		err = errors.New("it has no mx line")
	}
	return p, err
}

// matches reports whether the policy names a host. *.example.com stands for one label more.
func (p stsPolicy) matches(host string) bool {
	_, parent, _ := strings.Cut(host, ".")
	for _, pattern := range p.mx {
		if tail, wild := strings.CutPrefix(pattern, "*."); host == pattern || (wild && parent == tail) {
			return true
		}
	}
	return false
}

// PolicyClient is a client for [Examiner.HTTPS]: it looks names up with the given DNS client, connects to public
// addresses only, verifies certificates by roots (nil: the system's), and follows no redirects.
func PolicyClient(client *dns.Client, roots *x509.CertPool) *http.Client {
	dialer := &net.Dialer{Timeout: policyTimeout / 2}
	transport := &http.Transport{
		TLSClientConfig:        &tls.Config{RootCAs: roots},
		DisableKeepAlives:      true,
		MaxResponseHeaderBytes: mostPolicy,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			host, port, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			addr, err := publicAddress(ctx, client, host)
			if err != nil {
				return nil, err
			}
			return dialer.DialContext(ctx, network, net.JoinHostPort(addr.String(), port))
		},
	}
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// publicAddress is an address of a host of the internet.
func publicAddress(ctx context.Context, client *dns.Client, host string) (netip.Addr, error) {
	for _, typ := range []dns.Type{dns.A, dns.AAAA} {
		for _, addr := range client.Ask(ctx, host, typ).Addrs {
			if validate.Public(addr) {
				return addr, nil
			}
		}
	}
	return netip.Addr{}, fmt.Errorf("%s has no public address", host)
}
