package main

import (
	"os"
	"strings"

	"github.com/spf13/pflag"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/bounces"
	"github.com/prebounce/prebounce/validate/known"
)

// settings are the flags that clean and check share: what the lists say and which list a reason leads to.
type settings struct {
	block, allow, roles []string // files
	suppress, bounced   []string
	imap                []string // mailboxes with bounces
	mapping             string
	keep, review, drop  []string // reasons
	private             bool
}

func (s *settings) register(f *pflag.FlagSet) {
	f.StringArrayVar(&s.block, "block-domains", nil, "`FILE` of domains to treat as disposable (repeatable)")
	f.StringArrayVar(&s.allow, "allow-domains", nil, "`FILE` of domains never to treat as disposable; beats every list (repeatable)")
	f.StringArrayVar(&s.roles, "roles", nil, "`FILE` of further role names such as \"frontdesk\" (repeatable)")
	f.StringArrayVar(&s.suppress, "suppress", nil, "`FILE` of addresses that must not be sent to, CSV or plain (repeatable)")
	f.StringArrayVar(&s.bounced, "bounced", nil, "`FILE` of earlier bounces: a sending service's export, a plain list, a mail log, bounce mails or a CSV with replies (repeatable)")
	registerIMAP(f, &s.imap)
	f.StringVar(&s.mapping, "map", "", "`WHAT=COLUMN,...` of a table that --bounced or --suppress does not know: "+strings.Join(bounces.MapKeys(), ", "))
	f.StringSliceVar(&s.keep, "keep", nil, "`REASON,...` that shall not keep a row out of clean.csv")
	f.StringSliceVar(&s.review, "review", nil, "`REASON,...` that shall send a row to review.csv")
	f.StringSliceVar(&s.drop, "remove", nil, "`REASON,...` that shall send a row to removed.csv")
	f.BoolVar(&s.private, "allow-private-networks", false, "for labs: let reserved names and private addresses pass")
}

// policy is the person's choice of lists.
func (s *settings) policy(sandbox bool) (p validate.Policy, err error) {
	for _, move := range []struct {
		to    validate.List
		names []string
	}{{validate.Clean, s.keep}, {validate.Review, s.review}, {validate.Removed, s.drop}} {
		for _, name := range move.names {
			r, err := validate.ParseReason(strings.TrimSpace(name))
			if err != nil {
				return p, usageError(err, "the reasons are "+reasonNames())
			}
			p.Move(move.to, r)
		}
	}
	if s.private || sandbox {
		p.Ignore(validate.ReservedDomain)
	}
	return p, nil
}

func reasonNames() string {
	var names []string
	for _, r := range validate.AllReasons() {
		names = append(names, r.String())
	}
	return strings.Join(names, ", ")
}

// lists are the installed or embedded lists with the person's own added.
func (s *settings) lists() (*known.Lists, error) {
	l, err := openLists()
	if err != nil {
		return nil, err
	}
	for _, add := range []struct {
		files []string
		to    func(*os.File) error
	}{
		{s.block, func(f *os.File) error { return l.AddBlocked(f, f.Name()) }},
		{s.allow, func(f *os.File) error { return l.AddAllowed(f, f.Name()) }},
		{s.roles, func(f *os.File) error { return l.AddRoles(f, f.Name()) }},
	} {
		for _, name := range add.files {
			if err := withFile(name, add.to); err != nil {
				return nil, err
			}
		}
	}
	return l, nil
}

func withFile(name string, use func(*os.File) error) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return use(f)
}
