package identity

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/emersion/go-message/textproto"
	"golang.org/x/sync/errgroup"

	"github.com/prebounce/prebounce/probe/auth"
	"github.com/prebounce/prebounce/probe/auth/spf"
)

// Letter is a message and what is known of its way.
type Letter struct {
	Text   []byte     // header and body, as they were sent or received; lines end in CRLF or LF
	IP     netip.Addr // of the client that brought it; the zero Addr if it is not known, and then SPF is not evaluated
	HELO   string
	Sender string // the envelope's, "<>" for the null reverse-path; if empty, what Return-Path says
}

// MaxMessage is the size up to which a message should be read into memory.
const MaxMessage = 25 << 20

// letter is a message that is examined.
type letter struct {
	Letter
	header  textproto.Header
	broken  error // why the header could not be read to its end
	parts   []part
	odd     []string // what is wrong with its MIME structure
	verdict auth.Verdict
}

// Message runs the checks of a message. The examiner's own name, sender and addresses don't matter to it. Where ctx
// ends, what is left is [Unchecked].
func (e *Examiner) Message(ctx context.Context, l Letter) Report {
	return e.message(ctx, l, new(memory))
}

// Messages examines several messages and asks DNS each question once for all of them. The reports are in the order of
// the letters.
func (e *Examiner) Messages(ctx context.Context, letters []Letter) []Report {
	reports, shared := make([]Report, len(letters)), new(memory)
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i, l := range letters {
		group.Go(func() error {
			reports[i] = e.message(ctx, l, shared)
			return nil
		})
	}
	group.Wait()
	return reports
}

func (e *Examiner) message(ctx context.Context, l Letter, m *memory) Report {
	x := &exam{asked: e, letter: &letter{Letter: l}, memory: m, done: []Finding{}}
	x.letter.read()
	x.letter.authenticate(ctx, x)
	x.runInOrder(ctx, e.wanted(messageChecks))
	x.run(ctx, e.wanted(bulkChecks))
	return Report{x.done}
}

// wanted are the rows of a table whose checks were asked for.
func (e *Examiner) wanted(table []row) (rows []row) {
	if len(e.Checks) == 0 || slices.Contains(e.Checks, "bulk") {
		return table
	}
	for _, r := range table {
		if slices.Contains(e.Checks, r.name) {
			rows = append(rows, r)
		}
	}
	return rows
}

func (l *letter) read() {
	text := bufio.NewReader(bytes.NewReader(l.Text))
	l.header, l.broken = textproto.ReadHeader(text)
	if l.Sender == "" {
		l.Sender = strings.TrimSpace(l.header.Get("Return-Path"))
	}
	l.IP = l.IP.Unmap().WithZone("")
	l.readParts(text)
}

// authenticate evaluates the message. Without a sender nobody knows whose SPF record counts.
func (l *letter) authenticate(ctx context.Context, x *exam) {
	m := auth.Message{IP: l.IP, HELO: l.HELO, Sender: strings.Trim(l.Sender, "<>"), Text: l.Text}
	if l.Sender == "" {
		m.IP = netip.Addr{}
	}
	l.verdict = auth.Check(ctx, resolver{x}, m)
}

