package fleet

import (
	"context"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// Serving is how a fleet's server is set up.
type Serving struct {
	Dir       string   // where it keeps everything: its certificate, the files for coordinator and workers, questions
	Listen    string   // address and port; port 0 is any free one
	Host      string   // what the others call it; empty: as in Listen
	Workers   []string // their names: each gets a file in Dir
	Operators string   // the text of a table, over the program's
	Pace      float64  // for labs; zero: 1
	Cluster   string   // a place as [Dial] takes it: set that server up, and don't start one
}

// Serve sets a fleet up and, but for a Cluster, is its server until ctx ends. ready is told the files for the
// coordinator and each worker, which hold their keys. What was there is kept.
func Serve(ctx context.Context, s Serving, ready func(files []string)) error {
	for _, name := range s.Workers {
		if !workerName.MatchString(name) || name == coordinator {
			return fmt.Errorf("invalid name of a worker %.40q: want letters a to z, digits and hyphens", name)
		}
	}
	if s.Cluster != "" {
		p, err := readPlace(s.Cluster)
		if err == nil {
			err = s.prepare(ctx, &p)
		}
		if err == nil {
			ready(nil)
		}
		return err
	}
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return err
	}
	return s.serve(ctx, ready)
}

var workerName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$`)

// coordinator is the name of the key of those who have lists.
const coordinator = "coordinator"

func (s *Serving) serve(ctx context.Context, ready func([]string)) error {
	o, places, err := s.options()
	if err != nil {
		return err
	}
	ns, err := server.NewServer(o)
	if err != nil {
		return err
	}
	defer ns.WaitForShutdown()
	defer ns.Shutdown()
	ns.Start()
	if !ns.ReadyForConnections(connecting) {
		return fmt.Errorf("the fleet's server does not start: is %s or %s in use?", s.Listen, s.Dir)
	}
	_, port, err := net.SplitHostPort(ns.Addr().String())
	if err != nil {
		return err
	}
	own := *places[coordinator]
	own.url = &url.URL{Scheme: "tls", Host: net.JoinHostPort(reachable(o.Host), port)}
	if err := s.prepare(ctx, &own); err != nil {
		return err
	}
	files, err := s.write(places, net.JoinHostPort(o.Host, port))
	if err != nil {
		return err
	}
	ready(files)
	<-ctx.Done()
	return nil
}

// reachable is where a server that listens there is reached from the same machine.
func reachable(host string) string {
	if ip, err := netip.ParseAddr(host); host == "" || (err == nil && ip.IsUnspecified()) {
		return "127.0.0.1"
	}
	return host
}

// prepare sets up the fleet at a place.
func (s *Serving) prepare(ctx context.Context, p *place) error {
	c, err := p.dial()
	if err != nil {
		return err
	}
	defer c.Close()
	return c.setUp(ctx, s)
}

// options are the server's, and the places of those who may come, by name.
func (s *Serving) options() (*server.Options, map[string]*place, error) {
	host, port, err := net.SplitHostPort(s.Listen)
	number, err2 := strconv.ParseUint(port, 10, 16)
	if err != nil || err2 != nil {
		return nil, nil, fmt.Errorf("invalid address %.80q: want HOST:PORT", s.Listen)
	}
	cert, pin, err := certificate(s.Dir)
	if err != nil {
		return nil, nil, err
	}
	o := &server.Options{ServerName: "prebounce", Host: host, Port: int(number), NoLog: true, NoSigs: true,
		JetStream: true, StoreDir: filepath.Join(s.Dir, "store"), SyncInterval: time.Second,
		DisableJetStreamBanner: true, TLSTimeout: 10,
		TLSConfig: &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{cert}}}
	if number == 0 {
		o.Port = server.RANDOM_PORT
	}
	rules, err := readTable(s.Operators)
	if err != nil {
		return nil, nil, err
	}
	var queues []string
	for _, class := range classes(rules) {
		queues = append(queues, consumerOf(class, ""))
	}
	places := make(map[string]*place)
	for _, name := range s.names() {
		public, seed, err := userKey(filepath.Join(s.Dir, name+".seed"))
		if err != nil {
			return nil, nil, err
		}
		o.Nkeys = append(o.Nkeys, &server.NkeyUser{Nkey: public, Permissions: rights(name, queues)})
		places[name] = &place{secret: seed, pin: pin}
	}
	return o, places, nil
}

// names are those of everybody who may come.
func (s *Serving) names() []string { return append([]string{coordinator}, s.Workers...) }

// write leaves a file for each who may come.
func (s *Serving) write(places map[string]*place, at string) (files []string, err error) {
	if s.Host != "" {
		_, port, _ := net.SplitHostPort(at) // it was joined
		at = net.JoinHostPort(s.Host, port)
	}
	for _, name := range s.names() {
		p := places[name]
		query := url.Values{"pin": {hex.EncodeToString(p.pin)}}
		if name != coordinator {
			query.Set("name", name)
		}
		u := url.URL{Scheme: "tls", User: url.User(p.secret), Host: at,
			RawQuery: query.Encode()}
		file := filepath.Join(s.Dir, name+".fleet")
		files = append(files, file)
		err = errors.Join(err, replace(file, []byte(u.String()+"\n")))
	}
	return files, err
}
