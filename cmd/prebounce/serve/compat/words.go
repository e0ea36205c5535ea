package compat

import "github.com/prebounce/prebounce/validate"

// words are what the services say of an address with a reason. ZeroBounce's sub status may be empty.
type words struct {
	kickbox, kickboxReason string
	zeroBounce, subStatus  string
	neverBounce            string
	reacher                string
}

// said has a row per reason. What is unknown to us is unknown in each vocabulary, but that ZeroBounce has words for
// whom the person must not mail.
var said = map[validate.Reason]words{
	validate.NoAddress:      {"undeliverable", "invalid_email", "invalid", "failed_syntax_check", "invalid", "invalid"},
	validate.BadSyntax:      {"undeliverable", "invalid_email", "invalid", "failed_syntax_check", "invalid", "invalid"},
	validate.DomainLiteral:  {"undeliverable", "invalid_email", "invalid", "failed_syntax_check", "invalid", "invalid"},
	validate.DotlessDomain:  {"undeliverable", "invalid_email", "invalid", "failed_syntax_check", "invalid", "invalid"},
	validate.ReservedDomain: {"undeliverable", "invalid_domain", "invalid", "no_dns_entries", "invalid", "invalid"},
	validate.NoDomain:       {"undeliverable", "invalid_domain", "invalid", "no_dns_entries", "invalid", "invalid"},
	validate.NoMailHost:     {"undeliverable", "invalid_domain", "invalid", "no_dns_entries", "invalid", "invalid"},
	validate.NullMX:         {"undeliverable", "invalid_domain", "invalid", "does_not_accept_mail", "invalid", "invalid"},
	validate.MXUnresolvable: {"undeliverable", "invalid_domain", "invalid", "unroutable_ip_address", "invalid", "invalid"},
	validate.DomainRefused:  {"undeliverable", "rejected_email", "invalid", "does_not_accept_mail", "invalid", "invalid"},

	validate.MailboxUnknown:  {"undeliverable", "rejected_email", "invalid", "mailbox_not_found", "invalid", "invalid"},
	validate.MailboxDisabled: {"undeliverable", "rejected_email", "invalid", "mailbox_not_found", "invalid", "invalid"},
	validate.MailboxMoved:    {"undeliverable", "rejected_email", "invalid", "mailbox_not_found", "invalid", "invalid"},
	validate.PastBounce:      {"undeliverable", "rejected_email", "invalid", "mailbox_not_found", "invalid", "invalid"},
	validate.Accepted:        {"deliverable", "accepted_email", "valid", "", "valid", "safe"},

	validate.Disposable:       {"risky", "low_quality", "do_not_mail", "disposable", "disposable", "risky"},
	validate.Role:             {"risky", "low_quality", "do_not_mail", "role_based", "unknown", "risky"},
	validate.NoReply:          {"risky", "low_quality", "do_not_mail", "role_based", "unknown", "risky"},
	validate.TypoDomain:       {"risky", "low_quality", "do_not_mail", "possible_trap", "unknown", "risky"},
	validate.MaybeDisposable:  {"risky", "low_quality", "unknown", "", "unknown", "risky"},
	validate.QuotedLocalPart:  {"risky", "low_quality", "unknown", "", "unknown", "risky"},
	validate.UTF8LocalPart:    {"risky", "low_quality", "unknown", "", "unknown", "risky"},
	validate.DuplicateMailbox: {"risky", "low_quality", "unknown", "", "unknown", "risky"},
	validate.ShiftedRow:       {"risky", "low_quality", "unknown", "", "unknown", "risky"},
	validate.OtherColumn:      {"risky", "low_quality", "unknown", "", "unknown", "risky"},
	validate.OtherAddress:     {"risky", "low_quality", "unknown", "", "unknown", "risky"},
	validate.HighRisk:         {"risky", "low_deliverability", "unknown", "", "unknown", "risky"},
	validate.CatchAll:         {"risky", "low_deliverability", "catch-all", "", "catchall", "risky"},
	validate.MailboxFull: {"risky", "low_deliverability", "do_not_mail", "mailbox_quota_exceeded", "unknown",
		"risky"},

	validate.Complained:  {"unknown", "no_connect", "abuse", "", "unknown", "unknown"},
	validate.OptedOut:    {"unknown", "no_connect", "do_not_mail", "global_suppression", "unknown", "unknown"},
	validate.Suppressed:  {"unknown", "no_connect", "do_not_mail", "global_suppression", "unknown", "unknown"},
	validate.Duplicate:   {"unknown", "no_connect", "unknown", "", "unknown", "unknown"},
	validate.Doubted:     {"unknown", "no_connect", "unknown", "", "unknown", "unknown"},
	validate.Unconfirmed: {"unknown", "no_connect", "unknown", "", "unknown", "unknown"},

	validate.DNSFailed:     {"unknown", "timeout", "unknown", "exception_occurred", "unknown", "unknown"},
	validate.Undetermined:  {"unknown", "invalid_smtp", "unknown", "exception_occurred", "unknown", "unknown"},
	validate.RelayDenied:   {"unknown", "invalid_smtp", "unknown", "exception_occurred", "unknown", "unknown"},
	validate.SenderBlocked: {"unknown", "unavailable_smtp", "unknown", "antispam_system", "unknown", "unknown"},
	validate.RateLimited: {"unknown", "unavailable_smtp", "unknown", "mail_server_temporary_error", "unknown",
		"unknown"},
	validate.Greylisted: {"unknown", "unavailable_smtp", "unknown", "greylisted", "unknown", "unknown"},
	validate.Temporary: {"unknown", "unavailable_smtp", "unknown", "mail_server_temporary_error", "unknown",
		"unknown"},
	validate.NoAnswer:       {"unknown", "no_connect", "unknown", "mail_server_did_not_respond", "unknown", "unknown"},
	validate.Unproven:       {"unknown", "invalid_smtp", "unknown", "", "unknown", "unknown"},
	validate.ProbePostponed: {"unknown", "timeout", "unknown", "timeout_exceeded", "unknown", "unknown"},
	validate.CannotAsk:      {"unknown", "invalid_smtp", "unknown", "antispam_system", "unknown", "unknown"},
	validate.NotProbed:      {"unknown", "no_connect", "unknown", "failed_smtp_connection", "unknown", "unknown"},

	// nothing is known yet
	validate.NoReason: {"unknown", "timeout", "unknown", "timeout_exceeded", "unknown", "unknown"},
}
