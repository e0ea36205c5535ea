package serve

import (
	"io"
	"net/http"
	"time"
)

// paced is a body that has to come until a time, which moves on by a second for each slowest octets.
type paced struct {
	body    io.ReadCloser
	control *http.ResponseController
	until   time.Time
	octets  int64
}

func (p *paced) Read(b []byte) (int, error) {
	// a test's recorder has none
	_ = p.control.SetReadDeadline(p.until.Add(time.Duration(p.octets/slowest) * time.Second))
	n, err := p.body.Read(b)
	p.octets += int64(n)
	return n, err
}

func (p *paced) Close() error { return p.body.Close() }

// patient is an answer of which each piece has to be taken within patience.
type patient struct {
	http.ResponseWriter
	control  *http.ResponseController
	patience time.Duration
}

func (p *patient) Write(b []byte) (int, error) {
	_ = p.control.SetWriteDeadline(time.Now().Add(p.patience)) // a test's recorder has none
	return p.ResponseWriter.Write(b)
}

// Unwrap lets an http.ResponseController reach what is underneath.
func (p *patient) Unwrap() http.ResponseWriter { return p.ResponseWriter }
