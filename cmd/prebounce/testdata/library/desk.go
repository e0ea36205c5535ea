package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/contacts"
	"github.com/prebounce/prebounce/validate/mx"
)

// desk is what this program uses of prebounce.
type desk struct {
	lookup *mx.Lookup
	policy validate.Policy
	dial   smtp.Dial
}

// check judges one address from what can be known and what DNS says.
func (d *desk) check(ctx context.Context, text string) string {
	e := validate.Look(text, nil)
	if e.Fault == nil {
		e.Mail = d.lookup.Mail(ctx, e.Address.Domain)
	}
	reason := d.policy.Judge(d.policy.Heeded(e.Reasons()))
	return fmt.Sprintf("%s: %s, %s", text, reason.Verdict(), reason)
}

const list = "name;email\nAnn;ann@shop.test\nBob;bob@shop.test\nZoe;zoe@shop.test\nGert;gert@gone.test\n"

// clean cleans a list that comes from a reader, asks its mail hosts, and tells the result.
func (d *desk) clean(ctx context.Context, dir string) error {
	source, err := contacts.Open(ctx, "-", contacts.Options{Stdin: strings.NewReader(list)})
	if err != nil {
		return err
	}
	defer source.Close()
	prober, err := d.prober()
	if err != nil {
		return err
	}
	forecaster := report.NewForecaster(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), risk.Options{}, d.policy)
	run := batch.Run{
		Name: "a list in memory", Source: source, Dir: dir, Policy: d.policy,
		Resolver: d.lookup, Asker: prober, Forecaster: forecaster, YesRemove: true,
	}
	summary, err := run.Do(ctx)
	if err != nil {
		return err
	}
	result := forecaster.Result(summary)
	removed, err := os.ReadFile(filepath.Join(dir, "removed.csv"))
	if err != nil {
		return err
	}
	var page strings.Builder
	if err := report.HTML(&page, result); err != nil {
		return err
	}
	fmt.Printf("%s%d rows of %d may be sent to, %d mailboxes were spoken about\n", removed, summary.Clean, summary.Rows,
		summary.Asking[0].Answered)
	fmt.Println("the page is HTML:", strings.HasPrefix(page.String(), "<!doctype html>"))
	return nil
}

// rules are ours for one operator; for everybody else those of prebounce hold.
const rules = `operator,ask,connections,transaction,session,refusals,mix,first,minute,hour,day,why
shop.test,yes,1,2,4,2,no,10,10,20,40,what we agreed on with the shop
`

// prober asks with limits of our own: those rules, and two recipients in all.
func (d *desk) prober() (*probe.Prober, error) {
	r, err := probe.ReadRules(strings.NewReader(rules))
	if err != nil {
		return nil, err
	}
	client := &smtp.Client{HELO: "probe.desk.test", From: "check@desk.test", Dial: d.dial, AllowPrivate: true}
	return &probe.Prober{Client: client, Store: new(probe.Memory), Rules: r, Budget: 2, MaxWait: time.Hour, Pace: 1000}, nil
}
