package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"net/smtp"
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

// relayMain has Postfix hand all mail to the sandbox, where it logs in. It never asks DNS.
const relayMain = `compatibility_level = 3.6
myhostname = relay.wellsent.test
mydestination =
mynetworks = 127.0.0.0/8
queue_directory = %[1]s/queue
data_directory = %[1]s/data
maillog_file = %[1]s/log
maillog_file_prefixes = %[1]s
alias_maps =
local_recipient_maps =
disable_dns_lookups = yes
smtp_host_lookup = native
smtpd_peername_lookup = no
relayhost = [localhost]:%[2]s
smtp_sasl_auth_enable = yes
smtp_sasl_password_maps = inline:{ [localhost]:%[2]s=app:secret }
smtp_sasl_security_options = noanonymous
smtp_tls_security_level = %[3]s
smtp_tls_CAfile = %[4]s
`

const relayMaster = `%s inet n - n - - smtpd
rewrite unix - - n - - trivial-rewrite
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
smtp unix - - n - - smtp
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
`

// TestPostfixRelaysThroughTheSandbox: a real relay logs in, delivers, and is told of an unknown mailbox by a 550.
func TestPostfixRelaysThroughTheSandbox(t *testing.T) {
	for level, sandboxTLS := range map[string]string{"none": "off", "secure": "require"} {
		t.Run(level, func(t *testing.T) {
			p := listenFor(t, "--tls", sandboxTLS)
			at := startRelay(t, p, level)
			for _, to := range []string{"ada@acme.test", "nobody@acme.test"} {
				if err := smtp.SendMail(
					at, nil, "app@wellsent.test", []string{to}, []byte("Subject: relayed\r\n\r\nx\r\n"),
				); err != nil {
					t.Fatal(err)
				}
			}
			for _, args := range [][]string{{"--to", "ada@acme.test", "--outcome", "accepted"},
				{"--to", "nobody@acme.test", "--outcome", "refused"}} {
				var out bytes.Buffer
				args = append(
					[]string{"sandbox", "inbox", p.inbox, "--wait", "60s", "--format", "json", "--check", "mime"},
					args...)
				run(t.Context(), args, nil, &out, &out)
				for _, want := range []string{`"user":"app"`, fmt.Sprintf(`"tls":%v`, level == "secure")} {
					if !strings.Contains(out.String(), want) {
						t.Errorf("%v: no %s in %s", args, want, out.String())
					}
				}
			}
		})
	}
}

// startRelay runs Debian's Postfix as a relay until the test ends, and gives the address where it takes mail.
func startRelay(t *testing.T, p *ports, level string) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("Postfix must be started by root")
	}
	const master = "/usr/lib/postfix/sbin/master"
	needed(t, master)
	dir, at := t.TempDir(), freePort(t)
	// Postfix becomes another user
	for _, d := range []string{dir, filepath.Dir(dir), filepath.Dir(p.ca), filepath.Dir(filepath.Dir(p.ca))} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	makeQueue(t, dir)
	before := time.Now().Add(-time.Hour) // Postfix waits until its settings are two seconds old
	for name, text := range map[string]string{"main.cf": fmt.Sprintf(relayMain, dir, p.submission, level, p.ca),
		"master.cf": fmt.Sprintf(relayMaster, at)} {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(name, before, before); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(master, "-c", dir, "-d")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		cmd.Wait() // it was told to end
		if log, err := os.ReadFile(filepath.Join(dir, "log")); t.Failed() {
			t.Logf("Postfix said: %s%s %v", said.Bytes(), log, err)
		}
	})
	waitForGreeting(t, at)
	return at
}

// makeQueue makes the folders that Postfix wants, most of them its user's own.
func makeQueue(t *testing.T, dir string) {
	t.Helper()
	u, err := user.Lookup("postfix")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(u.Uid)
	if err := os.MkdirAll(filepath.Join(dir, "queue/pid"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, d := range strings.Fields("data queue/private queue/public queue/incoming queue/active queue/deferred " +
		"queue/maildrop queue/bounce queue/defer queue/trace queue/hold queue/corrupt queue/flush") {
		d = filepath.Join(dir, d)
		if err := os.Mkdir(d, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(d, uid, -1); err != nil {
			t.Fatal(err)
		}
	}
}

// waitForGreeting waits until a mail server listens and greets.
func waitForGreeting(t *testing.T, at string) {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < time.Minute; <-time.After(10 * time.Millisecond) {
		if greets(at) {
			return
		}
	}
	t.Fatalf("nobody greets at %s", at)
}

func greets(at string) bool {
	conn, err := net.Dial("tcp", at)
	if err != nil {
		return false
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	c, err := smtp.NewClient(conn, "localhost")
	return err == nil && c.Quit() == nil
}

// freePort is a loopback address that nobody listens at, below those that the system gives to anybody.
func freePort(t *testing.T) string {
	t.Helper()
	for range 50 {
		at := net.JoinHostPort("127.0.0.1", strconv.Itoa(20_000+rand.IntN(10_000)))
		if l, err := net.Listen("tcp", at); err == nil {
			l.Close()
			return at
		}
	}
	t.Fatal("every port is taken")
	return ""
}
