//go:build unix

package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// cleaned drops a list, has it cleaned, and is on the page of the decision.
func cleaned(t *testing.T, ctx context.Context, dir, list string) {
	t.Helper()
	_, link := startServe(t, dir, "--sandbox")
	do(t, ctx, chromedp.Navigate(link), chromedp.WaitVisible(css(".drop")),
		chromedp.SetUploadFiles(css("#list"), []string{list}), chromedp.WaitVisible(css(".preview")),
		chromedp.Click(css("button[value=start]")), chromedp.WaitVisible(css("#downloads")))
}

// sentNow is the figure of contacts who would be sent to.
const sentNow = `document.querySelector('.effect tbody tr b').textContent`

// TestASwitchShowsItsEffect at once, by the keyboard; and the lists that are made by it are those of the
// command line with its flags.
func TestASwitchShowsItsEffect(t *testing.T) {
	t.Parallel()
	ctx, dir := chromium(t), t.TempDir()
	list := copySample(t, dir, "contacts.csv")
	cleaned(t, ctx, dir, list)
	before := ask[string](t, ctx, sentNow)
	reach(t, ctx, "#step-roles")
	do(t, ctx, chromedp.KeyEvent("s")) // chooses "send"
	until(t, "the figure changes", func() bool { return ask[string](t, ctx, sentNow) != before })
	if got := ask[string](t, ctx, `document.querySelector('#reason-role').value`); got != "clean" {
		t.Errorf("the step sends its reasons, the switch of one says %q", got)
	}
	after := ask[string](t, ctx, sentNow)
	reach(t, ctx, `input[value="provider=gmail"]`)
	do(t, ctx, chromedp.KeyEvent(" "))
	until(t, "the figure changes again", func() bool { return ask[string](t, ctx, sentNow) != after })
	if said := ask[string](t, ctx, `document.querySelector('[data-say]').textContent`); !strings.HasPrefix(said,
		"Send ") {
		t.Errorf("a screen reader is told %q", said)
	}
	made := ask[string](t, ctx, "location.pathname")
	do(t, ctx, chromedp.Click(css("button[formaction]")))
	until(t, "another run is shown", func() bool { return ask[string](t, ctx, "location.pathname") != made })
	do(t, ctx, chromedp.WaitVisible(css("#downloads")))
	if from := ask[string](t, ctx, `document.querySelector('#what-if a').getAttribute('href')`); from != made {
		t.Errorf("it says that it was made of %s, not %s", from, made)
	}
	got := filepath.Join(dir, "runs", strings.TrimPrefix(ask[string](t, ctx, "location.pathname"), "/runs/"), "out")
	sameLists(t, got, byCommandLine(t, dir, list, "--sandbox", "--keep=no_reply,role", "--hold=provider=gmail"))
}

// TestASwitchWorksWithoutScript: the button of the form shows what it comes to.
func TestASwitchWorksWithoutScript(t *testing.T) {
	t.Parallel()
	ctx, dir := chromium(t), t.TempDir()
	cleaned(t, ctx, dir, copySample(t, dir, "contacts.csv"))
	before, page := ask[string](t, ctx, sentNow), ask[string](t, ctx, "location.href")
	off := emulation.SetScriptExecutionDisabledParams{Value: true}
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, off); err != nil {
		t.Fatal(err)
	}
	do(t, ctx, chromedp.Navigate(page), chromedp.WaitVisible(css("#step-roles")),
		chromedp.Click(css(`input[value="provider=gmail"]`)), chromedp.Click(css(".do button:not(.main)")),
		chromedp.WaitVisible(css(`input[value="provider=gmail"][checked]`)))
	if after := ask[string](t, ctx, sentNow); after == before {
		t.Errorf("%s are sent to, as before", after)
	}
}
