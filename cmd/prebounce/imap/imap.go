// Package imap copies the mails of a mailbox out of an IMAP server (RFC 9051) as an mbox, without changing anything
// there: the mailbox is opened read-only and bodies are fetched with PEEK. It fences go-imap.
package imap

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Bounds of what is read.
const (
	mostMails = 100_000
	mostMail  = 1 << 20 // octets of one mail
	mostTotal = 2 << 30 // octets in all
	silence   = time.Minute
	batchSize = 50 // mails asked for at once
)

// Mailbox is a place to read mails from.
type Mailbox struct {
	Host     string // with its port
	User     string
	Folder   string
	Insecure bool // without TLS: on this machine only

	roots *x509.CertPool // that sign the server's certificate; nil: the system's
}

// Parse reads "imaps://user@host/Folder"; the folder is INBOX where none is named. imap:// is plain text, and only good
// for an address of this machine. A password doesn't belong into it, since every program can see it there.
func Parse(text string) (Mailbox, error) {
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "imaps" && u.Scheme != "imap") {
		return Mailbox{}, errors.New("invalid IMAP address: want imaps://user@host/Folder")
	}
	m := Mailbox{User: u.User.Username(), Folder: strings.Trim(u.Path, "/"), Insecure: u.Scheme == "imap"}
	port := u.Port()
	if port == "" {
		port = map[bool]string{false: "993", true: "143"}[m.Insecure]
	}
	m.Host = net.JoinHostPort(u.Hostname(), port)
	if m.Folder == "" {
		m.Folder = "INBOX"
	}
	_, has := u.User.Password()
	switch ip := net.ParseIP(u.Hostname()); {
	case u.Hostname() == "" || m.User == "":
		return Mailbox{}, errors.New("invalid IMAP address: want imaps://user@host/Folder")
	case has:
		return Mailbox{}, errors.New("the IMAP address holds a password: put it into a file or into the variable " +
			"IMAP_PASSWORD")
	case m.Insecure && (ip == nil || !ip.IsLoopback()):
		return Mailbox{}, errors.New("imap:// sends the password unencrypted: use imaps://")
	}
	return m, nil
}

// String is the mailbox as a person names it.
func (m Mailbox) String() string { return m.User + "@" + m.Host + "/" + m.Folder }

// Copy writes the mails of the mailbox to w as an mbox and returns how many there are. Of a mail it takes the first
// MiB.
func (m Mailbox) Copy(ctx context.Context, w io.Writer, password string) (n int, err error) {
	c, err := m.dial(ctx)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	stop := context.AfterFunc(ctx, func() { c.Close() })
	defer stop()
	if err := c.Login(m.User, password).Wait(); err != nil {
		return 0, fmt.Errorf("logging in: %w", err)
	}
	selected, err := c.Select(m.Folder, &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil {
		return 0, fmt.Errorf("opening folder %q: %w", m.Folder, err)
	}
	n, err = copyMails(c, w, selected.NumMessages)
	if ctx.Err() != nil {
		return n, ctx.Err()
	}
	if err == nil {
		err = c.Logout().Wait()
	}
	return n, err
}

// dial connects, and shakes hands within the same time; the certificate has to be the host's.
func (m Mailbox) dial(ctx context.Context) (*imapclient.Client, error) {
	var conn net.Conn
	var err error
	dialer := (&net.Dialer{Timeout: silence})
	if m.Insecure {
		conn, err = dialer.DialContext(ctx, "tcp", m.Host)
	} else {
		config := &tls.Config{RootCAs: m.roots, NextProtos: []string{"imap"}, MinVersion: tls.VersionTLS12}
		conn, err = (&tls.Dialer{NetDialer: dialer, Config: config}).DialContext(ctx, "tcp", m.Host)
	}
	if err != nil {
		return nil, err
	}
	return imapclient.New(conn, nil), nil
}

// copyMails fetches the last mails of as many, a batch at a time.
func copyMails(c *imapclient.Client, w io.Writer, total uint32) (n int, err error) {
	out := &mbox{w: w}
	from := uint32(1)
	if total > mostMails {
		from = total - mostMails + 1
	}
	for ; from <= total && out.size < mostTotal; from += batchSize {
		var set imap.SeqSet
		set.AddRange(from, min(from+batchSize-1, total))
		got, err := fetch(c, set, out)
		n += got
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

func fetch(c *imapclient.Client, set imap.SeqSet, out *mbox) (n int, err error) {
	body := &imap.FetchItemBodySection{Peek: true, Partial: &imap.SectionPartial{Size: mostMail}}
	cmd := c.Fetch(set, &imap.FetchOptions{BodySection: []*imap.FetchItemBodySection{body}})
	for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
		for item := msg.Next(); item != nil; item = msg.Next() {
			section, ok := item.(imapclient.FetchItemDataBodySection)
			if !ok || section.Literal == nil || err != nil {
				continue
			}
			if err = out.add(io.LimitReader(section.Literal, mostMail)); err == nil {
				n++
			}
		}
	}
	return n, errors.Join(err, cmd.Close())
}

// mbox writes mails one after the other.
type mbox struct {
	w    io.Writer
	size int64
}

// add writes one mail. Lines in it that would begin another one get a ">" before them.
func (m *mbox) add(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	body := strings.ReplaceAll(strings.ReplaceAll(string(text), "\r\n", "\n"), "\nFrom ", "\n>From ")
	n, err := io.WriteString(m.w, "From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n"+body+"\n\n")
	m.size += int64(n)
	return err
}
