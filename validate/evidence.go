package validate

import (
	"strings"

	"github.com/prebounce/prebounce/validate/known"
)

// Evidence is all that is known about one address. What was never asked stays at its zero value, and speaks
// for nothing.
type Evidence struct {
	Address Address
	Fault   *SyntaxError // not nil: there is no Address

	Domain     known.Domain
	Role       known.RoleKind
	Suggestion string // the domain that may have been meant, or empty; never a reason by itself
	Mail       Mail
	Answer     Answer // what a mail host said; zero: none was asked

	Suppressed bool // on the user's suppression list
	PastBounce bool // bounced hard in an earlier send
}

// Look gathers what can be known of one address without asking anyone.
func Look(address string, lists *known.Lists) (e Evidence) {
	a, err := Parse(address)
	if err != nil {
		e.Fault = err.(*SyntaxError)
		return e
	}
	e.Address, e.Role = a, lists.Role(a.Local)
	if !a.Literal {
		e.Domain = lists.Domain(a.Domain)
		e.Suggestion = lists.Suggest(a.Domain, 1, nil)
	}
	return e
}

// Reasons is everything that the evidence speaks for.
func (e *Evidence) Reasons() Reasons {
	if e.Fault != nil {
		return 1 << BadSyntax
	}
	s := e.Address.Reasons() | RoleReasons(e.Role) | ListReasons(e.Domain) | e.Mail.Status.Reasons()
	if e.Suggestion != "" && e.Mail.Status.Takes() {
		s |= 1 << TypoDomain
	}
	s |= e.Answer.Reason().Set()
	if e.Suppressed {
		s |= 1 << Suppressed
	}
	if e.PastBounce {
		s |= 1 << PastBounce
	}
	return s
}

// RoleReasons says what a kind of role speaks for.
func RoleReasons(k known.RoleKind) Reasons {
	switch k {
	case known.NotRole:
		return 0
	case known.NoReply:
		return 1 << NoReply
	}
	return 1 << Role
}

// ListReasons says what the lists' word on a domain speaks for.
func ListReasons(d known.Domain) Reasons {
	switch d.Disposable {
	case known.Strong:
		return 1 << Disposable
	case known.Weak:
		return 1 << MaybeDisposable
	}
	return 0
}

// Detail is the particulars behind a reason: what is wrong and where, who says so. It is empty where the
// reason says it all.
func (e *Evidence) Detail(r Reason) string {
	switch r {
	case BadSyntax:
		return e.Fault.Error()
	case Role:
		return e.Role.String()
	case e.Answer.Reason():
		return e.Answer.Detail
	}
	return DomainDetail(r, e.Domain.Sources, e.Suggestion, e.Mail.Detail)
}

// DomainDetail is the particulars behind a reason that a domain gives: the lists that name it, the domain
// that was probably meant, or what DNS said.
func DomainDetail(r Reason, sources known.Sources, suggestion, dns string) string {
	switch r {
	case Disposable, MaybeDisposable:
		return "named by " + strings.Join(sources.Names(), ", ")
	case TypoDomain:
		return "perhaps " + suggestion
	case NoDomain, NoMailHost, NullMX, MXUnresolvable, DNSFailed:
		return dns
	}
	return ""
}

// Operator is who runs the mail hosts: as DNS shows, else as is known of the domain, else empty.
func (e *Evidence) Operator() string {
	if e.Mail.Operator != "" {
		return e.Mail.Operator
	}
	return e.Domain.Operator
}
