package mx

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"text/template"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/dns"
)

// TestRealServers asks Debian's Unbound, which asks Debian's NSD, both on loopback: what the sandbox plays is what
// real servers say.
func TestRealServers(t *testing.T) {
	t.Parallel()
	l := debian(t)
	tests := []struct {
		domain string
		want   validate.MailStatus
		detail string
	}{
		{"one.pb", validate.HasMX, ""},
		{"six.pb", validate.HasMX, ""},
		{"alias.pb", validate.HasMX, ""},
		{"below.wild.pb", validate.HasMX, ""},
		{"nullbeside.pb", validate.HasMX, ""},
		{"many.pb", validate.HasMX, ""},
		{"null.pb", validate.IsNullMX, "MX 0 ."},
		{"implicit.pb", validate.ImplicitMX, ""},
		{"nothing.pb", validate.NoMX, "NODATA"},
		{"deep.pb", validate.NoMX, "NODATA"}, // an empty non-terminal
		{"dangling.pb", validate.NoMX, "CNAME to gone.pb: NXDOMAIN"},
		{"nowhere.pb", validate.NXDomain, "NXDOMAIN"},
		{"number.pb", validate.Unresolvable, "is an address"},
		{"gonehost.pb", validate.Unresolvable, "mx.gone.pb: NXDOMAIN"},
		{"private.pb", validate.Unresolvable, "10.1.2.3, which is not public"},
		{"loop.pb", validate.Unresolvable, "127.0.0.1, which is not public"},
		{"circle.pb", validate.NoDNSAnswer, ""},
		{"lame.pb", validate.NoDNSAnswer, "SERVFAIL"},
		{"deaf.pb", validate.NoDNSAnswer, ""},
		{"halfdeaf.pb", validate.NoDNSAnswer, ""}, // one host is gone, the other's zone is silent
		{"refused.pb", validate.NoDNSAnswer, "REFUSED"},
		{"blocked.pb", validate.NoDNSAnswer, "NXDOMAIN"},
	}
	for _, tt := range tests {
		t.Run(tt.domain, func(t *testing.T) {
			t.Parallel()
			m := l.Mail(t.Context(), tt.domain)
			if m.Status != tt.want || !strings.Contains(m.Detail, tt.detail) {
				t.Errorf("got %v (%s), want %v with %q", m.Status, m.Detail, tt.want, tt.detail)
			}
			if tt.domain == "many.pb" && (len(m.Hosts) != enough || m.Hosts[0].Preference != 1) {
				t.Errorf("of 46 hosts: %v", m.Hosts)
			}
		})
	}
}

func TestRealServersHaveManners(t *testing.T) {
	t.Parallel()
	manners, err := debian(t).DNS.Examine(t.Context())
	if err != nil || len(manners) != 1 {
		t.Fatalf("got %v, %v", manners, err)
	}
	if manners[0] != (dns.Manners{Server: manners[0].Server}) {
		t.Errorf("found fault: %+v", manners[0])
	}
}

// installed finds the programs, or skips the test where one is missing, unless the environment demands all.
func installed(t *testing.T, programs ...string) (paths []string) {
	t.Helper()
	for _, p := range programs {
		path, err := exec.LookPath(p)
		if err != nil {
			path, err = exec.LookPath("/usr/sbin/" + p) // where Debian has it, and a user's PATH has not
		}
		switch {
		case err == nil:
			paths = append(paths, path)
		case os.Getenv("REQUIRE_ALL") != "":
			t.Fatalf("%s is not installed: apt-get install nsd unbound", p)
		default:
			t.Skipf("%s is not installed: apt-get install nsd unbound", p)
		}
	}
	return paths
}

