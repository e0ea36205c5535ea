package compat

import (
	"testing"

	"github.com/prebounce/prebounce/validate"
)

// vocabularies are the words that each service has.
var vocabularies = map[string]struct {
	word func(words) string
	by   map[validate.Verdict][]string
}{
	"kickbox": {func(w words) string { return w.kickbox }, map[validate.Verdict][]string{
		validate.Deliverable: {"deliverable"}, validate.Undeliverable: {"undeliverable"}, validate.Risky: {"risky"},
		validate.Unknown: {"unknown"}}},
	"reacher": {func(w words) string { return w.reacher }, map[validate.Verdict][]string{
		validate.Deliverable: {"safe"}, validate.Undeliverable: {"invalid"}, validate.Risky: {"risky"},
		validate.Unknown: {"unknown"}}},
	"neverbounce": {func(w words) string { return w.neverBounce }, map[validate.Verdict][]string{
		validate.Deliverable: {"valid"}, validate.Undeliverable: {"invalid"},
		validate.Risky: {"disposable", "catchall", "unknown"}, validate.Unknown: {"unknown"}}},
	"zerobounce": {func(w words) string { return w.zeroBounce }, map[validate.Verdict][]string{
		validate.Deliverable: {"valid"}, validate.Undeliverable: {"invalid"},
		validate.Risky: {"do_not_mail", "catch-all", "unknown"}, validate.Unknown: {"unknown"}}},
}

// mustNotMail are reasons that say nothing of the mailbox, but for which ZeroBounce has a word.
var mustNotMail = map[validate.Reason]string{validate.Complained: "abuse", validate.OptedOut: "do_not_mail",
	validate.Suppressed: "do_not_mail"}

// TestEveryReasonHasItsWords, and none says more than the verdict: what is unknown stays unknown.
func TestEveryReasonHasItsWords(t *testing.T) {
	for _, reason := range append(validate.AllReasons(), validate.NoReason) {
		w, ok := said[reason]
		if !ok {
			t.Errorf("%v has no row", reason)
		}
		for name, v := range vocabularies {
			if name == "zerobounce" && mustNotMail[reason] != "" {
				if w.zeroBounce != mustNotMail[reason] {
					t.Errorf("%v is %q for %s", reason, w.zeroBounce, name)
				}
				continue
			}
			if word := v.word(w); !oneOf(v.by[reason.Verdict()], word) {
				t.Errorf("%v, which is %v, is %q for %s", reason, reason.Verdict(), word, name)
			}
		}
		if !oneOf(kickboxReasons[w.kickbox], w.kickboxReason) {
			t.Errorf("%v: Kickbox does not say %s for the reason %s", reason, w.kickbox, w.kickboxReason)
		}
		if !oneOf(subStatuses[w.zeroBounce], w.subStatus) {
			t.Errorf("%v: ZeroBounce does not say %s for the status %s", reason, w.subStatus, w.zeroBounce)
		}
	}
	if len(said) != len(validate.AllReasons())+1 {
		t.Errorf("%d rows for %d reasons", len(said), len(validate.AllReasons()))
	}
}

// kickboxReasons and subStatuses are which words the services use together.
var kickboxReasons = map[string][]string{
	"deliverable": {"accepted_email"}, "undeliverable": {"invalid_email", "invalid_domain", "rejected_email"},
	"risky":   {"low_quality", "low_deliverability"},
	"unknown": {"no_connect", "timeout", "invalid_smtp", "unavailable_smtp", "unexpected_error"},
}

var subStatuses = map[string][]string{
	"valid": {"", "alias_address", "leading_period_removed", "alternate"},
	"invalid": {"does_not_accept_mail", "failed_syntax_check", "possible_typo", "mailbox_not_found", "no_dns_entries",
		"mailbox_quota_exceeded", "unroutable_ip_address"},
	"catch-all": {""}, "abuse": {""}, "spamtrap": {""},
	"do_not_mail": {"global_suppression", "possible_trap", "role_based", "role_based_catch_all", "disposable", "toxic",
		"mailbox_quota_exceeded"},
	"unknown": {"", "antispam_system", "exception_occurred", "failed_smtp_connection",
		"forcible_disconnect", "greylisted", "mail_server_did_not_respond", "mail_server_temporary_error",
		"timeout_exceeded"},
}

func oneOf(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}
