package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// client is a program that sends mail as its users write it, with as few settings as it takes.
type client struct {
	name    string
	needs   []string // programs
	command []string // run in a folder of its own, below testdata/clients
	tlsOnly bool
}

// The clients of this table and Postfix (relay_test.go) are installed by .ci/run.
var clients = []client{
	{name: "net/smtp", command: []string{"gosend"}},
	{name: "smtplib", needs: []string{"python3"}, command: []string{"python3", "send.py"}},
	{name: "nodemailer", needs: []string{"node", "npm:nodemailer"}, command: []string{"node", "send.js"}},
	{
		name: "PHPMailer", needs: []string{"php", phpMailer},
		command: []string{"sh", "-c", `php ${CA:+-d "openssl.cafile=$CA"} "$0"`, "send.php"},
	},
	{name: "curl", needs: []string{"curl"}, command: []string{"sh", "curl.sh"}},
	{name: "msmtp", needs: []string{"msmtp"}, command: []string{"sh", "msmtp.sh"}},
	{name: "swaks", needs: []string{"swaks"}, command: []string{"sh", "swaks.sh"}},
	{name: "openssl", needs: []string{"openssl"}, command: []string{"sh", "openssl.sh"}, tlsOnly: true},
}

const phpMailer = "/usr/share/php/libphp-phpmailer/autoload.php"

// way is how a client reaches the sandbox.
type way struct {
	name  string
	tls   string // "", starttls or implicit
	login string
	port  func(*ports) string
}

var ways = []way{
	{"plain", "", "", func(p *ports) string { return p.plain }},
	{"plain with a login", "", "yes", func(p *ports) string { return p.submission }},
	{"STARTTLS", "starttls", "", func(p *ports) string { return p.plain }},
	{"STARTTLS with a login", "starttls", "yes", func(p *ports) string { return p.submission }},
	{"TLS from the start", "implicit", "", func(p *ports) string { return p.tls }},
}

// ports are where a sandbox listens for any domain, and what it keeps.
type ports struct{ plain, submission, tls, ca, inbox string }

// listenFor runs a sandbox until the test ends.
func listenFor(t *testing.T, args ...string) *ports {
	t.Helper()
	dir := t.TempDir()
	p := &ports{inbox: filepath.Join(dir, "inbox")}
	flags := []string{"--smtp", "0", "--submission", "0", "--smtps", "0", "--inbox", p.inbox,
		"--tls-dir", filepath.Join(dir, "tls")}
	told, end := play(t, 4, append(flags, args...)...)
	t.Cleanup(func() { end() })
	for i, to := range []*string{&p.plain, &p.submission, &p.tls} {
		at, _, _ := strings.Cut(told[i+1], "\t")
		_, *to, _ = net.SplitHostPort(at)
	}
	p.ca = filepath.Join(dir, "tls", sandbox.CAFile)
	return p
}

// TestClientsWorkWithTheirDefaults: what developers have sends to the sandbox, with the CA of --tls-dir as sandbox
// trust says.
func TestClientsWorkWithTheirDefaults(t *testing.T) {
	byTLS := map[bool]*ports{false: listenFor(t), true: listenFor(t, "--tls", "offer")}
	for _, c := range clients {
		t.Run(c.name, func(t *testing.T) {
			for _, program := range c.needs {
				needed(t, program)
			}
			for _, w := range ways {
				if c.tlsOnly && w.tls == "" {
					continue
				}
				t.Run(w.name, func(t *testing.T) { sends(t, byTLS[w.tls != ""], &c, &w) })
			}
		})
	}
}

// sends has a client send a mail, and looks at what the sandbox kept.
func sends(t *testing.T, p *ports, c *client, w *way) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/clients")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), c.command[0], c.command[1:]...)
	cmd.Dir = dir
	subject := c.name + ", " + w.name
	cmd.Env = append(
		os.Environ(), "SUBJECT="+subject, "PORT="+w.port(p), "TLS="+w.tls, "LOGIN="+w.login,
		"NODE_PATH="+globalModules(),
	)
	if w.tls != "" {
		cmd.Env = append(
			cmd.Env, "CA="+p.ca, "SSL_CERT_FILE="+p.ca, "NODE_EXTRA_CA_CERTS="+p.ca, strings.ToUpper(w.tls)+"=yes",
		)
	}
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	all, err := sandbox.ReadInbox(p.inbox)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(s sandbox.Stored) bool { return s.Subject() == subject })
	if i < 0 || all[i].Outcome != sandbox.Accepted || all[i].TLS != (w.tls != "") ||
		(all[i].User == "app") != (w.login != "") {
		t.Errorf("%d attempts are kept, none as it should be: %+v", len(all), all[max(i, 0):][:min(1, len(all))])
	}
}

// goSend is Go's own client with its defaults, as the program gosend.
func goSend() {
	var login smtp.Auth
	if os.Getenv("LOGIN") != "" {
		login = smtp.PlainAuth("", "app", "secret", "localhost")
	}
	at, text := "localhost:"+os.Getenv("PORT"), []byte("Subject: "+os.Getenv("SUBJECT")+"\r\n\r\nhello\r\n")
	send := smtp.SendMail
	if os.Getenv("TLS") == "implicit" {
		send = sendOverTLS
	}
	if err := send(at, login, "app@wellsent.test", []string{"ada@acme.test"}, text); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// sendOverTLS is smtp.SendMail for a port that speaks TLS from the start, for which Go has no function.
func sendOverTLS(at string, _ smtp.Auth, from string, to []string, text []byte) error {
	conn, err := tls.Dial("tcp", at, nil)
	if err != nil {
		return err
	}
	defer conn.Close()
	c, err := smtp.NewClient(conn, "localhost")
	if err != nil {
		return err
	}
	if err := errors.Join(c.Mail(from), c.Rcpt(to[0])); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return errors.Join(err, w.Close(), c.Quit())
}
