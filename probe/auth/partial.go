package auth

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// verifyPartial verifies a signature with l=, which covers only the beginning of the body. RFC 6376 §3.7 has verifiers
// take it; the library refuses it for what §8.2 warns of.
func verifyPartial(ctx context.Context, r Resolver, text []byte, field rawField, s Signature) Signature {
	t := tags(field.value())
	header, body := splitMessage(text)
	inHeader, inBody, _ := strings.Cut(t["c"], "/")
	canonical := canonicalBody(body, inBody == "relaxed")
	length, err := strconv.Atoi(t["l"])
	if err != nil || length < 0 || length > len(canonical) {
		s.Result, s.Err = PermError, errors.New("l= is not a length within the body")
		return s
	}
	hash := sha256.Sum256(canonical[:length])
	expected, err := base64.StdEncoding.DecodeString(t["bh"])
	if err != nil || subtle.ConstantTimeCompare(hash[:], expected) != 1 {
		s.Result, s.Err = Fail, errors.New("the body hash does not match")
		return s
	}
	k := LookupKey(ctx, r, s.Selector, s.Domain)
	if k.Err != nil {
		s.Result, s.Err = PermError, k.Err
		if k.Temporary {
			s.Result = TempError
		}
		return s
	}
	signed := signedHeader(header, field, strings.Split(t["h"], ":"), inHeader == "relaxed")
	if err := verifySignature(k, t, sha256.Sum256(signed)); err != nil {
		s.Result, s.Err = Fail, err
		return s
	}
	s.Result, s.Err, s.Unsigned = Pass, nil, len(canonical)-length
	return s
}

// verifySignature verifies b= with the published key.
func verifySignature(k Key, t map[string]string, hash [sha256.Size]byte) error {
	signature, err := base64.StdEncoding.DecodeString(t["b"])
	if err != nil {
		return errors.New("b= is not base64")
	}
	public, err := base64.StdEncoding.DecodeString(tags(k.Records[0])["p"])
	if err != nil {
		return errors.New("p= of the key is not base64")
	}
	if t["a"] == "ed25519-sha256" {
		if len(public) != ed25519.PublicKeySize || !ed25519.Verify(public, hash[:], signature) {
			return errors.New("the signature does not match")
		}
		return nil
	}
	key, err := rsaKey(public)
	if err != nil {
		return err
	}
	if rsa.VerifyPKCS1v15(key, crypto.SHA256, hash[:], signature) != nil {
		return errors.New("the signature does not match")
	}
	return nil
}

// rsaKey reads a key in either form (erratum 3017 of RFC 6376).
func rsaKey(der []byte) (*rsa.PublicKey, error) {
	if public, err := x509.ParsePKIXPublicKey(der); err == nil {
		if key, ok := public.(*rsa.PublicKey); ok {
			return key, nil
		}
		return nil, fmt.Errorf("p= holds a key of type %T: want RSA", public)
	}
	return x509.ParsePKCS1PublicKey(der)
}

// rawField is a header field as it came: all its lines, with CRLF between and behind them.
type rawField string

func (f rawField) name() string {
	name, _, _ := strings.Cut(string(f), ":")
	return strings.ToLower(strings.TrimRight(name, wsp))
}

func (f rawField) value() string {
	_, value, _ := strings.Cut(string(f), ":")
	return value
}

// splitMessage splits a message into its fields and its body. Line ends become CRLF.
func splitMessage(text []byte) (header []rawField, body []byte) {
	text = bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
	for len(text) > 0 {
		line, rest, _ := bytes.Cut(text, []byte("\r\n"))
		if len(line) == 0 {
			return header, rest
		}
		if last := len(header) - 1; last >= 0 && strings.IndexByte(wsp, line[0]) >= 0 {
			header[last] += rawField(line) + "\r\n"
		} else {
			header = append(header, rawField(line)+"\r\n")
		}
		text = rest
	}
	return header, nil
}

// signatureFields are the DKIM-Signature fields in the header's order.
func signatureFields(text []byte) (all []rawField) {
	header, _ := splitMessage(text)
	for _, f := range header {
		if f.name() == "dkim-signature" {
			all = append(all, f)
		}
	}
	return all
}

var signatureValue = regexp.MustCompile(`(?s)(^|[;\s])(b[ \t\r\n]*=)[^;]*`)

// signedHeader is what a signature signs: the fields that h= names, each the last one not yet used, then the
// signature's own field without the value of b= (RFC 6376 §3.7).
func signedHeader(header []rawField, own rawField, names []string, relaxed bool) (signed []byte) {
	used := make([]bool, len(header))
	for _, name := range names {
		for i := len(header) - 1; i >= 0; i-- {
			if !used[i] && header[i].name() == strings.ToLower(strings.Trim(name, wsp)) {
				used[i] = true
				signed = append(signed, header[i].canonical(relaxed)...)
				break
			}
		}
	}
	name, value, _ := strings.Cut(string(own), ":")
	value = signatureValue.ReplaceAllString(value, "$1$2")
	last := rawField(name + ":" + value).canonical(relaxed)
	return append(signed, strings.TrimRight(last, "\r\n")...)
}

// canonical is a field in the form of RFC 6376 §3.4.1 or §3.4.2.
func (f rawField) canonical(relaxed bool) string {
	if !relaxed {
		return string(f)
	}
	words := strings.FieldsFunc(f.value(), func(c rune) bool { return strings.ContainsRune(" \t\r\n", c) })
	return f.name() + ":" + strings.Join(words, " ") + "\r\n"
}

var blanks = regexp.MustCompile(`[ \t]+`)

// canonicalBody is a body in the form of RFC 6376 §3.4.3 or §3.4.4. Lines end in CRLF.
func canonicalBody(body []byte, relaxed bool) []byte {
	if relaxed {
		body = blanks.ReplaceAll(body, []byte(" "))
		body = bytes.ReplaceAll(body, []byte(" \r\n"), []byte("\r\n"))
		body = bytes.TrimSuffix(body, []byte(" "))
	}
	for bytes.HasSuffix(body, []byte("\r\n")) {
		body = body[:len(body)-2]
	}
	if relaxed && len(body) == 0 {
		return nil
	}
	return append(bytes.Clone(body), "\r\n"...)
}
