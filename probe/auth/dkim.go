package auth

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-msgauth/dkim"
)

// Signature is one DKIM signature.
type Signature struct {
	Result   Result // pass, fail, temperror, permerror
	Domain   string // who signed, lower case
	Selector string
	Signed   []string // the names of the fields that it covers
	Err      error    // why it did not pass
	Partial  bool     // it has l=, so text can be appended to the body (RFC 6376 §8.2)
	Unsigned int      // octets at the end of the body that it does not cover
}

// String returns the signature as one line.
func (s Signature) String() string {
	text := fmt.Sprintf("d=%s s=%s: %s", s.Domain, s.Selector, s.Result)
	if s.Err != nil {
		text += " (" + s.Err.Error() + ")"
	}
	if s.Unsigned > 0 {
		text += fmt.Sprintf(" (without the last %d octets of the body)", s.Unsigned)
	}
	return text
}

// Covers reports whether the signature passes and signs all of these fields.
func (s Signature) Covers(fields ...string) bool {
	for _, f := range fields {
		if !slices.ContainsFunc(s.Signed, func(signed string) bool { return strings.EqualFold(signed, f) }) {
			return false
		}
	}
	return s.Result == Pass
}

// mostSignatures bounds what is verified of a message.
const mostSignatures = 10

func checkDKIM(ctx context.Context, r Resolver, text []byte) (all []Signature) {
	options := &dkim.VerifyOptions{MaxVerifications: mostSignatures, LookupTXT: lookup(ctx, r)}
	found, err := dkim.VerifyWithOptions(bytes.NewReader(text), options)
	if len(found) == 0 && err != nil {
		return nil
	}
	fields := signatureFields(text)
	for i, v := range found {
		s := Signature{Result: Pass, Domain: plain(v.Domain), Signed: v.HeaderKeys, Err: v.Err}
		if v.Err != nil {
			s.Result = dkimResult(v.Err)
		}
		if i < len(fields) {
			s.complete(ctx, r, text, fields[i])
		}
		all = append(all, s)
	}
	return all
}

// complete adds what the library does not do: it refuses l=, and it does not read the flag s of a key.
func (s *Signature) complete(ctx context.Context, r Resolver, text []byte, field rawField) {
	t := tags(field.value())
	s.Selector = plain(t["s"])
	if _, s.Partial = t["l"]; s.Partial && s.Result == Fail {
		*s = verifyPartial(ctx, r, text, field, *s)
	}
	if s.Result != Pass {
		return
	}
	identity := plain(t["i"])
	if at := strings.LastIndexByte(identity, '@'); identity == "" || identity[at+1:] == s.Domain {
		return
	}
	if k := LookupKey(ctx, r, s.Selector, s.Domain); k.Strict {
		s.Result = PermError
		s.Err = fmt.Errorf("the key has t=s, so i=%s must end in @%s (RFC 6376 §3.6.1)", identity, s.Domain)
	}
}

func dkimResult(err error) Result {
	switch {
	case dkim.IsTempFail(err):
		return TempError
	case dkim.IsPermFail(err):
		return PermError
	}
	return Fail
}

var errNoResolver = errors.New("there is no resolver to ask")

// lookup makes the library's errors ours: what is neither an answer nor a no is temporary.
func lookup(ctx context.Context, r Resolver) func(string) ([]string, error) {
	return func(name string) ([]string, error) {
		if r == nil {
			return nil, errNoResolver
		}
		return r.LookupTXT(ctx, name)
	}
}

// tags reads a tag list (RFC 6376 §3.2), without the white space of its values. Of two tags of a name the first counts.
func tags(text string) map[string]string {
	all := make(map[string]string)
	for pair := range strings.SplitSeq(text, ";") {
		name, value, _ := strings.Cut(pair, "=")
		name = strings.TrimSpace(name)
		if _, ok := all[name]; !ok {
			all[name] = strings.Join(strings.Fields(value), "")
		}
	}
	return all
}

// Key is the public key of a selector.
type Key struct {
	Records   []string // the TXT records, as they came
	Bits      int      // of an RSA key, 0 for another
	Testing   bool     // t=y: receivers may treat its signatures as none (RFC 6376 §3.6.1)
	Strict    bool     // t=s: i= of a signature must name the domain itself, and no name below it
	Revoked   bool     // an empty p=
	Err       error    // why it can't be used; nil: it can
	Temporary bool     // Err is that DNS did not answer
}

// ErrNoKey is the error for a selector without any TXT record.
var ErrNoKey = errors.New("there is no key")

// LookupKey fetches the key of a selector and reports whether signatures can be verified with it.
func LookupKey(ctx context.Context, r Resolver, selector, domain string) (k Key) {
	texts, err := lookup(ctx, r)(selector + "._domainkey." + domain)
	switch {
	case isTemporary(err):
		return Key{Err: err, Temporary: true}
	case len(texts) == 0:
		return Key{Err: ErrNoKey}
	}
	k.Records = texts
	if len(texts) > 1 {
		k.Err = fmt.Errorf("there are %d records where one should be", len(texts))
		return k
	}
	t := tags(texts[0])
	_, published := t["p"]
	k.Revoked = published && t["p"] == ""
	flags := strings.Split(t["t"], ":")
	k.Testing, k.Strict = slices.Contains(flags, "y"), slices.Contains(flags, "s")
	k.Bits = bits(t["p"])
	k.Err = usable(texts[0], t["k"])
	return k
}

// bits is the size of an RSA key, in either form (erratum 3017 of RFC 6376).
func bits(p string) int {
	der, err := base64.StdEncoding.DecodeString(p)
	if err != nil {
		return 0
	}
	if any, err := x509.ParsePKIXPublicKey(der); err == nil {
		if key, ok := any.(*rsa.PublicKey); ok {
			return key.N.BitLen()
		}
		return 0
	}
	if key, err := x509.ParsePKCS1PublicKey(der); err == nil {
		return key.N.BitLen()
	}
	return 0
}

// usable lets the library try the key on a signature that is made up: one that fails for its body alone has found its
// key in order.
func usable(record, algorithm string) error {
	if algorithm == "" {
		algorithm = "rsa"
	}
	text := "DKIM-Signature: v=1; a=" + algorithm + "-sha256; d=key.invalid; s=key; h=from; bh=AA==; b=AA==\r\nFrom: " +
		"key@key.invalid\r\n\r\n"
	found, err := dkim.VerifyWithOptions(strings.NewReader(text), &dkim.VerifyOptions{
		LookupTXT: func(string) ([]string, error) { return []string{record}, nil },
	})
	if err != nil || len(found) != 1 {
		return errors.New("the key can't be read")
	}
	if err = found[0].Err; dkim.IsPermFail(err) {
		return err
	}
	return nil
}
