package facts

import (
	"crypto/hmac"
	"crypto/sha256"
	"strings"
)

// Key returns the key under which the store keeps an address: HMAC-SHA256 with a random key of this installation,
// truncated to 128 bits. Without the store's file, nobody can get from a guessed address to a fact. Letter case is
// ignored; the domain must be in A-labels.
func (s *Store) Key(address string) [16]byte {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte(strings.ToLower(address)))
	return [16]byte(h.Sum(nil))
}
