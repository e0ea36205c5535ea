package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/probe/identity"
	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/validate/reply"
)

// explain is what the command was asked for.
type explain struct {
	format string
	logs   []string
	mail   []string

	found  int    // replies explained
	said   bool   // what there was instead of replies
	unread int    // mails and lines that tell of no recipient
	first  string // where the first of them is
}

func explainCommand() *cobra.Command {
	var e explain
	c := &cobra.Command{
		Use:   "explain [REPLY|FILE... | -]",
		Short: "Explain an SMTP reply or a bounce: cause, who is affected, what to do",
		Long: `Say what an SMTP reply means: whom it is about (you, the host, the mailbox or the message), whether trying
again makes sense, what to do and who has to do it. Nothing is asked of the network.

Each argument is one reply, quoted, or a file that holds a bounce mail, an mbox or a log. Without arguments, or with "-", standard
input is read: a bounce mail or its text as a whole, anything else as one reply per line.
--log and --mail name files, and folders of them.`,
		Example: `  prebounce explain "550 5.1.1 <ann@example.com>: Recipient address rejected: User unknown"
  prebounce explain bounce.eml
  prebounce explain --log /var/log/mail.log
  prebounce explain --mail bounces.mbox --format jsonl`,
		RunE: func(c *cobra.Command, args []string) error { return e.run(c, args) },
	}
	c.Flags().StringVar(&e.format, "format", "text",
		"print the findings as `FORMAT`: text, or jsonl with one JSON object per reply")
	completeFormats(c, "text", "jsonl")
	c.Flags().StringArrayVar(&e.logs, "log", nil,
		"read replies from the Postfix, Exim or Sendmail log `FILE`, or - for standard input (repeatable)")
	c.Flags().StringArrayVar(&e.mail, "mail", nil,
		"read bounce mails (RFC 3464) and nothing else from `FILE`: a mail, mbox or folder of mails, or - (repeatable)")
	return c
}

func (e *explain) run(c *cobra.Command, args []string) error {
	write, ok := explainFormats[e.format]
	if !ok {
		return usageError(fmt.Errorf("unknown format %q", e.format), c.CommandPath()+" --help")
	}
	if slices.ContainsFunc(args, func(reply string) bool { return strings.TrimSpace(reply) == "" }) {
		return usageError(errors.New("invalid reply: it is empty"), `prebounce explain "550 5.1.1 User unknown"`)
	}
	for _, arg := range args {
		if arg == "-" || replyLine.MatchString(arg) || holdsBounces(arg) {
			continue
		}
		if err := misplaced(arg, "explain takes replies, bounce mails and logs"); err != nil {
			return err
		}
	}
	out := bufio.NewWriter(c.OutOrStdout())
	for x, err := range e.replies(c, args) {
		e.found++
		if err == nil {
			err = write(out, x)
		}
		if err != nil {
			return errors.Join(out.Flush(), err)
		}
		if e.live(args) {
			if err := out.Flush(); err != nil {
				return err
			}
		}
	}
	e.leftovers(c)
	return out.Flush()
}

// leftovers says what could not be explained.
func (e *explain) leftovers(c *cobra.Command) {
	if e.found == 0 && !e.said {
		say(c.ErrOrStderr(), "the input holds no replies")
	}
	if e.unread > 0 {
		say(c.ErrOrStderr(), "%s of no recipient, the first in %s", counted(int64(e.unread), "mail or line tells",
			"mails or lines tell"), e.first)
	}
}

// passing counts mails and lines of a file that tell of no recipient.
func (e *explain) passing(file string) func(line int) {
	return func(line int) {
		if e.unread++; e.unread == 1 {
			e.first = fmt.Sprintf("%s, line %d", file, line)
		}
	}
}

// live tells that the replies come from standard input, where somebody may wait for each answer.
func (e *explain) live(args []string) bool {
	return (len(args) == 0 && len(e.logs)+len(e.mail) == 0) || slices.Contains(args, "-")
}

// explained is one reply with all that is said of it. Its JSON form has stable names.
type explained struct {
	Text      string        `json:"reply"`
	Address   string        `json:"address,omitempty"`
	Code      *int          `json:"code"`
	Enhanced  string        `json:"enhanced"`
	Class     reply.Class   `json:"class"`
	Subject   reply.Subject `json:"subject"`
	Permanent bool          `json:"permanent"`
	Removes   bool          `json:"removes_contact"`
	Rule      string        `json:"rule"`
	Stage     reply.Stage   `json:"stage"`
	Operator  string        `json:"operator"`
	Server    string        `json:"server"`
	Host      string        `json:"host,omitempty"` // who said it, where the text names him
	Sisimai   string        `json:"sisimai"`
	List      string        `json:"block_list"`
	Retry     string        `json:"retry"`
	Meaning   string        `json:"meaning"`
	Advice    []string      `json:"advice"`
	Checks    []string      `json:"checks,omitempty"` // of the doctor, that find the cause
}

