//go:build unix

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/smtp"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// optional skips a test for want of an optional part, unless the environment demands all.
func optional(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("REQUIRE_ALL") != "" {
		t.Fatalf("%s is not installed", what)
	}
	t.Skipf("%s is not installed", what)
}

// step is what a browser does, css what it does it with.
type (
	step = chromedp.Action[chromedp.Void]
	css  = chromedp.CSS
)

// chromium starts Debian's Chromium, which looks up no name and reaches nothing but loopback.
func chromium(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		optional(t, "chromium")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"), chromedp.WindowSize(1280, 900))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// served is the program with its pages.
type served struct {
	*process
	out *bufio.Reader
}

// startServe starts serve in a folder, with runs below it.
func startServe(t *testing.T, dir string, args ...string) (s *served, link string) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	silent, _ := silence(t)
	p := begin(t, dir, func(c *exec.Cmd) { c.Stdout, c.Stdin = w, silent },
		append([]string{"serve", "--no-open", "--dir", filepath.Join(dir, "runs")}, args...)...)
	w.Close()
	t.Cleanup(func() { r.Close(); p.Process.Kill() })
	s = &served{p, bufio.NewReader(r)}
	link, err = s.out.ReadString('\n')
	if err != nil {
		t.Fatalf("it printed no link: %v: %s", err, p.stderr.String())
	}
	return s, strings.TrimSpace(link)
}

// silence is a standard input on which nothing is ever typed.
func silence(t *testing.T) (*os.File, io.Closer) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	return r, w
}

// do does things in the browser, one after the other.
func do(t *testing.T, ctx context.Context, actions ...step) {
	t.Helper()
	if err := chromedp.Do(ctx, actions...); err != nil {
		text, _ := chromedp.Run(ctx, chromedp.Text(css("body")))
		t.Fatalf("%v; the page says:\n%.3000s", err, text)
	}
}

// ask returns what an expression of JavaScript amounts to.
func ask[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// scheme has pages shown light or dark.
func scheme(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	light := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme",
		Value: name}}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, light); err != nil {
		t.Fatal(err)
	}
}

// byCommandLine cleans a list as one does without a browser, and returns the folder of outputs.
func byCommandLine(t *testing.T, dir, list string, args ...string) string {
	t.Helper()
	out := filepath.Join(dir, "by-command")
	p := begin(t, dir, nil, append([]string{"clean", "-q", list, "-o", out}, args...)...)
	if s := p.status(t); s.ExitStatus() != exitDone && s.ExitStatus() != exitCurable {
		t.Fatalf("exit %d: %s", s.ExitStatus(), p.stderr.String())
	}
	return out
}

// sameLists compares the files that people are given; results and reports hold the time at which they were made.
func sameLists(t *testing.T, got, want string) {
	t.Helper()
	for _, name := range []string{"clean.csv", "review.csv", "removed.csv"} {
		a, err := os.ReadFile(filepath.Join(got, name))
		b, err2 := os.ReadFile(filepath.Join(want, name))
		if err != nil || err2 != nil || string(a) != string(b) {
			t.Errorf("%s differs from that of the command line (%d and %d octets): %v, %v", name, len(a), len(b), err,
				err2)
		}
	}
}

// TestABrowserCleansAList drops a list, watches, and downloads what the command line makes, octet for octet.
func TestABrowserCleansAList(t *testing.T) {
	t.Parallel()
	ctx, dir := chromium(t), t.TempDir()
	list := copySample(t, dir, "contacts.csv")
	_, link := startServe(t, dir, "--sandbox")
	have := filepath.Join(dir, "downloads")
	allow := browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: have}
	if _, err := chromedp.CallBrowser(ctx, browser.SetDownloadBehavior, allow); err != nil {
		t.Fatal(err)
	}
	do(t, ctx,
		chromedp.Navigate(link), chromedp.WaitVisible(css(".drop")),
		chromedp.SetUploadFiles(css("#list"), []string{list}), chromedp.WaitVisible(css(".preview")),
		chromedp.SetValue(css("#last-sent"), "never"), chromedp.Click(css("button[value=start]")),
		chromedp.WaitVisible(css("#downloads")))
	for _, name := range []string{"clean.csv", "review.csv", "removed.csv"} {
		do(t, ctx, chromedp.Click(css(`a[href$="/files/`+name+`"]`)))
		until(t, name+" was downloaded", func() bool { return isFile(filepath.Join(have, name)) })
	}
	sameLists(t, have, byCommandLine(t, dir, list, "--sandbox", "--last-sent", "never"))
}

