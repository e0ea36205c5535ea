package serve

import (
	"slices"
	"strings"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/validate"
)

// cleaningStep is a step of cleaning: reasons that people decide about together.
type cleaningStep struct {
	key, says string
	reasons   validate.Reasons
}

// steps are those of cleaning. A reason without a row belongs to the last one.
var steps = []cleaningStep{
	{"domains", "Domains that take no mail", validate.Of(validate.NoDomain, validate.NullMX, validate.NoMailHost,
		validate.MXUnresolvable, validate.DomainRefused)},
	{"mailboxes", "Mailboxes that were refused", validate.Of(validate.MailboxUnknown, validate.MailboxDisabled,
		validate.MailboxMoved, validate.MailboxFull)},
	{"throwaway", "Throw-away addresses", validate.Of(validate.Disposable, validate.MaybeDisposable)},
	{"typos", "Likely typos", validate.Of(validate.TypoDomain)},
	{"roles", "Addresses of roles", validate.Of(validate.Role, validate.NoReply)},
	{"doubts", "Never confirmed, or doubted by others", validate.Of(validate.Unconfirmed, validate.Doubted)},
	{"unclear", "No clear answer", validate.Of(validate.DNSFailed, validate.CatchAll, validate.Undetermined,
		validate.RelayDenied)},
	{"rows", "Unusual rows and addresses", validate.Of(validate.ShiftedRow, validate.OtherColumn,
		validate.OtherAddress, validate.DuplicateMailbox,
		validate.QuotedLocalPart, validate.UTF8LocalPart)},
	{"other", "Nothing was found against these", 0},
}

func stepOf(r validate.Reason) string {
	for _, s := range steps {
		if s.reasons.Has(r) {
			return s.key
		}
	}
	return steps[len(steps)-1].key
}

// stepSwitches are the switches of a step.
type stepSwitches struct {
	Key, Says string
	Reasons   []reasonSwitch
}

// reasonSwitch says where rows with a reason go.
type reasonSwitch struct {
	Switch report.Switch
	To     validate.List
}

// fixedSwitch is a reason that nobody moves.
type fixedSwitch struct {
	Switch report.Switch
	Why    string
}

// whyFixed says why. What is missing here can't be sent to.
var whyFixed = map[validate.Reason]string{
	validate.OptedOut:   "They said no. Nobody decides otherwise here.",
	validate.Complained: "They reported mail as spam.",
	validate.Suppressed: "A list of yours says not to mail them.", validate.PastBounce: "Mail to them bounced before.",
	validate.Duplicate: "They get the mail at the earlier row.",
}

// steps are the switches for reasons, by step, as a decision has them, and the reasons without a switch.
func (t *tried) steps(want report.Decision) (all []stepSwitches, fixed []fixedSwitch) {
	of := map[string][]reasonSwitch{}
	for _, s := range t.switches {
		switch to, moved := want.Lists[s.Reason]; {
		case s.Segment != "":
		case s.Fixed:
			why := whyFixed[s.Reason]
			if why == "" {
				why = "Mail can't be sent there."
			}
			fixed = append(fixed, fixedSwitch{s, why})
		case moved:
			of[stepOf(s.Reason)] = append(of[stepOf(s.Reason)], reasonSwitch{s, to})
		default:
			of[stepOf(s.Reason)] = append(of[stepOf(s.Reason)], reasonSwitch{s, s.List})
		}
	}
	for _, s := range steps {
		if len(of[s.key]) > 0 {
			all = append(all, stepSwitches{s.key, s.says, of[s.key]})
		}
	}
	return all, fixed
}

// segmentSwitches are the switches for the segments of one sort.
type segmentSwitches struct {
	Says     string
	Segments []segmentSwitch
}

// segmentSwitch holds a segment back.
type segmentSwitch struct {
	Switch report.Switch
	Words  string
	Held   bool
}

// sorts are the sorts of segments.
var sorts = []struct{ prefix, says string }{
	{"provider=", "Who runs the mailbox"}, {"source=", "Where the contact comes from"},
	{"age=", "How old the contact is"},
}

// segments are the switches for segments. One that holds everything back is not a choice: a sort needs two.
func (t *tried) segments(want report.Decision) (all []segmentSwitches) {
	for _, sort := range sorts {
		x := segmentSwitches{Says: sort.says}
		for _, s := range t.switches {
			if strings.HasPrefix(string(s.Segment), sort.prefix) {
				held := slices.Contains(want.Hold, s.Segment)
				x.Segments = append(x.Segments, segmentSwitch{s, report.SegmentWords(s.Segment), held})
			}
		}
		held := slices.ContainsFunc(x.Segments, func(s segmentSwitch) bool { return s.Held })
		if len(x.Segments) > 1 || held {
			all = append(all, x)
		}
	}
	return all
}
