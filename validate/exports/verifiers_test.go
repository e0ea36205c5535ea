package exports

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/validate"
)

// calledOf is what the verifiers' columns of a list call each row, and what the columns are.
func calledOf(e *Export, rows [][]string) (columns, all []string) {
	for c := range e.Verdicts() {
		columns = append(columns, c.Name+"="+c.Verifier.Name)
	}
	for _, row := range rows {
		worst := NotCalled
		for c := range e.Verdicts() {
			worst = max(worst, c.Called(row[c.Index]))
		}
		all = append(all, worst.String())
	}
	return columns, all
}

func TestVerifiersAreRecognised(t *testing.T) {
	for name, c := range map[string]struct{ file, text, columns, called string }{
		"ZeroBounce": {"", "Email Address,ZB Status,ZB Sub Status,ZB " +
			"Account\na@x.de,valid,,a\nb@x.de,invalid,mailbox_not_found,b\nc@x.de,catch-all,,c\nd@x.de,unknown,timeout_exceeded,d\ne@x.de,spamtrap,,e\nf@x.de,abuse,,f\ng@x.de,do_not_mail,toxic,g",
			"ZB Status=zerobounce ZB Sub Status=zerobounce", "valid dead catch_all unknown trap trap trap"},
		"NeverBounce": {"",
			"email,email_status\na@x.de,valid\nb@x.de,invalid\nc@x.de,disposable\nd@x.de,catchall\ne@x.de,unknown",
			"email_status=neverbounce", "valid dead disposable catch_all unknown"},
		"NeverBounce by name": {"", "email,NeverBounce Result\na@x.de,accept_all\nb@x.de,invalid",
			"NeverBounce Result=neverbounce", "catch_all dead"},
		"MillionVerifier": {"",
			"email,quality,result,free,role\na@x.de,good,ok,yes,no\nb@x.de,bad,invalid,no,no\nc@x.de,bad,disposable,no,no\nd@x.de,risky,catch_all,no,no\ne@x.de,risky,unknown,no,no", "result=millionverifier", "valid dead disposable catch_all unknown"},
		"EmailListVerify": {"",
			"Email,result,EmailDomain\na@x.de,ok,x\nb@x.de,unknown_email,x\nc@x.de,email_disabled,x\nd@x.de,ok_for_all,x\ne@x.de,antispam_system,x\nf@x.de,spam_traps,x", "result=emaillistverify", "valid dead dead catch_all unknown trap"},
		"DeBounce": {"",
			"Email,Result,Code,Safe to Send\na@x.de,Deliverable,5,Yes\nb@x.de,Invalid,6,No\nc@x.de,Spam " +
				"Trap,2,No\nd@x.de,Accept-All,4,No\ne@x.de,Unknown,7,No\nf@x.de,Role,8,No",
			"Result=debounce Code=debounce", "valid dead trap catch_all unknown role"},
		"DeBounce's code": {"", "Email,DeBounce Code\na@x.de,5\nb@x.de,6\nc@x.de,1",
			"DeBounce Code=debounce", "valid dead dead"},
		"Clearout": {"",
			"Email,Clearout Status,Safe to Send\na@x.de,valid,yes\nb@x.de,invalid,no\nc@x.de,Request " +
				"cancelled,unknown", "Clearout Status=clearout", "valid dead unknown"},
		"Kickbox": {"",
			"email,kickbox_result,kickbox_reason\na@x.de,deliverable,accepted_email\nb@x.de,undeliverable,rejected_email\nc@x.de,risky,low_deliverability\nd@x.de,unknown,timeout_smtp", "kickbox_result=kickbox kickbox_reason=kickbox", "valid dead unknown unknown"},
		"Bouncer": {"",
			"email,status,reason\na@x.de,deliverable,accepted_email\nb@x.de,undeliverable,rejected_email\nc@x.de,risky,low_deliverability\nd@x.de,unknown,timeout", "status=bouncer reason=bouncer", "valid dead unknown unknown"},
		"Emailable": {"",
			"Email,State,Reason,Score,Accept " +
				"All,Disposable\na@x.de,deliverable,accepted_email,95,false,false\nb@x.de,undeliverable,rejected_email,0,false,false\nc@x.de,risky,low_deliverability,50,true,false\nd@x.de,risky,low_quality,50,false,true\ne@x.de,duplicate,,,,", "State=emailable Reason=emailable Accept All=emailable Disposable=emailable", "valid dead catch_all disposable unknown"},
		"Verifalia": {"",
			"Email,Classification,Status\na@x.de,Deliverable,Success\nb@x.de,Undeliverable,DomainHasNullMx\nc@x.de,Risky,CatchAllValidationTimeout\nd@x.de,Unknown,DnsQueryTimeout\ne@x.de,Risky,DomainIsWellKnownDea", "Classification=verifalia Status=verifalia", "valid dead unknown unknown disposable"},
		"Hunter": {"",
			"Email address,Verification status\na@x.de,valid\nb@x.de,accept_all\nc@x.de,invalid\nd@x.de,webmail",
			"Verification status=hunter", "valid catch_all dead unknown"},
		"Reacher": {"",
			"input,is_reachable\na@x.de,safe\nb@x.de,invalid\nc@x.de,risky\nd@x.de,unknown", "is_reachable=reacher",
			"valid dead unknown unknown"},
		"AfterShip": {"", "email,reachable\na@x.de,yes\nb@x.de,no\nc@x.de,unknown",
			"reachable=aftership", "valid dead unknown"},
		"by the name of the file": {"kickbox-2026-10-01.csv",
			"email,result\na@x.de,deliverable\nb@x.de,undeliverable", "result=kickbox", "valid dead"},
		"nobody knows whose": {"", "email,result\na@x.de,deliverable\nb@x.de,undeliverable", "result=verifier",
			"valid dead"},
		"a status of few words": {"", "email,status\na@x.de,valid\nb@x.de,invalid\nc@x.de,unknown",
			"status=verifier", "valid dead unknown"},
		"a newsletter's status": {"", "email,status\na@x.de,active\nb@x.de,unsubscribed\nc@x.de,bounced", "",
			"unknown unknown unknown"},
		"one word of a newsletter": {"", "email,status\na@x.de,valid\nb@x.de,invalid\nc@x.de,unsubscribed", "",
			"unknown unknown unknown"},
		"an order's status": {"", "email,status\na@x.de,ok\nb@x.de,error\nc@x.de,unknown", "",
			"unknown unknown unknown"},
		"of telephone numbers": {"", "email,Phone validation\na@x.de,valid\nb@x.de,invalid", "", "unknown unknown"},
		"another column":       {"", "email,Coupon\na@x.de,valid\nb@x.de,invalid", "", "unknown unknown"},
		"a state":              {"", "email,State\na@x.de,OK\nb@x.de,OK", "", "unknown unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			e, rows := readText(c.file, c.text)
			columns, called := calledOf(e, rows)
			if diff := cmp.Diff([]string{c.columns, c.called}, []string{strings.Join(columns, " "),
				strings.Join(called, " ")}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAVerifiersWordIsNamedEvidence(t *testing.T) {
	e, rows := readText("", "Email,ZB Status\na@x.de,invalid\nb@x.de,do_not_mail\nc@x.de,catch-all\nd@x.de,in\x1b[31mvalid")
	var got []string
	for c := range e.Verdicts() {
		for _, row := range rows {
			m, _ := c.says(row[c.Index])
			got = append(got, m.Reason.String()+": "+m.Note)
		}
	}
	want := []string{"doubted: invalid according to ZeroBounce", "doubted: do not mail according to ZeroBounce",
		"not_probed: ", "not_probed: "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if list := validate.Doubted.List(); list != validate.Review {
		t.Errorf("doubted contacts go to %s", list)
	}
}

func TestTheDayOfAVerdict(t *testing.T) {
	changed := time.Date(2026, 9, 9, 0, 0, 0, 0, time.UTC)
	for file, want := range map[string]string{
		"list_2026-10-01.csv": "2026-10-01 true", "list-20261001.csv": "2026-10-01 true",
		"2025-01-02/list 2026_10_01 (2).csv": "2026-10-01 true",
		"list.csv":                           "2026-09-09 false", "list-12026-10-01.csv": "2026-09-09 false",
		"list-2026-13-01.csv": "2026-09-09 false", "list-202610011.csv": "2026-09-09 false",
	} {
		e := Read(Sample{File: file, Names: []string{"email"}, Width: 1, Cells: func(int) []string { return nil },
			Changed: changed})
		got := e.Checked.Day.Format(time.DateOnly) + map[bool]string{true: " true", false: " false"}[e.Checked.ByName]
		if got != want {
			t.Errorf("%s: %s, want %s", file, got, want)
		}
	}
	if e, _ := readText("", "email,ZB Status,Verified At\na@x.de,valid,2026-10-01"); e.Checked.Column != 2 ||
		!e.Checked.Day.IsZero() {
		t.Errorf("the column of days is %d, the day %v", e.Checked.Column, e.Checked.Day)
	}
}

func TestEveryVerifierHasASource(t *testing.T) {
	for _, v := range verifiers {
		if v.Name != fold(v.Name) || v.Title == "" || v.Source == "" || v.Mark == reported {
			t.Errorf("%+v", v)
		}
	}
	for word, s := range verifierWords {
		if s.word == "" || strings.ContainsAny(s.word, "_\x1b") {
			t.Errorf("%s is told as %q", word, s.word)
		}
	}
}

func TestAFileMayBeCalledInvalidAsAWhole(t *testing.T) {
	for file, want := range map[string]validate.Reason{
		"contacts_invalid.csv": validate.Doubted, "contacts_do_not_mail.csv": validate.Doubted,
		"invalid.csv": validate.Doubted, "list-undeliverable.csv": validate.Doubted,
		"contacts_valid.csv": validate.NotProbed, "contacts-without-invalid.csv": validate.NotProbed,
		"invalids-of-may.csv": validate.NotProbed, "noninvalid.csv": validate.NotProbed,
	} {
		e := Read(Sample{File: file, Names: []string{"email"}, Width: 1, Cells: func(int) []string { return nil }})
		if got := e.Whole.Reason; got != want {
			t.Errorf("%s: %s, want %s", file, got, want)
		}
	}
}
