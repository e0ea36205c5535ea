package facts

import (
	"crypto/hmac"
	"crypto/sha256"
	"strings"
)

// Key is what the store knows an address by: HMAC-SHA256 under a random key of this installation, cut to 128 bits.
// Without the store's file nobody can go from a guessed address to a fact. Letter case makes no difference; the
// domain must be in A-labels.
func (s *Store) Key(address string) [16]byte {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte(strings.ToLower(address)))
	return [16]byte(h.Sum(nil))
}
