package auth

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-message/textproto"
	"github.com/emersion/go-msgauth/dkim"
)

// Signature is one DKIM signature.
type Signature struct {
	Result   Result // pass, fail, temperror, permerror
	Domain   string // who signed, lower case
	Selector string
	Signed   []string // the names of the fields that it covers
	Err      error    // why it did not pass
}

// String is the signature in one line.
func (s Signature) String() string {
	text := fmt.Sprintf("d=%s s=%s: %s", s.Domain, s.Selector, s.Result)
	if s.Err != nil {
		text += " (" + s.Err.Error() + ")"
	}
	return text
}

// Covers tells whether it passes and all of these fields are signed.
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
	selectors := selectorsOf(text)
	for i, v := range found {
		s := Signature{Result: Pass, Domain: plain(v.Domain), Signed: v.HeaderKeys, Err: v.Err}
		if i < len(selectors) {
			s.Selector = selectors[i]
		}
		if v.Err != nil {
			s.Result = dkimResult(v.Err)
		}
		all = append(all, s)
	}
	return all
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

// lookup makes the library's errors ours: what is neither an answer nor a no is temporary.
func lookup(ctx context.Context, r Resolver) func(string) ([]string, error) {
	return func(name string) ([]string, error) { return r.LookupTXT(ctx, name) }
}

// selectorsOf are the selectors of the signatures, in the header's order.
func selectorsOf(text []byte) (all []string) {
	header, _ := textproto.ReadHeader(bufio.NewReader(bytes.NewReader(text)))
	for _, value := range header.Values("Dkim-Signature") {
		all = append(all, plain(tags(value)["s"]))
	}
	return all
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
	Revoked   bool     // an empty p=
	Err       error    // why it can't be used; nil: it can
	Temporary bool     // Err is that DNS did not answer
}

// ErrNoKey is the error for a selector without any TXT record.
var ErrNoKey = errors.New("there is no key")

// LookupKey fetches the key of a selector, and tells whether signatures could be verified with it.
func LookupKey(ctx context.Context, r Resolver, selector, domain string) (k Key) {
	texts, err := r.LookupTXT(ctx, selector+"._domainkey."+domain)
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
	k.Testing = slices.Contains(strings.Split(t["t"], ":"), "y")
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

// usable lets the library try the key on a signature that is made up: one that fails for its body alone has found its key in order.
func usable(record, algorithm string) error {
	if algorithm == "" {
		algorithm = "rsa"
	}
	text := "DKIM-Signature: v=1; a=" + algorithm + "-sha256; d=key.invalid; s=key; h=from; bh=AA==; b=AA==\r\nFrom: key@key.invalid\r\n\r\n"
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
