package exports

import (
	"path"
	"slices"
	"strings"

	"github.com/prebounce/prebounce/validate"
)

// fileFact is what the name of a file says of every contact in it.
type fileFact struct {
	system string
	parts  string // "a|b": the name begins with one of them, or ends with it where the system puts it behind
	end    bool
	reason validate.Reason
	mark   Mark
	source string
	fits   func(stem string, names map[string]bool) bool // more that must be so; nil: nothing
}

var fileFacts = []fileFact{
	{"mailchimp", "unsubscribed_email_audience_export|unsubscribed_members_export|unsubscribed_segment_export", false,
		validate.OptedOut, seen, inPublic, nil},
	{"mailchimp", "cleaned_email_audience_export|cleaned_members_export|cleaned_segment_export", false,
		validate.Suppressed, documented, "mailchimp.com/help/about-cleaned-contacts", nil},
	{"mailchimp", "nonsubscribed_|non-subscribed_|non_subscribed_", false, validate.Unconfirmed, seen, inPublic,
		ofMailchimp},
	{"mailchimp", "unsubscribed_", false, validate.OptedOut, seen, inPublic, ofMailchimp},
	{"mailchimp", "cleaned_", false, validate.Suppressed, documented, "mailchimp.com/help/about-cleaned-contacts",
		ofMailchimp},
	{"sendy", "-unsubscribed", true, validate.OptedOut, seen, sendySource, ofSendy},
	{"sendy", "-bounced", true, validate.Suppressed, seen, sendySource, ofSendy},
	{"sendy", "-marked-as-spam", true, validate.Complained, seen, sendySource, ofSendy},
	{"sendy", "-unconfirmed", true, validate.Unconfirmed, seen, sendySource, ofSendy},
	{"",
		"unsubscribed|unsubscribes|unsubscribers|unsubscribe|opt-outs|optouts|opted-out|abgemeldet|abmeldungen|désabonnés|desabonnes|desinscrits",
		true, validate.OptedOut, reported, "reported", notWithout},
	{"", "unsubscribed|unsubscribes|unsubscribers|opted-out|abgemeldete", false, validate.OptedOut, reported,
		"reported", aWord},
	{"", "hard-bounces|hard-bounced|hardbounces|hardbounced|hard_bounces|hard_bounced", true, validate.PastBounce,
		reported, "reported", notWithout},
	{"", "marked-as-spam|spam-complaints|complaints", true, validate.Complained, reported, "reported", notWithout},
	{"", "invalid|undeliverable|do_not_mail|do-not-mail|spamtrap|spam_traps|abuse|disposable", true, validate.Doubted,
		documented, "help.cartstack.com 262: members of ZeroBounce's results", notWithoutVerdict},
	{"", "suppressions|suppressed|suppression-list|blocklist|blacklist|blocklisted|blacklisted", true,
		validate.Suppressed, reported, "reported", notWithout},
}

const sendySource = "slim2000/sendy: includes/subscribers/export-csv.php"

// ofMailchimp reports whether a file with such a name is Mailchimp's own, by its columns or the rest of its name.
func ofMailchimp(stem string, names map[string]bool) bool {
	return names["memberrating"] || names["optintime"] || names["leid"] || names["euid"] || strings.Contains(stem,
		"_export_")
}

// ofSendy reports whether a list may be Sendy's: it has no header.
func ofSendy(_ string, names map[string]bool) bool { return len(names) == 0 }

// notWithout refuses names of lists that the others were taken from: "customers-without-unsubscribed".
func notWithout(stem string, _ map[string]bool) bool {
	return !slices.ContainsFunc(words(stem), func(w string) bool { return without[w] })
}

// notWithoutVerdict is the same for a verifier's words, one of which has a "not" of its own.
func notWithoutVerdict(stem string, names map[string]bool) bool {
	return notWithout(strings.NewReplacer("do_not_mail", "", "do-not-mail", "").Replace(stem), names)
}

var without = setOf("no non not without minus excl excluding except removed cleaned clean ohne sans sin senza sem " +
	"zonder un")

// aWord accepts a beginning only where a word ends behind it.
func aWord(stem string, names map[string]bool) bool {
	all := words(stem)
	return notWithout(stem, names) && len(all) > 0 &&
		slices.ContainsFunc(strings.Split("unsubscribed unsubscribes unsubscribers opted abgemeldete", " "),
			func(w string) bool { return all[0] == w })
}

// readFile fills in what the file's name says.
func (e *Export) readFile(file string, names map[string]bool) {
	stem := stemOf(file)
	e.Whole = Meaning{Reason: validate.NotProbed}
	for i := range fileFacts {
		f := &fileFacts[i]
		if !f.holds(stem) || (f.fits != nil && !f.fits(stem, names)) {
			continue
		}
		e.Whole = Meaning{Reason: f.reason, Review: f.mark == reported && f.reason.List() == validate.Removed}
		e.WholeSystem, e.WholeMark, e.WholeSource = systemNamed(f.system), f.mark, f.source
		return
	}
}

func (f *fileFact) holds(stem string) bool {
	for part := range strings.SplitSeq(f.parts, "|") {
		switch {
		case f.end && strings.HasSuffix(stem, part) && endsWord(stem, part):
			return true
		case !f.end && strings.HasPrefix(stem, part):
			return true
		}
	}
	return false
}

// endsWord reports whether a part at the end of a name is not the end of a longer word.
func endsWord(stem, part string) bool {
	before := strings.TrimSuffix(stem, part)
	return before == "" || part[0] == '-' || strings.ContainsAny(before[len(before)-1:], " -_.()/")
}

// stemOf is a file's name in lower case, without folders, extensions and the number that a second download gets.
func stemOf(file string) string {
	stem := strings.ToLower(path.Base(strings.ReplaceAll(file, `\`, "/")))
	for _, ext := range []string{".gz", ".zst", ".zip", ".csv", ".txt", ".tsv", ".xlsx", ".xls", ".ods", ".json",
		".jsonl", ".ndjson"} {
		stem = strings.TrimSuffix(stem, ext)
	}
	if i := strings.LastIndex(stem, " ("); i > 0 && strings.HasSuffix(stem, ")") &&
		strings.Trim(stem[i+2:len(stem)-1], "0123456789") == "" {
		stem = stem[:i]
	}
	return stem
}
