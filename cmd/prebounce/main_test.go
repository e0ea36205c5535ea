package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"flag"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// raceOptions take away the second that a program built with the race detector waits at its end.
const raceOptions = "atexit_sleep_ms=0"

func TestMain(m *testing.M) {
	os.Setenv("GORACE", raceOptions)
	// what the user of this machine has set is none of the tests' business
	if filepath.Base(os.Args[0]) != "prebounce" {
		os.Setenv("XDG_CONFIG_HOME", filepath.Join(os.TempDir(), "no settings of prebounce's tests"))
	}
	// most tests wait for servers and processes
	if err := flag.Set("test.parallel", strconv.Itoa(2*runtime.GOMAXPROCS(0))); err != nil {
		panic(err)
	}
	testscript.Main(m, map[string]func(){"prebounce": main, "gosend": goSend})
}

// TestScript runs testdata/script/*.txtar: each is a session of the real program. UPDATE=1 rewrites what it compares.
//
// Beside testscript's own commands there are "exit CODE program args...", which runs a program that must end with that
// status, and "archive ZIP MEMBER FILE...", which makes a zip archive; in the names of members \n and the like mean
// what they mean in Go. $SAMPLES is the folder of samples. $RESOLVER is a sandbox's DNS; asking it needs
// --allow-private-networks, for the world's addresses are not of the internet. In probe.txtar the mail hosts that it
// names are on loopback, at port $SMTP_PORT.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		UpdateScripts:       os.Getenv("UPDATE") != "",
		Setup:               setUpScript,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exit": exitCommand,
			"archive": archiveCommand},
	})
}

// setUpScript gives a script a home of its own and somebody to ask.
func setUpScript(e *testscript.Env) error {
	w, err := readWorld("")
	if err != nil {
		return err
	}
	var o sandbox.Options
	if strings.HasSuffix(e.WorkDir, "script-probe") {
		o.SMTP = anyPort
	}
	if strings.HasSuffix(e.WorkDir, "script-imap") {
		e.Setenv("IMAP", startIMAP(e))
	}
	s, err := sandbox.Start(e.T().(testing.TB).Context(), w, o)
	if err != nil {
		return err
	}
	e.Defer(s.Close)
	e.Setenv("SMTP_PORT", smtpPort(s))
	samples, err := filepath.Abs("../../samples")
	if err != nil {
		return err
	}
	e.Setenv("SAMPLES", samples)
	e.Setenv("RESOLVER", s.DNSAddr())
	e.Setenv("GORACE", raceOptions)
	e.Setenv("HOME", e.WorkDir)
	e.Setenv("XDG_CACHE_HOME", e.WorkDir+"/.cache")
	e.Setenv("XDG_DATA_HOME", e.WorkDir+"/.local")
	e.Setenv("XDG_CONFIG_HOME", e.WorkDir+"/.config")
	return nil
}

// anyPort lets the system choose: a port that was free a moment ago may be another test's by now.
const anyPort = "127.0.0.1:0"

// smtpPort is the port at which a sandbox takes mail from other programs, if it does.
func smtpPort(s *sandbox.Sandbox) string {
	for _, place := range s.Listening() {
		if _, port, err := net.SplitHostPort(place.Listen); err == nil {
			return port
		}
	}
	return ""
}

func exitCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exit CODE program args...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got, ended := 0, (*exec.ExitError)(nil)
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &ended) {
		got = ended.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

func archiveCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args)%2 == 0 {
		ts.Fatalf("usage: archive ZIP MEMBER FILE...")
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 1; i < len(args); i += 2 {
		name, err := strconv.Unquote(`"` + args[i] + `"`)
		ts.Check(err)
		w, err := z.Create(name)
		ts.Check(err)
		_, err = w.Write([]byte(ts.ReadFile(args[i+1])))
		ts.Check(err)
	}
	ts.Check(z.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b.Bytes(), 0o600))
}