// TestAKilledServerLosesNothing kills it in the middle of a run, which goes on after the next start.
func TestAKilledServerLosesNothing(t *testing.T) {
	t.Parallel()
	ctx, dir := chromium(t), t.TempDir()
	slow := startServer(t, giants+"well.test MX 1 mx.giant.test\nslow.test MX 1 mx.giant.test delay=1h\n")
	quick := startServer(t, giants+"well.test MX 1 mx.giant.test\nslow.test MX 1 mx.giant.test\n")
	write(t, dir, "list.csv", "email\nann@well.test\nbea@slow.test\n")
	settings := func(resolver string) {
		write(t, dir, "prebounce.toml", "resolver = [\""+resolver+"\"]\nallow-private-networks = true\n")
	}
	settings(slow.DNSAddr())
	s, link := startServe(t, dir)
	do(t, ctx, chromedp.Navigate(link), chromedp.WaitVisible(css(".drop")),
		chromedp.SetUploadFiles(css("#list"), []string{filepath.Join(dir, "list.csv")}),
		chromedp.WaitVisible(css(".preview")),
		chromedp.Click(css("button[value=start]")), chromedp.WaitVisible(css("[data-watch]")))
	until(t, "slow.test is asked", func() bool { return slow.Asked()["MX slow.test"] > 0 })
	s.Process.Kill()
	s.status(t)
	settings(quick.DNSAddr())
	_, link = startServe(t, dir)
	do(t, ctx, chromedp.Navigate(link), chromedp.WaitVisible(css(".drop")),
		chromedp.Click(css("table a")), chromedp.Click(css("form.actions button")),
		chromedp.WaitVisible(css("#downloads")))
	runs, err := filepath.Glob(filepath.Join(dir, "runs", "2*"))
	if err != nil || len(runs) != 1 {
		t.Fatalf("runs %q: %v", runs, err)
	}
	got, err := os.ReadFile(filepath.Join(runs[0], "out", "clean.csv"))
	if err != nil || string(got) != "email\nann@well.test\nbea@slow.test\n" {
		t.Errorf("clean.csv is %q: %v", got, err)
	}
}

// TestKeyboardOnly goes the whole way without a mouse: each control can be reached, and shows that it was.
func TestKeyboardOnly(t *testing.T) {
	t.Parallel()
	ctx, dir := chromium(t), t.TempDir()
	_, link := startServe(t, dir, "--sandbox")
	do(t, ctx, chromedp.Navigate(link), chromedp.WaitVisible(css(".drop")))
	reach(t, ctx, "summary")
	do(t, ctx, chromedp.KeyEvent("\r"))
	reach(t, ctx, "textarea")
	do(t, ctx, chromedp.KeyEvent("ann@acme.test\rbea@gone.test\r"))
	reach(t, ctx, ".drop button")
	do(t, ctx, chromedp.KeyEvent("\r"), chromedp.WaitVisible(css(".preview")))
	reach(t, ctx, "#last-sent")
	reach(t, ctx, "button[value=start]")
	do(t, ctx, chromedp.KeyEvent("\r"), chromedp.WaitVisible(css("#downloads")))
	reach(t, ctx, `a[href$="/files/clean.csv"]`)
}

// reach presses Tab until a control has the focus, and sees whether that shows.
func reach(t *testing.T, ctx context.Context, selector string) {
	t.Helper()
	for range 60 {
		do(t, ctx, chromedp.KeyEvent("\t"))
		if !ask[bool](t, ctx, `document.activeElement.matches(`+quotedJS(selector)+`)`) {
			continue
		}
		if !ask[bool](t, ctx, `getComputedStyle(document.activeElement).outlineStyle !== 'none'`) {
			t.Errorf("%s does not show that it has the focus", selector)
		}
		return
	}
	t.Fatalf("the keyboard does not reach %s", selector)
}

