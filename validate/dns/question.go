package dns

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/miekg/dns"
)

// udpSize is what we offer to take over UDP: it passes nearly everywhere without fragments (DNS flag day 2020).
const udpSize = 1232

const headerSize = 12

// question is a packed question. Its id is set each time it is sent.
type question struct {
	name  string // lower case, with the trailing dot
	typ   Type
	wire  []byte
	asked []byte // the question section within wire
}

// newQuestion packs a question; plain leaves out EDNS, for resolvers that don't know it.
func newQuestion(name string, typ Type, plain bool) (question, error) {
	name = dns.CanonicalName(name)
	if _, ok := dns.IsDomainName(name); !ok || name == "." {
		return question{}, fmt.Errorf("invalid domain name %.80q", name)
	}
	m := dns.Msg{Question: []dns.Question{{Name: mixCase(name), Qtype: uint16(typ), Qclass: dns.ClassINET}}}
	m.RecursionDesired = true
	m.AuthenticatedData = typ == TLSA // asks whether DNSSEC verified the answer (RFC 6840 §5.7)
	if !plain {
		m.SetEdns0(udpSize, false)
	}
	wire, err := m.Pack()
	if err != nil {
		return question{}, err
	}
	size := len(wire) - headerSize
	if !plain {
		size -= 11 // an OPT record without options
	}
	return question{name, typ, wire, wire[headerSize : headerSize+size]}, nil
}

// mixCase writes letters at random in upper or lower case: whoever wants to forge an answer has to guess them
// (draft-vixie-dnsext-dns0x20).
func mixCase(name string) string {
	if strings.Contains(name, `\`) {
		return name // escapes are left alone
	}
	b := []byte(name)
	bits := rand.Uint64()
	for i, c := range b {
		if i%64 == 63 {
			bits = rand.Uint64()
		}
		if 'a' <= c && c <= 'z' && bits>>(i%64)&1 == 1 {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}

// answeredBy reports whether raw answers the question that was asked under this id. With strict the letters' case
// must have come back too. A complaint may come without the question: it can do no harm, as it decides nothing.
func answeredBy(asked []byte, strict bool, raw []byte) bool {
	if len(raw) < headerSize || raw[2]&0x80 == 0 { // QR
		return false
	}
	if binary.BigEndian.Uint16(raw[4:]) == 0 { // QDCOUNT
		rcode := int(raw[3] & 0xf)
		return rcode != dns.RcodeSuccess && rcode != dns.RcodeNameError
	}
	if len(raw) < headerSize+len(asked) {
		return false
	}
	return sameQuestion(asked, raw[headerSize:headerSize+len(asked)], strict)
}

func sameQuestion(asked, got []byte, strict bool) bool {
	for i, c := range asked {
		if c != got[i] && (strict || lower(c) != lower(got[i])) {
			return false
		}
	}
	return true
}

// lower leaves the length bytes of labels alone: they are below 64.
func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

var errWrongMessage = errors.New("the answer belongs to another question")
