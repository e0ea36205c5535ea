package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/cmd/prebounce/serve"
	"github.com/prebounce/prebounce/cmd/prebounce/serve/compat"
	"github.com/prebounce/prebounce/probe/sandbox"
)

// serving are the flags of serve.
type serving struct {
	listen  string
	dir     string
	token   string // a file
	cert    string
	key     string
	tlsDir  string
	proxied bool
	hosts   []string
	retain  string
	atOnce  int
	maxSize size
	noOpen  bool
	sandbox bool
	smtp    string
	hooks   hookSettings
	log     string
	compat  []string
	folders []string
}

func serveCommand() *cobra.Command {
	var o serving
	c := &cobra.Command{
		Use:   "serve [LIST...]",
		Short: "Clean lists in a browser",
		Long: `Serve opens a page in the browser, on which lists are dropped, looked at, cleaned and downloaded. It does what the other commands
do, and the files are the same octet for octet. It ends when it is interrupted.

Only this computer reaches it, and only a browser that came by the link, which works once; Enter prints another one. Each run is a folder
below --dir, with the list and what was made of it. Nothing is deleted unless somebody deletes it on the page, or --retain says so. A run
that was stopped goes on when it is asked to.

Another address than one of loopback takes --token-file, and a certificate or a proxy that has one.`,
		Example: "  prebounce serve\n  prebounce serve contacts.csv\n  prebounce serve --sandbox --smtp 2525\n" +
			"  prebounce serve --listen 192.0.2.1:8443 --token-file token --tls-cert cert.pem --tls-key key.pem",
		RunE: func(c *cobra.Command, args []string) error { return o.run(c, args) },
	}
	f := c.Flags()
	f.StringVar(&o.listen, "listen", "127.0.0.1:0", "listen at `ADDRESS:PORT`; port 0 is any free one")
	f.StringVar(&o.dir, "dir", "", "keep the runs in `DIR` (default: prebounce/runs in the user's data folder)")
	f.StringVar(&o.token, "token-file", "",
		"read the tokens that programs show from `FILE`, one a line, with rights and rate: see help api")
	f.StringVar(&o.cert, "tls-cert", "", "use the TLS certificate in `FILE` (PEM)")
	f.StringVar(&o.key, "tls-key", "", "use the key in `FILE` (PEM) for --tls-cert")
	f.StringVar(&o.tlsDir, "tls-dir", "",
		"use TLS with a certificate for localhost and each --host of a CA in `DIR`, created once: see sandbox trust")
	f.BoolVar(&o.proxied, "behind-proxy", false, "leave TLS to the proxy in front of it")
	f.StringArrayVar(&o.hosts, "host", nil, "accept requests for host `NAME` besides localhost (repeatable)")
	f.StringVar(&o.retain, "retain", "", "delete runs that are older than `TIME`, such as 30d (default: never)")
	f.IntVar(&o.atOnce, "at-once", 1, "work on `N` runs at the same time; others wait")
	f.Var(&o.maxSize, "max-size", "accept uploads of up to `SIZE`, such as 500M or 20G (default 16G)")
	f.BoolVar(&o.noOpen, "no-open", false, "print the link without opening a browser")
	f.BoolVar(&o.sandbox, "sandbox", false,
		"ask the built-in sandbox instead of the internet, and show the mail that it takes")
	f.Var((*loopbackPort)(&o.smtp), "smtp", "with --sandbox: take mail from other programs at `PORT` of 127.0.0.1")
	o.hooks.register(f)
	f.StringVar(&o.log, "log-format", "", "log to stderr as `text|json`, without addresses (default: no log)")
	completeWords(c, "log-format", "text", "json")
	f.StringArrayVar(&o.folders, "folder", nil,
		"let programs make runs of lists below `DIR` by path (repeatable; default: only of uploads)")
	f.StringSliceVar(&o.compat, "compat", nil, "also answer the clients of these services: `NAME,...`, of "+
		strings.Join(compat.Services(), ", "))
	completeWords(c, "compat", compat.Services()...)
	c.AddCommand(workCommand())
	return c
}

