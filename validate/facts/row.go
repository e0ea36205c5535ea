package facts

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/prebounce/prebounce/validate"
)

// row is a fact as the table domain has it.
type row struct {
	name, status, operator, hosts, detail string
	ttl, asked, until                     int64
}

// toRow writes a fact as a row; false if it isn't one to keep, or can't be written so that it reads back the same.
func toRow(domain string, m validate.Mail) (row, bool) {
	until, ok := bestBefore(m)
	// an address must never get here
	if !ok || domain == "" || strings.Contains(domain, "@") || strings.Contains(m.Operator, shapeMark) {
		return row{}, false
	}
	hosts, ok := formatHosts(m.Hosts)
	return row{
		name: domain, status: m.Status.String(), operator: m.Operator, hosts: hosts, detail: m.Detail,
		ttl: int64(m.TTL / time.Second), asked: m.Asked.Unix(), until: until.Unix(),
	}, ok
}

// formatHosts writes hosts as "10 mx1.example.com 192.0.2.1 2001:db8::1, 20 mx2.example.com 192.0.2.2".
func formatHosts(hosts []validate.MailHost) (string, bool) {
	var b []byte
	for i, h := range hosts {
		if i > 0 {
			b = append(b, ", "...)
		}
		if h.Name == "" || strings.IndexFunc(h.Name, unfitForName) >= 0 {
			return "", false
		}
		b = strconv.AppendUint(b, uint64(h.Preference), 10)
		b = append(append(b, ' '), h.Name...)
		for _, a := range h.Addrs {
			if !a.IsValid() || a.Zone() != "" {
				return "", false
			}
			b = a.AppendTo(append(b, ' '))
		}
	}
	return string(b), true
}

// unfitForName finds what would be taken for a separator, and what no A-label has.
func unfitForName(r rune) bool { return r <= ' ' || r == ',' || r >= 0x7f }

func parseHosts(text string) ([]validate.MailHost, error) {
	if text == "" {
		return nil, nil
	}
	hosts := make([]validate.MailHost, 0, strings.Count(text, ",")+1)
	for part := range strings.SplitSeq(text, ", ") {
		h, err := parseHost(strings.Split(part, " "))
		if err != nil {
			return nil, err
		}
		hosts = append(hosts, h)
	}
	return hosts, nil
}

func parseHost(words []string) (h validate.MailHost, err error) {
	if len(words) < 2 {
		return h, fmt.Errorf("invalid mail server %q: want a preference and a name", words)
	}
	preference, err := strconv.ParseUint(words[0], 10, 16)
	if err != nil {
		return h, err
	}
	h.Preference, h.Name = uint16(preference), words[1]
	for _, w := range words[2:] {
		a, err := netip.ParseAddr(w)
		if err != nil {
			return h, err
		}
		h.Addrs = append(h.Addrs, a)
	}
	return h, nil
}

var statusByName = func() map[string]validate.MailStatus {
	byName := make(map[string]validate.MailStatus)
	for s := range lives {
		byName[s.String()] = s
	}
	return byName
}()

// shapeColumns selects, as one text, what many domains have in common: fewer columns make the scan faster.
const (
	shapeColumns = "status || char(31) || hosts || char(31) || operator || char(31) || detail"
	shapeMark    = "\x1f" // char(31), the unit separator; of the columns, only the last may hold one
)

// reader turns shapes back into facts. Facts of one shape share what they point to.
type reader[Fact any] map[string]Fact

// sharedMost bounds what a reader remembers. What is common is soon met again.
const sharedMost = 8192

// read is false for a shape that this version can't parse: a fact that we don't have.
func (r reader[Fact]) read(shape string, parse func(string) (Fact, bool)) (Fact, bool) {
	if f, ok := r[shape]; ok {
		return f, true
	}
	f, ok := parse(shape)
	if !ok {
		return f, false
	}
	if len(r) == sharedMost {
		clear(r)
	}
	r[shape] = f
	return f, true
}

func parseMail(shape string) (m validate.Mail, ok bool) {
	parts := strings.SplitN(shape, shapeMark, 4)
	if len(parts) != 4 {
		return m, false
	}
	m.Operator, m.Detail = parts[2], parts[3]
	if m.Status, ok = statusByName[parts[0]]; !ok {
		return m, false
	}
	var err error
	m.Hosts, err = parseHosts(parts[1])
	return m, err == nil
}
