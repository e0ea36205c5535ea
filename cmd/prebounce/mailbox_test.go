package main

import (
	"bytes"
	"net"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/rogpeppe/go-internal/testscript"
)

// returned are the bounces in the mailbox that imap.txtar reads.
var returned = []string{
	"From: MAILER-DAEMON@mx.sender.test\r\nSubject: Undelivered Mail\r\n\r\nYour message could not be " +
		"delivered.\r\n\r\n" +
		"<gone@firm.test>: host mx.firm.test[192.0.2.25] said: 550 5.1.1 User unknown (in reply to RCPT TO " +
		"command)\r\n",
	"From: MAILER-DAEMON@mx.sender.test\r\nSubject: Undelivered Mail\r\n\r\nYour message could not be " +
		"delivered.\r\n\r\n" +
		"<full@firm.test>: host mx.firm.test[192.0.2.25] said: 552 5.2.2 Mailbox full (in reply to RCPT TO " +
		"command)\r\n",
}

type literal struct{ *bytes.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

// startIMAP starts a server on loopback with the folder Bounces of ann, whose password is "secret". It returns where it
// listens.
func startIMAP(e *testscript.Env) string {
	user := imapmemserver.NewUser("ann", "secret")
	for _, err := range []error{user.Create("Bounces", nil), user.Create("Empty", nil)} {
		if err != nil {
			e.T().Fatal(err)
		}
	}
	for _, m := range returned {
		if _, err := user.Append("Bounces", literal{bytes.NewReader([]byte(m))},
			&imap.AppendOptions{Time: time.Unix(0, 0)}); err != nil {
			e.T().Fatal(err)
		}
	}
	mem := imapmemserver.New()
	mem.AddUser(user)
	s := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return mem.NewSession(), nil, nil
		},
		Caps: imap.CapSet{imap.CapIMAP4rev1: {}}, InsecureAuth: true,
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		e.T().Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	e.Defer(func() { s.Close(); <-done })
	return l.Addr().String()
}