func quotedJS(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// everyPage visits each kind of page once, and calls look there.
func everyPage(t *testing.T, ctx context.Context, look func(name string)) {
	t.Helper()
	dir := t.TempDir()
	list := copySample(t, dir, "contacts.csv")
	smtpAt := freePort(t)
	_, link := startServe(t, dir, "--sandbox", "--smtp", smtpAt)
	base, _, _ := strings.Cut(link, "?")
	sendMail(t, smtpAt)
	visit := func(name, address string, more ...step) {
		t.Helper()
		if address != "" {
			more = append([]step{chromedp.Navigate(address)}, more...)
		}
		do(t, ctx, append(more, chromedp.WaitReady(css("main")))...)
		look(name)
	}
	visit("home", link, chromedp.WaitVisible(css(".drop")))
	visit("preview", "", chromedp.SetUploadFiles(css("#list"), []string{list}), chromedp.WaitVisible(css(".preview")))
	visit("plan", "", chromedp.Click(css("input[name=probe][value='1']")),
		chromedp.Click(css("fieldset details summary")),
		chromedp.Click(css("button[value=plan]")), chromedp.WaitVisible(css("#plan")))
	do(t, ctx, chromedp.Click(css("input[name=probe][value='']")), chromedp.Click(css("button[value=start]")),
		chromedp.WaitVisible(css("#downloads")))
	run := ask[string](t, ctx, "location.href")
	visit("decide", "")
	visit("rows", run+"/rows?list=review", chromedp.Click(css(".rows summary")))
	visit("typos", run+"/rows?typos=1", chromedp.Click(css(".rows summary")))
	visit("import", run+"/import?for=mailchimp")
	visit("runs", base+"runs")
	visit("check", base+"check", chromedp.SendKeys(css("#address"), "ann@gmial.com"),
		chromedp.Click(css("button.main")), chromedp.WaitVisible(css("dl")))
	visit("explain", base+"explain", chromedp.SendKeys(css("#text"), "550 5.1.1 User unknown"),
		chromedp.Click(css("button.main")), chromedp.WaitVisible(css("dl")))
	visit("doctor", base+"doctor", chromedp.SendKeys(css("#from"), "news@acme.test"),
		chromedp.Click(css("button.main")), chromedp.WaitVisible(css(".findings")))
	visit("inbox", base+"inbox", chromedp.WaitVisible(css("td a")))
	visit("mail", "", chromedp.Click(css("td a")), chromedp.WaitVisible(css("iframe")))
	visit("missing", base+"nowhere")
}

// sendMail sends a mail that would like to do more than a mail may.
func sendMail(t *testing.T, to string) {
	t.Helper()
	const text = "From: news@lighthouse.test\r\nTo: ada@acme.test\r\nSubject: Your password\r\nMIME-Version: " +
		"1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" +
		"<h1>Hello</h1><img src='http://127.0.0.1:9/seen'><script>document.title='run'</script><form " +
		"action='http://127.0.0.1:9/'><button>Go</button></form>\r\n"
	if err := smtp.SendMail(to, nil, "news@lighthouse.test", []string{"ada@acme.test"}, []byte(text)); err != nil {
		t.Fatal(err)
	}
}

// TestPagesAreAccessible asks axe-core about every page, in light and dark.
func TestPagesAreAccessible(t *testing.T) {
	t.Parallel()
	path := os.Getenv("AXE")
	axe, err := os.ReadFile(path)
	if err != nil {
		optional(t, "axe-core (AXE=axe.min.js, from the npm package axe-core)")
	}
	ctx := chromium(t)
	everyPage(t, ctx, func(name string) {
		for _, light := range []string{"light", "dark"} {
			scheme(t, ctx, light)
			ask[int](t, ctx, string(axe)+";0")
			found := ask[string](t, ctx, `axe.run().then(r => r.violations.map(v =>
				v.id + ': ' + v.nodes.map(n => n.html + ' ' + n.failureSummary).join(' | ')).join('\n'))`)
			if found != "" {
				t.Errorf("%s, %s:\n%s", name, light, found)
			}
		}
	})
}
