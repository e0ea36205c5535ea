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
	f.StringArrayVar(&s.block, "block-domains", nil, "treat the domains in `FILE` as disposable (repeatable)")
	f.StringArrayVar(&s.allow, "allow-domains", nil,
		"never treat the domains in `FILE` as disposable, whatever a list says (repeatable)")
	f.StringArrayVar(&s.roles, "roles", nil,
		"treat the local parts in `FILE`, such as \"frontdesk\", as role addresses (repeatable)")
	f.StringArrayVar(&s.suppress, "suppress", nil, "remove the addresses in `FILE`, CSV or one per line (repeatable)")
	f.StringArrayVar(&s.bounced, "bounced", nil,
		"remove addresses that bounced before, by `FILE`: a bounce export, mail log or bounce mails (repeatable)")
	registerIMAP(f, &s.imap)
	f.StringVar(&s.mapping, "map", "", "map the columns of an unknown --bounced or --suppress table: "+
		"`WHAT=COLUMN,...`; WHAT is one of "+strings.Join(bounces.MapKeys(), ", "))
	f.StringSliceVar(&s.keep, "keep", nil, "put addresses with `REASON,...` on the clean list")
	f.StringSliceVar(&s.review, "review", nil, "put addresses with `REASON,...` on the review list")
	f.StringSliceVar(&s.drop, "remove", nil, "put addresses with `REASON,...` on the removed list")
	f.BoolVar(&s.private, "allow-private-networks", false,
		"for labs: accept reserved names and connect to private addresses")
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
