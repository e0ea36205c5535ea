package dns

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"time"
)

// tcpAtOnce bounds the TCP connections of a client, as each costs a file descriptor.
const tcpAtOnce = 32

// overTCP asks on a connection of its own: truncation is rare. The first message must be the answer.
func (s *server) overTCP(ctx context.Context, q question, deadline time.Time, places chan struct{}) ([]byte, error) {
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	select {
	case places <- struct{}{}:
		defer func() { <-places }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	conn, err := s.dial(ctx, "tcp", s.addr)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	raw, err := converse(conn, q)
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	if err == nil && (binary.BigEndian.Uint16(raw) != binary.BigEndian.Uint16(q.wire) || !answeredBy(q.asked, false,
		raw)) {
		err = errWrongMessage
	}
	return raw, err
}

// converse sends a question and reads one message: two bytes of length and at most 64 KiB (RFC 1035 §4.2.2).
func converse(conn net.Conn, q question) ([]byte, error) {
	out := binary.BigEndian.AppendUint16(make([]byte, 0, 2+len(q.wire)), uint16(len(q.wire)))
	if _, err := conn.Write(append(out, q.wire...)); err != nil {
		return nil, err
	}
	var size [2]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint16(size[:])
	if n < headerSize {
		return nil, errWrongMessage
	}
	raw := make([]byte, n)
	_, err := io.ReadFull(conn, raw)
	return raw, err
}
