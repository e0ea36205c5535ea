package fleet

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hmac"
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"github.com/prebounce/prebounce/validate"
)

// runKey is the key of a run: AES-256-GCM for questions and answers.
type runKey [32]byte

func newRunKey() (k runKey) {
	rand.Read(k[:]) // never fails: crypto/rand ends the program first
	return k
}

func (k runKey) aead() (cipher.AEAD, error) {
	block, err := aes.NewCipher(k[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// seal encrypts a value for a subject, which belongs to it.
func (k runKey) seal(subject string, value any) ([]byte, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	a, err := k.aead()
	if err != nil {
		return nil, err
	}
	return a.Seal(nil, nil, text, []byte(subject)), nil
}

// open decrypts what was sealed for a subject.
func (k runKey) open(subject string, sealed []byte, value any) error {
	a, err := k.aead()
	if err != nil {
		return err
	}
	text, err := a.Open(nil, nil, sealed, []byte(subject))
	if err != nil {
		return fmt.Errorf("%s: not sealed with the key of its run", subject)
	}
	return json.Unmarshal(text, value)
}

// mark is what stands for an address in a run: it says nothing to those without the key.
func (k runKey) mark(a validate.Address) (m [16]byte) {
	h := hmac.New(sha256.New, k[:])
	h.Write([]byte(a.String()))
	copy(m[:], h.Sum(nil))
	return m
}

// identity is the key pair of a worker, which keys of runs are sealed to (HPKE, RFC 9180, with X25519).
type identity struct{ private hpke.PrivateKey }

// newIdentity derives a key pair of a secret, so that it survives the worker; nil makes one at random.
func newIdentity(secret []byte) (identity, error) {
	if secret == nil {
		secret = make([]byte, 32)
		rand.Read(secret)
	}
	sum := sha256.Sum256(append([]byte("prebounce fleet worker\x00"), secret...))
	key, err := ecdh.X25519().NewPrivateKey(sum[:])
	if err != nil {
		return identity{}, err
	}
	private, err := hpke.NewDHKEMPrivateKey(key)
	return identity{private}, err
}

func (i identity) public() []byte { return i.private.PublicKey().Bytes() }

// open takes the key of a run out of its cover.
func (i identity) open(run string, sealed []byte) (k runKey, err error) {
	key, err := hpke.Open(i.private, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(run), sealed)
	if err != nil || len(key) != len(k) {
		return k, fmt.Errorf("the key of run %s was not sealed to this worker", run)
	}
	return runKey(key), nil
}

// sealTo seals the key of a run to a worker.
func (k runKey) sealTo(public []byte, run string) ([]byte, error) {
	point, err := ecdh.X25519().NewPublicKey(public)
	if err != nil {
		return nil, err
	}
	to, err := hpke.NewDHKEMPublicKey(point)
	if err != nil {
		return nil, err
	}
	return hpke.Seal(to, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(run), k[:])
}
