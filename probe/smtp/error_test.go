package smtp

import (
	"context"
	"errors"
	"net"
	"testing"
)

// TestErrorsAreErrors: nothing comes back as a nil that isn't equal to nil, and what a caller broke off
// matches context.Canceled.
func TestErrorsAreErrors(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := &Client{HELO: "probe.test", Dial: func(context.Context, string, string) (net.Conn, error) {
		cancel()
		return nil, errors.New("operation was canceled")
	}, AllowPrivate: true}
	s, err := c.Open(ctx, someHost)
	trouble, ok := errors.AsType[*Trouble](err)
	if s != nil || !ok || trouble.Kind != Canceled || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v, %v", s, err)
	}
	if replies, err := new(Session).Ask(t.Context(), nil, false); err != nil || replies != nil {
		t.Errorf("nothing to ask: %v, %v", replies, err)
	}
}
