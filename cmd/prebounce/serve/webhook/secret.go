package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Secret signs messages.
type Secret []byte

// secretPrefix begins a secret as Standard Webhooks writes it.
const secretPrefix = "whsec_"

const mostSecrets = 5

// ParseSecrets reads secrets, one a line: whsec_ and 24 to 64 octets in base64. Empty lines and those that begin with #
// mean nothing.
func ParseSecrets(text string) (all []Secret, err error) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		code, ok := strings.CutPrefix(line, secretPrefix)
		key, err := base64.StdEncoding.DecodeString(code)
		if !ok || err != nil || len(key) < 24 || len(key) > 64 {
			return nil, errors.New("want whsec_ and 24 to 64 octets in base64, one secret a line")
		}
		all = append(all, key)
	}
	if len(all) == 0 || len(all) > mostSecrets {
		return nil, fmt.Errorf("want 1 to %d secrets, not %d", mostSecrets, len(all))
	}
	return all, nil
}

// sign makes the signatures of a message, one by each secret.
func sign(secrets []Secret, id string, at time.Time, body []byte) string {
	var all []string
	for _, s := range secrets {
		m := hmac.New(sha256.New, s)
		fmt.Fprintf(m, "%s.%d.%s", id, at.Unix(), body)
		all = append(all, "v1,"+base64.StdEncoding.EncodeToString(m.Sum(nil)))
	}
	return strings.Join(all, " ")
}