// zoneFile is a root zone with all that Unbound may find. Its public addresses are never dialled.
const zoneFile = `$ORIGIN .
$TTL 300
.             SOA ns.pb. h.pb. 1 3600 600 86400 300
.             NS  ns.pb.
ns.pb.        A   127.0.0.1
one.pb.       MX  10 mx.one.pb.
mx.one.pb.    A   5.5.5.1
six.pb.       MX  10 mx.six.pb.
mx.six.pb.    AAAA 2600::1
alias.pb.     CNAME one.pb.
*.wild.pb.    MX  10 mx.one.pb.
null.pb.      MX  0 .
nullbeside.pb. MX 0 .
nullbeside.pb. MX 10 mx.one.pb.
implicit.pb.  A   5.5.5.2
nothing.pb.   TXT "nothing"
x.deep.pb.    A   5.5.5.3
dangling.pb.  CNAME gone.pb.
number.pb.    MX  10 127.20.1.10.
gonehost.pb.  MX  10 mx.gone.pb.
private.pb.   MX  10 mx.private.pb.
mx.private.pb. A  10.1.2.3
loop.pb.      MX  10 mx.loop.pb.
mx.loop.pb.   A   127.0.0.1
circle.pb.    CNAME elcric.pb.
elcric.pb.    CNAME circle.pb.
halfdeaf.pb.  MX  10 mx.gone.pb.
halfdeaf.pb.  MX  20 mx.deaf.pb.
{{range .Many}}many.pb. MX {{.}} mx{{.}}.many.pb.
mx{{.}}.many.pb. A 5.5.6.{{.}}
{{end}}`

const nsdConf = `
server:
  ip-address: 127.0.0.1@{{.NSD}}
  username: {{.User}}
  chroot: ""
  zonesdir: "{{.Dir}}"
  database: ""
  pidfile: "{{.Dir}}/nsd.pid"
  xfrdfile: "{{.Dir}}/xfrd.state"
  zonelistfile: "{{.Dir}}/zone.list"
  logfile: "{{.Dir}}/nsd.log"
remote-control:
  control-enable: no
zone:
  name: "."
  zonefile: "zone"
`

const unboundConf = `
server:
  interface: 127.0.0.1@{{.Unbound}}
  port: {{.Unbound}}
  username: ""
  chroot: ""
  directory: "{{.Dir}}"
  pidfile: ""
  use-syslog: no
  do-ip6: no
  do-not-query-localhost: no
  module-config: "iterator"
  local-zone: "blocked.pb." always_nxdomain
  local-zone: "refused.pb." refuse
remote-control:
  control-enable: no
stub-zone:
  name: "."
  stub-addr: 127.0.0.1@{{.NSD}}
stub-zone:
  name: "lame.pb."
  stub-addr: {{.Lame}}
stub-zone:
  name: "deaf.pb."
  stub-addr: {{.Deaf}}
`

// debian starts both servers and gives a lookup that asks them.
func debian(t *testing.T) *Lookup {
	t.Helper()
	programs := installed(t, "nsd", "unbound")
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	var many []int
	for i := range 46 {
		many = append(many, i+1)
	}
	dir := t.TempDir()
	set := map[string]any{
		"Dir": dir, "User": me.Username, "Many": many, "NSD": freePort(t), "Unbound": freePort(t),
		"Lame": atPort(start(t, "* REFUSED").DNSAddr()), "Deaf": atPort(start(t, "* SILENT").DNSAddr()),
	}
	fill(t, filepath.Join(dir, "zone"), zoneFile, set)
	serve(t, programs[0], "-d", "-c", fill(t, filepath.Join(dir, "nsd.conf"), nsdConf, set))
	serve(t, programs[1], "-d", "-c", fill(t, filepath.Join(dir, "unbound.conf"), unboundConf, set))
	c := &dns.Client{Servers: []string{fmt.Sprintf("127.0.0.1:%d", set["Unbound"])}, Timeout: 500 * time.Millisecond}
	t.Cleanup(c.Close)
	for begun := time.Now(); c.Ask(t.Context(), "one.pb", dns.MX).Outcome != dns.Found; {
		if time.Since(begun) > 20*time.Second {
			log, _ := os.ReadFile(filepath.Join(dir, "nsd.log"))
			t.Fatalf("the servers don't answer; NSD says: %s", log)
		}
	}
	return &Lookup{DNS: c}
}

func fill(t *testing.T, file, text string, set any) string {
	t.Helper()
	var b bytes.Buffer
	if err := template.Must(template.New(file).Parse(text)).Execute(&b, set); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// serve runs a program until the test ends.
func serve(t *testing.T, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait()
		if t.Failed() {
			t.Logf("%s said: %s", name, said.Bytes())
		}
	})
}

// freePort finds a port for a program that can't choose one itself.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// atPort writes an address as these servers do.
func atPort(addr string) string { return strings.Replace(addr, ":", "@", 1) }