// messageChecks are about one message.
var messageChecks = []row{
	{
		"header",
		"the header is in the form of RFC 5322",
		[]string{
			"550 5.6.0 Message headers fail syntax check",
			"550-5.7.1 [192.0.2.1] Messages missing a valid Message-ID header are not accepted.\n550 5.7.1 For more " +
				"information, see RFC 5322.",
		},
		[]string{
			"X.6.0", "header", "rfc 5322", "rfc5322", "rfc 2822", "message-id", "messageid", "bare lf", "line too long",
			"lines longer",
		},
		once,
		headerForm,
	},
	{
		"mime", "its parts can be read", nil,
		[]string{"X.6.1", "mime structure", "mime error", "mime part", "attachment", "executable"}, once, structure,
	},
	{"size", "it is not larger than hosts take", []string{
		"552 5.3.4 Message size exceeds fixed limit",
		"552 5.2.3 Your message exceeded Google's message size limits",
	}, []string{"X.3.4", "X.2.3", "size", "too large", "too big", "larger than"}, once, size},
	{"message_spf", "SPF passes for it", []string{
		"550 5.7.23 Recipient address rejected: SPF fail: not authorized",
	}, []string{"X.7.23", "X.7.26", "spf"}, once, messageSPF},
	{"message_dkim", "a DKIM signature of it passes", []string{
		"550 5.7.20 No passing DKIM signature found",
	}, []string{"X.7.20", "X.7.21", "X.7.22", "X.7.26", "dkim"}, once, messageDKIM},
	{"message_dmarc", "DMARC passes for it", []string{
		"550-5.7.26 Unauthenticated email from example.com is not accepted due to domain's\n550 5.7.26 DMARC policy.",
	}, []string{"X.7.26", "X.7.509", "X.7.515", "dmarc"}, once, messageDMARC},
	{"unsubscribe", "recipients can unsubscribe with one click", nil, []string{"unsubscri"}, once, unsubscribe},
	{"filter", "what filters on its way wrote", nil, nil, eachFilter, filtered},
	{"content", "nothing that filters are known to dislike", []string{
		"550 5.7.1 Our system has detected that this message is likely unsolicited mail.",
		"554 5.7.1 Message rejected due to content restrictions",
	}, []string{"content restriction", "content reject", "unsolicited mail", "likely spam", "as spam", ": spam",
		"shortener"}, once, content},
}

func messageSPF(_ context.Context, x *exam, _ subject) Finding {
	l := x.letter
	s := l.verdict.SPF
	f := Finding{About: l.IP.String()}
	o, evaluated := spfOutcomes[spf.Result(s.Result)]
	switch {
	case !l.IP.IsValid():
		return Finding{}
	case !evaluated:
		f.Next = "--from with the envelope's sender (MAIL FROM)"
		return f.unchecked("whether SPF passes could not be checked: the envelope's sender is not known")
	}
	f.Result, f.Says = o.result, fmt.Sprintf(o.says, s.Domain, l.IP)
	if s.Err != nil {
		f.Evidence = []string{fmt.Sprintf("%s: %s", s.Domain, cut(s.Err.Error()))}
	}
	y := &exam{asked: x.asked, memory: x.memory, domain: s.Domain}
	f.Next = y.spfNext(spf.Result(s.Result), l.IP)
	return f
}

// messageDKIM takes a message for signed if one signature passes: one that fails is as none (RFC 6376 §6.1).
func messageDKIM(_ context.Context, x *exam, _ subject) Finding {
	all := x.letter.verdict.DKIM
	f := Finding{About: "DKIM-Signature"}
	passed, temporary, failed, partial := "", false, "", ""
	for _, s := range all {
		f.Evidence = append(f.Evidence, s.String())
		switch s.Result {
		case auth.Pass:
			passed = s.Domain
			if s.Partial {
				partial = s.Domain
			}
		case auth.TempError:
			temporary = true
		default:
			failed = s.Domain
		}
	}
	switch {
	case passed != "" && partial != "":
		f.Result, f.Says = Warn, fmt.Sprintf(
			"the signature of %s has l=, so anybody can append text to the message and it still passes (RFC 6376 §8.2)",
			partial,
		)
		f.Next = "sign without l= (a body length); Gmail and others distrust such signatures"
	case passed != "" && failed == "":
		f.Says = "it is signed by " + passed
	case passed != "":
		f.Result, f.Says = Warn, fmt.Sprintf("it is signed by %s, but a signature of %s does not pass", passed, failed)
		f.Next = "see what changes the message after it was signed, or leave that signature out"
	case temporary:
		f.Next = tryAgain
		return f.unchecked("whether its DKIM signature passes could not be checked")
	case len(all) == 0:
		f.Result, f.Says = Warn, "it has no DKIM signature"
		f.Next = "have your mail signed with DKIM for " + orYourDomain(x.letter.verdict.From)
	default:
		f.Result, f.Says = Fail, "no DKIM signature passes"
		f.Next = "see what changes the message after it was signed (a footer, a relay that folds lines anew), and " +
			"whether the key is published"
	}
	return f
}

