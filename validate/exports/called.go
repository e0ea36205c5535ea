package exports

import (
	"fmt"
	"strings"

	"github.com/prebounce/prebounce/validate"
)

// Called is the verdict of a verifier on an address, classified by cause, because services use the same word ("risky")
// for different causes. A higher value outweighs a lower one.
type Called uint8

const (
	NotCalled        Called = iota // nothing, or that the verifier does not know
	CalledValid                    // the mailbox exists
	CalledRole                     // the address of a role
	CalledCatchAll                 // the mail server accepts any recipient
	CalledFull                     // the mailbox is full
	CalledDisposable               // the address is disposable
	CalledTrap                     // a spam trap, a known complainer, or not to be mailed for another such cause
	CalledDead                     // mail would bounce
)

var calledNames = [...]string{"unknown", "valid", "role", "catch_all", "full", "disposable", "trap", "dead"}

func (c Called) String() string {
	if int(c) >= len(calledNames) {
		return fmt.Sprintf("called(%d)", uint8(c))
	}
	return calledNames[c]
}

// doubtful reports whether such a word sends a contact to review.
func (c Called) doubtful() bool { return c >= CalledDisposable }

// said is what a verifier's word says. The words are those of the table, so that nothing of the cell is passed on.
func (c Called) said(word string) said {
	s := nothing
	s.called, s.word = c, word
	if c.doubtful() {
		s.Reason = validate.Doubted
	}
	return s
}

func calledFlag(c Called) *vocabulary {
	yes := c.said(strings.ReplaceAll(c.String(), "_", "-"))
	return &vocabulary{yes: &yes, no: &nothing, free: harmless}
}

// harmless takes any further value for one that says nothing.
func harmless(string) (said, bool) { return nothing, true }

// called reads a table of words, "ok=valid spam_trap=trap 6=dead:invalid": what stands behind a colon is said
// to people.
func called(table string) map[string]said {
	all := map[string]said{}
	for row := range strings.FieldsSeq(table) {
		value, means, _ := strings.Cut(row, "=")
		name, word, told := strings.Cut(means, ":")
		if !told {
			word = value
		}
		for c, n := range calledNames {
			if n == name {
				all[fold(value)] = Called(c).said(strings.ReplaceAll(word, "_", " "))
			}
		}
	}
	return all
}

// verifierWords are what verifiers call addresses, whoever does.
var verifierWords = called(`
	valid=valid ok=valid deliverable=valid safe=valid good=valid success=valid accepted_email=valid verified=valid safe_to_send=valid
	invalid=dead undeliverable=dead bad=dead unknown_email=dead email_disabled=dead disabled=dead domain_error=dead dead_server=dead syntax_error=dead invalid_mx=dead
	mailbox_not_found=dead mailbox_does_not_exist=dead mailboxdoesnotexist=dead:mailbox_does_not_exist rejected_email=dead invalid_email=dead invalid_domain=dead invalid_syntax=dead
	not_deliverable=dead not_valid=dead does_not_exist=dead failed_syntax_check=dead does_not_accept_mail=dead no_dns_entries=dead unroutable_ip_address=dead
	failed_smtp_check=dead hard_bounce=dead domain_does_not_exist=dead domaindoesnotexist=dead:domain_does_not_exist domainhasnullmx=dead:null_MX atsignnotfound=dead:no_@ domainismisconfigured=dead:misconfigured_domain
	unreachable=dead dead=dead inactive_mailbox=dead no_mailbox=dead non_existent=dead nxdomain=dead
	catch-all=catch_all ok_for_all=catch_all accept_all=catch_all accept-all_(unverifiable)=catch_all catchall_unverifiable=catch_all accept_all_unverifiable=catch_all
	disposable=disposable domainiswellknowndea=disposable:disposable_domain temporary_email=disposable throwaway=disposable disposable_email=disposable
	role=role role_based=role role_account=role role_based_catch_all=role
	mailbox_full=full full=full full_inbox=full mailbox_quota_exceeded=full inbox_full=full over_quota=full mailboxhasinsufficientstorage=full:mailbox_full
	spamtrap=trap:spam_trap spam_traps=trap:spam_trap spam-trap=trap:spam_trap possible_trap=trap honeypot=trap abuse=trap do_not_mail=trap toxic=trap global_suppression=trap complainer=trap litigator=trap
	unknown=unknown error=unknown risky=unknown webmail=unknown blocked=unknown duplicate=unknown retry=unknown not_verified=unknown unverified=unknown unverifiable=unknown
	attempt_rejected=unknown relay_error=unknown smtp_error=unknown smtp_protocol=unknown antispam_system=unknown low_deliverability=unknown low_quality=unknown
	timeout=unknown timeout_smtp=unknown timeout_exceeded=unknown request_cancelled=unknown no_connect=unknown unavailable_smtp=unknown unexpected_error=unknown invalid_smtp=unknown
	greylisted=unknown dnsquerytimeout=unknown dnsconnectionfailure=unknown catchallconnectionfailure=unknown catchallvalidationtimeout=unknown accepted=unknown pending=unknown
	yes=unknown no=unknown`)

// tellingWords are those that no status of an order or a subscriber is: a column of a common name needs one.
var tellingWords = setOf(`valid invalid deliverable undeliverable unknown_email email_disabled dead_server invalid_mx mailbox_not_found rejected_email
	catch-all ok_for_all accept_all disposable spamtrap spam_traps do_not_mail mailbox_full mailbox_quota_exceeded domaindoesnotexist antispam_system`)

// vocabularyOf is what the main column of a verifier may hold.
func (v *Verifier) vocabulary() *vocabulary {
	words := map[string]said{}
	for _, table := range []map[string]said{verifierWords, v.words} {
		for key, s := range table {
			words[key] = s
		}
	}
	return &vocabulary{words: words}
}

// Called returns the verdict in a verifier's column; NotCalled for any other column.
func (c *Column) Called(cell string) Called {
	if c.Verifier == nil {
		return NotCalled
	}
	return c.read(cell).called
}
