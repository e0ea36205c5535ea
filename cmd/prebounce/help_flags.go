package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// helpLine is a line of --help: one or more flags, and a text for them together.
type helpLine struct {
	flags string // their names; "doctor.ip" is --ip of doctor only
	names string // how several flags are shown together
	text  string // empty: each flag has a line of its own
	more  bool   // only --help-all and the manual show them
}

// flagGroup is a topic of --help.
type flagGroup struct {
	title string
	lines []helpLine
}

// flagGroups sorts every flag under a topic. Flags that decide who is mailed, what is overwritten, whether the network
// is asked, or the exit status, are never among those for --help-all alone.
var flagGroups = []flagGroup{
	{"List", []helpLine{
		{flags: "sent bounces run calibrate.imap calibrate.column"},
		{flags: "column", names: "--column NAME|N", text: "read the addresses from this column"},
		{flags: "sheet field", names: "--sheet NAME|N, --field PATH",
			text: "read this sheet of a workbook, or path of JSON Lines"},
		{flags: "status-column", names: "--status-column NAME|N",
			text: "read who opted out or bounced from this column"},
		{flags: "suppress", names: "--suppress FILE", text: "remove the addresses in FILE"},
		{flags: "bounced imap", names: "--bounced FILE, --imap URL",
			text: "remove addresses that bounced, by this file or mailbox"},
		{flags: "allow-empty yes-unreadable", names: "--allow-empty, --yes-unreadable",
			text: "accept a list with no rows; with too few addresses"},
		{flags: "delimiter encoding map imap-password-file max-size", more: true},
		{flags: "log mail forget.inbox from allow-resize"},
	}},
	{"Checks", []helpLine{
		{flags: "keep review remove", names: "--keep, --review, --remove REASON,...",
			text: "put addresses with these reasons on that list"},
		{flags: "block-domains allow-domains", names: "--block-domains, --allow-domains FILE",
			text: "treat domains as disposable, or never"},
		{flags: "roles", names: "--roles FILE", text: "treat these local parts as role addresses"},
		{flags: "yes-remove", names: "--yes-remove",
			text: "remove addresses even if they are a large part of the list"},
		{flags: "yes-keep-opted-out", names: "--yes-keep-opted-out",
			text: "confirm that clean.csv keeps contacts who opted out"},
		{flags: "no-dns", names: "--no-dns", text: "do not query DNS"},
		{flags: "sandbox", names: "--sandbox", text: "use the built-in sandbox instead of the internet"},
		{flags: "no-connect doctor.world doctor.blocklist domain-blocklist no-blocklists status reason"},
		{flags: "resolver allow-private-networks", more: true},
	}},
	{"Sender", []helpLine{{flags: "doctor.from doctor.ip doctor.helo doctor.esp dkim-selector message"}}},
	{"Probing", []helpLine{
		{flags: "check.probe mcp.probe"},
		{flags: "probe", names: "--probe", text: "ask mail hosts about a sample"},
		{flags: "probe-all", names: "--probe-all", text: "ask mail hosts about every undecided address"},
		{flags: "clean-by-probe", names: "--clean-by-probe",
			text: "then ask about the riskiest, until the list is clean enough"},
		{flags: "probe-budget", names: "--probe-budget N",
			text: "send at most N RCPT commands (default 5000 for --probe)"},
		{flags: "plan", names: "--plan", text: "print whom probing would ask, and for how long; ask nobody"},
		{flags: "clean.helo clean.from", names: "--helo NAME, --from ADDRESS",
			text: "introduce yourself to mail hosts by these"},
		{flags: "check.helo check.from"},
		{flags: "force-probe", names: "--force-probe", text: "probe even if --helo, --from or --ip fails its checks"},
		{flags: "audit", names: "--audit P", text: "keep a random P of refused addresses in clean.csv"},
		{flags: "operators clean.fleet", names: "--operators FILE, --fleet FILE",
			text: "change whom to ask, how much and how fast; let a fleet ask"},
		{flags: "blocklist", names: "--blocklist ZONE", text: "also look the sending IP up in this DNS blocklist"},
		{flags: "check.fleet"},
		{flags: "ip known-good max-wait precision min-yield seed bind proxy smtp-port pace", more: true},
	}},
	{"Forecast", []helpLine{
		{flags: "report.esp report.history report.sent-so-far report.hard-so-far calibrate.history date name"},
		{flags: "esp", names: "--esp NAME|FILE", text: "apply the limits of this sending service (default generic)"},
		{flags: "last-sent mailed-campaign", names: "--last-sent DATE, --mailed-campaign NAME",
			text: "when the list was last mailed, or in which campaign"},
		{flags: "history", names: "--history FILE", text: "learn from the past campaigns in FILE, or from none"},
		{flags: "max-risk hold", names: "--max-risk P, --hold SEGMENT",
			text: "review rows of a risk over P, or of a segment"},
		{flags: "fail-over fail-unknown", names: "--fail-over P, --fail-unknown P",
			text: "exit 4 if over P are expected to bounce; are undecided"},
		{flags: "fail-shrink previous", names: "--fail-shrink P, --previous DIR",
			text: "exit 4 if P of the rows of that run are gone"},
		{flags: "sent-so-far hard-so-far as-of date-column engaged-column source-column mailed mailed-on " +
			"suppressing-service", more: true},
	}},
	{"Servers", []helpLine{
		{flags: "dns smtp submission smtps accept-any-auth tls tls-cert tls-key tls-dir set sandbox.inbox " +
			"sandbox.world"},
		{flags: "bounce-after bounces-to events-to events-as"},
	}},
	{"Fleet", []helpLine{{flags: "fleet.fleet worker.fleet worker.helo worker.from only fleet.worker advertise nats workers"}}},
	{"Messages", []helpLine{{flags: "sandbox.resolver outcome to sandbox.from subject since until check wait delete"}}},
	{"Facts", []helpLine{{flags: "older address all cache.store forget.store"}}},
	{"Server", []helpLine{
		{flags: "listen host token-file compat folder behind-proxy retain dir at-once no-open"},
		{flags: "webhook webhook-secret-file webhook-private log-format"},
	}},
	{"Output", []helpLine{
		{flags: "for"},
		{flags: "clean.out", names: "-o, --out DIR", text: "write to folder DIR (default: LIST-prebounce)"},
		{flags: "out"},
		{flags: "force", names: "--force", text: "replace earlier outputs"},
		{flags: "clean.format", names: "--format FORMAT", text: "write csv, xlsx or jsonl (default: as the list)"},
		{flags: "format rewrite replace dry-run zero-bounces forget fail-on schema include-addresses"},
		{flags: "strict", names: "--strict", text: "exit 3 if any address is undecided (default: over 1%)"},
		{flags: "clean.json clean.quiet", names: "--json, -q, --quiet",
			text: "print the summary as JSON, or no summary"},
		{flags: "json quiet verbose no-descriptions"},
		{flags: "no-store", names: "--no-store", text: "neither use nor keep earlier answers"},
		{flags: "repair fix-typos annotate excel-safe store", more: true},
	}},
}

// qualified are the flags that the table lists for one command alone.
var qualified = func() map[string]bool {
	found := map[string]bool{}
	for _, g := range flagGroups {
		for _, l := range g.lines {
			for word := range strings.FieldsSeq(l.flags) {
				found[word] = strings.Contains(word, ".")
			}
		}
	}
	return found
}()

// flagsOf lists the flags of a command that a line names.
func (l helpLine) flagsOf(c *cobra.Command) (found []*pflag.Flag) {
	path := strings.Fields(c.CommandPath() + " -")
	for word := range strings.FieldsSeq(l.flags) {
		of, name, only := strings.Cut(word, ".")
		if !only {
			name = word
		}
		if f := flagOf(c, name); f != nil && qualified[path[1]+"."+name] == only && (!only || of == path[1]) {
			found = append(found, f)
		}
	}
	return found
}

// flagOf is a flag of a command that a person can use, its parents' included.
func flagOf(c *cobra.Command, name string) *pflag.Flag {
	c.InheritedFlags() // makes cobra merge them
	if f := c.Flags().Lookup(name); f != nil && !f.Hidden {
		return f
	}
	return nil
}
