package serve

import (
	"container/list"
	"context"
	"crypto/tls"
	"errors"
	"log"
	"net"
	"net/http"
	"time"
)

// Serve answers at a listener until the context ends. With a certificate it speaks TLS.
func (s *Server) Serve(ctx context.Context, l net.Listener, cert *tls.Certificate) error {
	places := &seats{seat: map[net.Conn]*list.Element{}}
	h := &http.Server{Handler: s, ReadHeaderTimeout: s.patience, IdleTimeout: 2 * s.patience, MaxHeaderBytes: 32 << 10,
		ConnContext: places.take, ConnState: places.left, ErrorLog: log.New(silent{}, "", 0)}
	ended := make(chan error, 1)
	go func() {
		if cert != nil {
			h.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*cert}}
			ended <- h.ServeTLS(l, "", "")
			return
		}
		ended <- h.Serve(l)
	}()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	left, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := h.Shutdown(left); err != nil { // somebody watches a run
		_ = h.Close()
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// silent takes what net/http says of strangers who hang up.
type silent struct{}

func (silent) Write(b []byte) (int, error) { return len(b), nil }
