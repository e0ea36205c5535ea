package main

import (
	"bufio"
	"fmt"
	"net"
	"os/exec"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/cmd/prebounce/serve"
)

// show prints a link and opens it.
func (o *serving) show(c *cobra.Command, link string) {
	fmt.Fprintln(c.OutOrStdout(), link)
	if o.noOpen {
		return
	}
	say(c.ErrOrStderr(), "opening the page; if it does not open, copy the link above, which works once; Enter "+
		"prints another one, Ctrl-C ends")
	if open := opener(link); open != nil {
		_ = open.Start() // the link is printed, too
		go func() { _ = open.Wait() }()
	}
}

// more prints another link whenever the person presses Enter.
func (o *serving) more(c *cobra.Command, l net.Listener, s *serve.Server) {
	lines := bufio.NewScanner(c.InOrStdin())
	for lines.Scan() && c.Context().Err() == nil {
		fmt.Fprintln(c.OutOrStdout(), o.address(l)+"/?"+s.Link())
	}
}

// address is how browsers call the server.
func (o *serving) address(l net.Listener) string {
	scheme, host := "http", l.Addr().String()
	if o.secure() {
		scheme = "https"
	}
	if len(o.hosts) > 0 {
		_, port, _ := net.SplitHostPort(host)
		host = o.hosts[0]
		if !o.proxied {
			host = net.JoinHostPort(host, port)
		}
	}
	return scheme + "://" + host
}

// opener is the command that opens a link in the person's browser.
func opener(link string) *exec.Cmd {
	switch runtime.GOOS {
	case "windows":
		return exec.Command("rundll32", "url.dll,FileProtocolHandler", link)
	case "darwin":
		return exec.Command("open", link)
	}
	return exec.Command("xdg-open", link)
}
