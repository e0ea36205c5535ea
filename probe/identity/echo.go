package identity

import (
	"net/netip"
	"strings"

	"github.com/prebounce/prebounce/validate"
)

// mostLine bounds what is read of a line (RFC 5321 §4.5.3.1.5).
const mostLine = 512

// Echoed finds the address that a server sees us under in the first line of its reply to EHLO, as in
// "250-mx.example.net Hello mail.example.com [192.0.2.1], pleased to meet you". Only an address in brackets or parentheses
// counts, as versions and names look like addresses too, and only a public one: what stands between may be private. The line's
// first word is the server's own name. Where the line has several different addresses, none counts.
func Echoed(line string) (ip netip.Addr, ok bool) {
	line = line[:min(len(line), mostLine)]
	for len(line) > 3 && strings.Trim(line[:3], "0123456789") == "" && (line[3] == '-' || line[3] == ' ') {
		line = line[4:]
	}
	_, greeting, _ := strings.Cut(line, " ")
	for _, word := range bracketed(greeting) {
		found, err := netip.ParseAddr(word)
		if found = found.Unmap().WithZone(""); err != nil || !validate.Public(found) {
			continue
		}
		if ok && found != ip {
			return netip.Addr{}, false
		}
		ip, ok = found, true
	}
	return ip, ok
}

// bracketed are the words that stand between brackets or parentheses, without the mark of an IPv6 literal (RFC 5321 §4.1.3).
func bracketed(text string) (words []string) {
	for text != "" {
		begin := strings.IndexAny(text, "[(")
		if begin < 0 {
			break
		}
		text = text[begin+1:]
		end := strings.IndexAny(text, "])[( ")
		if end < 0 {
			break
		}
		word := strings.ToLower(text[:end])
		words = append(words, strings.TrimPrefix(word, "ipv6:"))
		text = text[end:]
	}
	return words
}