func orYourDomain(domain string) string {
	if domain == "" {
		return "your domain"
	}
	return domain
}

// messageDMARC reports what receivers would do with the message. Without its client's address SPF may still pass.
func messageDMARC(_ context.Context, x *exam, _ subject) Finding {
	v := x.letter.verdict
	d := v.DMARC
	f := Finding{About: orYourDomain(v.From), Evidence: policyTexts(d.Policy)}
	f.Evidence = append(
		f.Evidence,
		fmt.Sprintf(
			"From: %s, SPF for %s: %s, DKIM by %s", orNone(v.From), orNone(v.SPF.Domain), orNone(string(v.SPF.Result)),
			orNone(signers(v)),
		),
	)
	switch d.Result {
	case auth.Pass:
		f.Says = "DMARC passes"
		if d.Older != auth.Pass {
			f.Result, f.Says = Warn, fmt.Sprintf(
				"DMARC passes, but not at receivers that still use the public suffix list: %s", d.Older,
			)
			f.Next = fmt.Sprintf(
				"publish a DMARC record at _dmarc.%s, or sign as %s", auth.SuffixOrganization(v.From), v.From,
			)
		}
		return f
	case auth.None:
		f.Result, f.Says = Warn, v.From+" has no DMARC policy, which big mailbox providers ask bulk senders for"
		f.Next = fmt.Sprintf(
			"publish \"v=DMARC1; p=none; rua=mailto:you@%s\" as the TXT record of _dmarc.%s", v.From, v.From,
		)
		return f
	case auth.TempError:
		f.Next = tryAgain
		return f.unchecked("whether DMARC passes could not be checked")
	case auth.PermError:
		f.Result, f.Says = Fail, "DMARC can't be evaluated: "+cut(errorText(d.Err))
		f.Next = "write one author with one domain, and one DMARC record"
		return f
	}
	f.Next = fmt.Sprintf(
		"send from an address that the SPF record of %s names, with a sender (MAIL FROM) of that domain, or sign "+
			"with DKIM for it",
		v.From,
	)
	if v.SPF.Result == "" {
		f.Next = "--ip ADDRESS that it is sent from and --from with its sender (MAIL FROM), so that SPF can be " +
			"evaluated"
		return f.unchecked(
			"no DKIM signature of %s passes, so DMARC depends on SPF, which could not be checked", v.From,
		)
	}
	f.Result, f.Says = Fail, fmt.Sprintf(
		"DMARC fails, and %s asks receivers to %s such mail", v.From, d.Policy.Disposition,
	)
	if d.Policy.Disposition == auth.NoAction {
		f.Result, f.Says = Warn, "DMARC fails; under the policy none, receivers only report that"
	}
	if d.Older == auth.Pass {
		f.Says += ". Receivers that still use the public suffix list let it pass"
	}
	return f
}

// policyTexts are the DMARC records that the tree walk met.
func policyTexts(p auth.Policy) (lines []string) {
	for _, s := range p.Steps {
		for _, text := range s.Records[:min(len(s.Records), mostRecords)] {
			lines = append(lines, fmt.Sprintf("_dmarc.%s TXT %q", s.Domain, cut(text)))
		}
	}
	return lines
}

func errorText(err error) string {
	if err == nil {
		err = errors.New("no reason is known")
	}
	return err.Error()
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return cut(text)
}

// signers are the domains whose signatures pass.
func signers(v auth.Verdict) string {
	var all []string
	for _, s := range v.DKIM {
		if s.Result == auth.Pass {
			all = append(all, s.Domain)
		}
	}
	return strings.Join(all, ", ")
}
