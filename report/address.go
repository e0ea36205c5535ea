package report

import (
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/known"
	"github.com/prebounce/prebounce/validate/reply"
)

// Address is one address as JSON: a field that doesn't apply is absent, a field that isn't known is null.
type Address struct {
	Input   string            `json:"input"`
	Address string            `json:"address,omitempty"`
	Status  validate.Verdict  `json:"status"`
	Reason  validate.Reason   `json:"reason"`
	Reasons []validate.Reason `json:"reasons"` // all that apply, the one that decides first
	Detail  string            `json:"detail,omitempty"`
	Syntax  Syntax            `json:"syntax"`

	Sendable bool `json:"sendable"` // clean would keep it in clean.csv
	*Facts
	Reply *Reply `json:"reply,omitempty"` // what a mail host said

	Suggestion  string `json:"suggestion,omitempty"`   // the address that may have been meant
	DuplicateOf int    `json:"duplicate_of,omitempty"` // the input with the same mailbox, from 1

	list validate.List // where clean would send it
}

// Syntax is what the grammar says.
type Syntax struct {
	Valid    bool   `json:"valid"`
	Error    string `json:"error,omitempty"`
	Position int    `json:"position,omitempty"` // the character at which it is wrong, from 1
}

// Reply is what a mail server answered when asked about the address.
type Reply struct {
	Status   string      `json:"status"` // said, silent, unaskable, postponed or withdrawn
	Host     string      `json:"host,omitempty"`
	Text     string      `json:"text,omitempty"`
	Stage    reply.Stage `json:"stage,omitempty"`
	Class    reply.Class `json:"class"`
	Rule     string      `json:"rule,omitempty"` // that read it so
	CatchAll *bool       `json:"catch_all"`      // whether the host takes made-up recipients too
	At       time.Time   `json:"at,omitzero"`
	Again    time.Time   `json:"again,omitzero"` // from when asking again may tell more
}

// replyOf is nil where nobody asked.
func replyOf(a *validate.Answer) *Reply {
	if a.Status == validate.NoQuestion {
		return nil
	}
	f := a.Finding()
	r := &Reply{Status: a.Status.String(), Host: a.Host, Text: a.Text, Stage: a.Stage, Class: f.Class, Rule: f.Rule,
		At: a.At, Again: a.Again}
	if a.Control != validate.ControlUnknown {
		all := a.Control == validate.ControlAccepted
		r.CatchAll = &all
	}
	return r
}

// Facts apply to addresses of good syntax only.
type Facts struct {
	Disposable        string    `json:"disposable"` // none, weak or strong
	DisposableSources []string  `json:"disposable_sources,omitempty"`
	Alias             bool      `json:"alias"`
	Role              string    `json:"role,omitempty"` // the kind of role
	Free              bool      `json:"free"`
	Operator          *string   `json:"operator"`
	MX                *[]string `json:"mx"` // mail hosts in order of preference
}

// NewAddress makes the JSON form of the evidence about an address and its verdict. input is the text as given.
func NewAddress(input string, e *validate.Evidence, p validate.Policy) Address {
	set := p.Heeded(e.Reasons())
	a := Address{Input: input, Reason: p.Judge(set)}
	a.Status, a.Detail = a.Reason.Verdict(), e.Detail(a.Reason)
	a.Reasons, a.list = ordered(a.Reason, set), p.List(a.Reason)
	a.Sendable = a.list == validate.Clean
	if e.Fault != nil {
		a.Syntax = Syntax{Error: e.Fault.What, Position: e.Fault.At}
		a.Suggestion = validate.Suggest(input)
		return a
	}
	a.Address, a.Syntax.Valid, a.Facts, a.Reply = e.Address.String(), true, facts(e), replyOf(&e.Answer)
	if e.Suggestion != "" {
		a.Suggestion = e.Address.Local + "@" + e.Suggestion
	}
	return a
}

// Repaired adds to the detail what was removed from the input to find the address. An empty text adds nothing.
func (a *Address) Repaired(what string) {
	switch {
	case what == "":
	case a.Detail == "":
		a.Detail = "repaired: " + what
	default:
		a.Detail += "; repaired: " + what
	}
}

// ordered lists the reasons of a set, the one that decides first.
func ordered(decides validate.Reason, set validate.Reasons) []validate.Reason {
	return append([]validate.Reason{decides}, (set &^ validate.Of(decides)).All()...)
}

func facts(e *validate.Evidence) *Facts {
	f := &Facts{
		Disposable:        e.Domain.Disposable.String(),
		DisposableSources: e.Domain.Sources.Names(),
		Alias:             e.Domain.Alias,
		Free:              e.Domain.Free,
	}
	if e.Role != known.NotRole {
		f.Role = e.Role.String()
	}
	if e.Operator() != "" {
		operator := e.Operator()
		f.Operator = &operator
	}
	if e.Mail.Status != validate.NotAsked && e.Mail.Status != validate.NoDNSAnswer {
		hosts := []string{}
		for _, h := range e.Mail.Hosts {
			hosts = append(hosts, h.Name)
		}
		f.MX = &hosts
	}
	return f
}
