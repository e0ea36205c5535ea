package smtp

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// This file starts Debian's Postfix, Exim and OpenSMTPD on loopback, in folders of their own. They must be
// started by root, as they become other users. Debian lets only one of them be installed at a time, but each
// will do without its package once its user exists:
//
//	apt-get install exim4-daemon-light && cp /usr/sbin/exim4 /usr/local/sbin
//	apt-get install opensmtpd && cp /usr/sbin/smtpd /usr/local/sbin/opensmtpd
//	apt-get install postfix

// installed finds a program, or skips the test where it is missing or we aren't root, unless the environment
// demands all.
func installed(t *testing.T, program string) string {
	t.Helper()
	skip := t.Skipf
	if os.Getenv("REQUIRE_ALL") != "" {
		skip = t.Fatalf
	}
	if os.Geteuid() != 0 {
		skip("%s must be started by root", program)
	}
	for _, name := range []string{program, "/usr/sbin/" + program, "/usr/local/sbin/" + program,
		"/usr/lib/postfix/sbin/" + program} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	skip("%s is not installed: see debian_test.go", program)
	return ""
}

// openTempDir is a temporary folder that other users can enter.
func openTempDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// ownedBy makes a folder for a user of the system, closed to others.
func ownedBy(t *testing.T, name string, dir ...string) {
	t.Helper()
	u, err := user.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(u.Uid)
	for _, d := range dir {
		if err := os.MkdirAll(d, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(d, uid, -1); err != nil {
			t.Fatal(err)
		}
	}
}

// writeFile writes a file of an hour ago: Postfix waits until its main.cf is two seconds old.
func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	before := time.Now().Add(-time.Hour)
	if err := os.Chtimes(name, before, before); err != nil {
		t.Fatal(err)
	}
	return name
}

// freePort finds a port of loopback for a program that can't choose one itself.
func freePort(t *testing.T) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).AddrPort()
}

// serve runs a mail server until the test ends, and waits until it listens.
func serve(t *testing.T, at netip.AddrPort, log, program string, args ...string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	t.Cleanup(func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		<-ended
		if t.Failed() {
			text, _ := os.ReadFile(log)
			t.Logf("%s said: %s%s", program, said.Bytes(), text)
		}
	})
	for begun := time.Now(); time.Since(begun) < 20*time.Second; {
		select {
		case <-ended:
			t.Fatalf("%s ended", program)
		case <-time.After(10 * time.Millisecond):
		}
		if conn, err := net.Dial("tcp", at.String()); err == nil {
			leave(t, conn)
			return
		}
	}
	t.Fatalf("%s doesn't listen", program)
}

// leave ends a session and waits until the server has hung up: only then does Postfix no longer count the connection.
func leave(t *testing.T, conn net.Conn) {
	t.Helper()
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := bufio.NewReader(conn).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(conn, "QUIT\r\n")
	io.Copy(io.Discard, conn)
}

// postfixMain knows known@postfix.example and nobody else.
const postfixMain = `compatibility_level = 3.6
myhostname = mx.postfix.example
mydestination = postfix.example
mynetworks =
queue_directory = %[1]s/queue
data_directory = %[1]s/data
smtpd_relay_restrictions = reject_unauth_destination
smtpd_peername_lookup = no
disable_dns_lookups = yes
alias_maps =
local_recipient_maps = inline:{ known@postfix.example=x, known=x }
maillog_file = %[1]s/log
maillog_file_prefixes = %[1]s
smtputf8_enable = yes
`

// postfixMaster has what it takes to answer RCPT.
const postfixMaster = `%s inet n - n - - smtpd
rewrite unix - - n - - trivial-rewrite
cleanup unix n - n - 0 cleanup
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
`

// postfix starts Postfix with settings of main.cf besides its defaults.
func postfix(t *testing.T, settings ...string) netip.AddrPort {
	t.Helper()
	master := installed(t, "master")
	dir, at := openTempDir(t), freePort(t)
	for _, d := range []string{"config", "queue", "queue/pid"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	ownedBy(t, "postfix", filepath.Join(dir, "data"))
	for _, d := range []string{"private", "public", "incoming", "active", "deferred", "maildrop", "bounce", "defer",
		"trace", "hold", "corrupt", "flush"} {
		ownedBy(t, "postfix", filepath.Join(dir, "queue", d))
	}
	writeFile(t, filepath.Join(dir, "config/main.cf"), fmt.Sprintf(postfixMain, dir)+strings.Join(settings, "\n")+"\n")
	writeFile(t, filepath.Join(dir, "config/master.cf"), fmt.Sprintf(postfixMaster, at))
	serve(t, at, filepath.Join(dir, "log"), master, "-c", filepath.Join(dir, "config"), "-d")
	return at
}

// eximConf knows known@exim.example and nobody else.
const eximConf = `primary_hostname = mx.exim.example
domainlist local_domains = exim.example : xn--bcher-kva.example : bücher.example
local_interfaces = %[2]s
daemon_smtp_ports = %[3]d
spool_directory = %[1]s/spool
log_file_path = %[1]s/spool/%%slog
pid_file_path = %[1]s/spool/pid
tls_advertise_hosts =
host_lookup =
rfc1413_hosts =
acl_smtp_rcpt = rcpt
%[4]s
begin acl
rcpt:
  require message = relay not permitted
    domains = +local_domains
%[5]s
  require verify = recipient
  accept
begin routers
local:
  driver = accept
  domains = +local_domains
  local_parts = known : postmaster
  transport = drop
begin transports
drop:
  driver = appendfile
  file = /dev/null
`

// exim starts Exim with conditions of its RCPT ACL and with main settings.
func exim(t *testing.T, acl string, settings ...string) netip.AddrPort {
	t.Helper()
	program := installed(t, "exim4")
	dir, at := openTempDir(t), freePort(t)
	ownedBy(t, "Debian-exim", filepath.Join(dir, "spool"))
	conf := writeFile(t, filepath.Join(dir, "conf"), fmt.Sprintf(eximConf, dir, at.Addr(), at.Port(),
		strings.Join(settings, "\n"), acl))
	serve(t, at, filepath.Join(dir, "spool/mainlog"), program, "-bdf", "-C", conf)
	return at
}

// opensmtpdConf knows known@opensmtpd.example and nobody else.
const opensmtpdConf = `smtp max-message-size 10000
listen on %[1]s port %[2]d hostname mx.opensmtpd.example
action "local" maildir "/tmp/none" virtual { "known@opensmtpd.example" = "nobody", "known@xn--bcher-kva.example" = "nobody" }
match from any for domain { "opensmtpd.example", "xn--bcher-kva.example" } action "local"
`

// opensmtpd starts OpenSMTPD, whose folders have fixed names: it gets file systems of its own for them.
func opensmtpd(t *testing.T) netip.AddrPort {
	t.Helper()
	program := installed(t, "opensmtpd")
	if said, err := exec.Command("unshare", "--mount", "true").CombinedOutput(); err != nil {
		t.Skipf("OpenSMTPD needs file systems of its own, which this machine refuses: %s", said)
	}
	dir, at := openTempDir(t), freePort(t)
	conf := writeFile(t, filepath.Join(dir, "conf"), fmt.Sprintf(opensmtpdConf, at.Addr(), at.Port()))
	serve(t, at, os.DevNull, "unshare", "--mount", "sh", "-ec", `
for d in /var/spool /run /var/lib; do mount -t tmpfs -o mode=711 none $d; done
mkdir -p /var/lib/opensmtpd/empty
exec "$0" -d -f "$1"`, program, conf)
	return at
}