// explainText explains a reply, also where it stands in a line of a mail server's log.
func explainText(text string) explained {
	if b, ok := reply.LogLine(text); ok {
		return explainBounce(b)
	}
	r := reply.Parse(text)
	return explainBounce(reply.Bounce{Text: text, Reply: r, Finding: reply.Classify(r, reply.Context{})})
}

func explainBounce(b reply.Bounce) explained {
	r, f := b.Reply, b.Finding
	e := explanationOf(r, f)
	x := explained{
		Text: b.Text, Address: b.Address, Enhanced: r.Enhanced.String(),
		Class: f.Class, Subject: f.Subject, Permanent: f.Permanent, Removes: f.Class.Removes(),
		Rule:  f.Rule,
		Stage: f.Stage, Operator: f.Operator, Server: f.Server, Host: r.Host, List: f.List, Sisimai: sisimaiFor(r, f),
		Meaning: e.meaning, Retry: e.retry, Advice: e.advice,
	}
	for _, c := range identity.ChecksFor(r, f) {
		x.Checks = append(x.Checks, c.Name)
	}
	if r.Code != 0 {
		x.Code = &r.Code
	}
	return x
}

var explainFormats = map[string]func(io.Writer, explained) error{"text": explainAsText, "jsonl": explainAsJSON}

func explainAsJSON(w io.Writer, x explained) error {
	j := json.NewEncoder(w)
	j.SetEscapeHTML(false)
	return j.Encode(x)
}

var subjects = map[reply.Subject]string{
	reply.Nobody:  "can't be told",
	reply.Us:      "the sender, not the mailbox",
	reply.Host:    "the mail host or the domain",
	reply.Mailbox: "the mailbox",
	reply.Message: "the message",
}

var stages = map[reply.Stage]string{
	reply.Greeting: "connection: no command yet",
	reply.EHLO:     "EHLO: the client's name, or TLS",
	reply.MAIL:     "MAIL FROM: the envelope sender",
	reply.RCPT:     "RCPT TO: the recipient",
	reply.DATA:     "DATA: the message itself",
}

func explainAsText(w io.Writer, x explained) error {
	text := strings.Join(strings.Fields(x.Text), " ")
	if text == "" && x.Address == "" {
		return nil // an empty line
	}
	var b strings.Builder
	line := func(label, text string) {
		if text != "" {
			fmt.Fprintf(&b, "  %-9s %s\n", label, report.Plain(text))
		}
	}
	fmt.Fprintln(&b, report.Plain(text))
	line("for", x.Address)
	line("from", x.Host)
	line("stage", stages[x.Stage])
	line("says", x.Meaning)
	line("about", subjects[x.Subject])
	line("list", x.List)
	line("retry", x.Retry)
	label := "do"
	for _, a := range x.Advice {
		line(label, a)
		label = ""
	}
	line("check", doctorFor(x))
	line("contact", contactFor(x))
	line("because", because(x))
	fmt.Fprintln(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

// contactFor is what becomes of the contact.
func contactFor(x explained) string {
	switch {
	case x.Removes:
		return "remove it"
	case x.Class == reply.Suppressed:
		return "your service does not mail it: find out why before you do"
	}
	return "keep it: this reply does not justify a removal"
}

// doctorFor is what to type to find the cause of a reply about us or about the message.
func doctorFor(x explained) string {
	command := "prebounce doctor --from ADDRESS --ip IP --helo NAME"
	if x.Subject == reply.Message {
		command = "prebounce doctor --message FILE"
	}
	switch {
	case len(x.Checks) > 0:
		return command + " checks this (" + strings.Join(x.Checks, ", ") + ")"
	case x.Class == reply.SenderBlocked, x.Class == reply.ContentRejected:
		return command + " looks for the cause"
	}
	return ""
}

func because(x explained) string {
	said := []string{x.Class.String(), x.Rule, "Sisimai: " + x.Sisimai}
	for _, who := range []string{x.Server, x.Operator} {
		if who != "" {
			said = append(said, who)
		}
	}
	return strings.Join(said, ", ")
}