func (o *serving) run(c *cobra.Command, lists []string) error {
	if o.smtp != "" && !o.sandbox {
		return usageError(errors.New("--smtp is where the sandbox takes mail, and there is none"),
			"prebounce serve --sandbox --smtp 2525")
	}
	if o.atOnce < 1 {
		return usageError(fmt.Errorf("invalid --at-once %d: want 1 or more", o.atOnce), "--at-once 2")
	}
	for _, name := range o.compat {
		if !slices.Contains(compat.Services(), name) {
			return usageError(fmt.Errorf("invalid --compat %q: want some of %s", name,
				strings.Join(compat.Services(), ", ")), "--compat kickbox,zerobounce")
		}
	}
	for _, path := range lists {
		if err := noList(path); err != nil {
			return err
		}
	}
	opts, err := o.options()
	if err == nil {
		opts.Log, err = logger(o.log, c.ErrOrStderr())
	}
	if err != nil {
		return err
	}
	if r := earlierServer(c.Context(), opts.Dir); r != nil {
		at, err := r.take(c.Context(), lists)
		link := ""
		if err == nil {
			link, err = r.link(c.Context())
		}
		if err == nil {
			o.show(c, r.Address+"/"+at+"?"+link)
		}
		return err
	}
	cert, err := o.certificate()
	if err != nil {
		return err
	}
	l, err := o.open()
	if err != nil {
		return err
	}
	defer l.Close()
	if o.sandbox {
		inbox, end, err := o.startSandbox(c)
		if err != nil {
			return err
		}
		defer end()
		opts.Inbox = inbox
	}
	return o.begin(c, l, cert, opts, lists)
}

// begin makes the server, takes the lists and answers.
func (o *serving) begin(c *cobra.Command, l net.Listener, cert *tls.Certificate, opts serve.Options,
	lists []string) error {
	ctx, quit := context.WithCancel(c.Context())
	defer quit()
	if o.token == "" { // only this computer reaches it
		opts.Quit = quit
	}
	k := newChecker(c, o.sandbox)
	defer k.close()
	opts.Check, opts.Counts, opts.Address = k.check, k.counts.take, o.address(l)
	s, err := serve.New(opts)
	if err != nil {
		return err
	}
	defer s.Close()
	forget, err := running{o.address(l), s.Key()}.note(opts.Dir)
	if err != nil {
		return err
	}
	defer forget()
	at := ""
	if len(lists) > 0 {
		if at, err = s.Take(lists); err != nil {
			return err
		}
	}
	o.show(c, o.address(l)+"/"+at+"?"+s.Link())
	go o.more(c, l, s)
	return s.Serve(ctx, l, cert)
}

// options are what the flags say.
func (o *serving) options() (opts serve.Options, err error) {
	opts = serve.Options{Dir: o.dir, Hosts: o.names(), Secure: o.secure(), Version: version(), Command: run,
		Worker: worker, Sandbox: o.sandbox,
		MaxUpload: int64(o.maxSize), AtOnce: o.atOnce, Compat: slices.Compact(slices.Sorted(slices.Values(o.compat)))}
	for _, dir := range o.folders {
		dir, err := realFolder(dir)
		if err != nil {
			return opts, err
		}
		opts.Folders = append(opts.Folders, dir)
	}
	if opts.Dir == "" {
		opts.Dir, err = dataFolder()
	}
	if err == nil && o.retain != "" {
		opts.Retain, err = retention(o.retain)
	}
	if err == nil {
		opts.Tokens, err = o.readTokens()
	}
	if err == nil {
		opts.Webhooks, err = o.hooks.senders()
	}
	return opts, err
}

// worker is this program, to do a job.
func worker() *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		self = os.Args[0]
	}
	return exec.Command(self, "serve", "work")
}

// dataFolder is where runs are kept: $XDG_DATA_HOME/prebounce/runs, or what the system has in its place.
func dataFolder() (string, error) {
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "prebounce", "runs"), nil
	}
	return systemDataFolder()
}

// retention reads a time in days, or as Go has it.
func retention(text string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n > 0 && n < 100_000 {
			return time.Duration(n) * 24 * time.Hour, nil
		}
	} else if d, err := time.ParseDuration(text); err == nil && d > 0 {
		return d, nil
	}
	return 0, usageError(fmt.Errorf("invalid --retain %q: want a number of days", text), "--retain 30d")
}

// startSandbox starts the sandbox's own mail server, and keeps what it takes in a folder of its own until end is called.
func (o *serving) startSandbox(c *cobra.Command) (inbox string, end func(), err error) {
	if inbox, err = os.MkdirTemp("", "prebounce-inbox-*"); err != nil {
		return "", nil, err
	}
	stop := func() {}
	if o.smtp != "" {
		stop, err = o.takeMail(c, inbox)
	}
	if err != nil {
		os.RemoveAll(inbox)
		return "", nil, err
	}
	return inbox, func() { stop(); os.RemoveAll(inbox) }, nil
}

// takeMail has the sandbox keep mail in a folder until stop is called.
func (o *serving) takeMail(c *cobra.Command, inbox string) (stop func(), err error) {
	w, err := readWorld("")
	if err != nil {
		return nil, err
	}
	speaksToHosts.Store(true)
	s, err := sandbox.Start(c.Context(), w, sandbox.Options{Inbox: inbox, SMTP: o.smtp})
	if err != nil {
		return nil, err
	}
	for _, place := range s.Listening() {
		if place.Host == "*" {
			say(c.ErrOrStderr(), "sandbox: SMTP for any domain at %s", place.Listen)
		}
	}
	return s.Close, nil
}
