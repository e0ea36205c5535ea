package exports

import (
	"strings"
	"testing"

	"github.com/prebounce/prebounce/validate"
)

// read reads a list in CSV without quotes: a header, then rows.
func readText(file, text string) (*Export, [][]string) {
	var rows [][]string
	for line := range strings.Lines(text) {
		rows = append(rows, strings.Split(strings.TrimSpace(line), ","))
	}
	names, rows := rows[0], rows[1:]
	e := Read(Sample{File: file, Names: names, Width: len(names), Cells: func(column int) (cells []string) {
		for _, row := range rows {
			cells = append(cells, row[column])
		}
		return cells
	}})
	return e, rows
}

// said is the reason that the columns of each row speak for, "?" behind one for review at most.
func saidOf(e *Export, rows [][]string) (all []string) {
	decides := map[int]bool{}
	for c := range e.Speaking() {
		var f Fit
		for _, row := range rows {
			f.Add(c, row[c.Index])
		}
		decides[c.Index] = c.Decides(f)
	}
	for _, row := range rows {
		set, text := validate.Reasons(0), map[validate.Reason]string{}
		for c := range e.Speaking() {
			if m, _ := c.says(row[c.Index]); m.Speaks() && decides[c.Index] {
				set |= m.Reason.Set()
				if text[m.Reason] = m.Reason.String(); m.Review {
					text[m.Reason] += "?"
				}
			}
		}
		all = append(all, text[validate.Policy{}.Judge(set)])
	}
	return all
}

func TestColumnsSayWhatTheTableSays(t *testing.T) {
	for name, c := range map[string]struct {
		text, want, system string
	}{
		"HubSpot by labels": {"Record ID,Email,Unsubscribed from all email,Email hard bounce reason,Opted out of " +
			"email: News,Marketing emails delivered\n" +
			"1,a@x.de,true,,,3\n2,b@x.de,false,Unknown " +
			"User,,3\n3,c@x.de,,MAILBOX_FULL,,\n4,d@x.de,,POLICY,,\n5,e@x.de,,550 5.1.1 user " +
			"unknown,,\n6,f@x.de,,,TRUE,",
			"opted_out past_bounce - - past_bounce opted_out?", "hubspot"},
		"HubSpot by internal names": {"email,hs_email_optout,hs_email_hard_bounce_reason_enum,hs_email_last_send_date\na@x.de,true,,\nb@x.de,,UNKNOWN_USER,2026-01-01", "opted_out past_bounce", "hubspot"},
		"Klaviyo: subscribed and suppressed": {"Email,Klaviyo ID,Email Marketing Consent,Email " +
			"Suppressions,Initial Source\n" +
			`a@x.de,1,SUBSCRIBED,[{"reason":"HARD_BOUNCE"}],` +
			"\nb@x.de,2,UNSUBSCRIBED,[],\nc@x.de,3,SUBSCRIBED,,\nd@x.de,4,NEVER_SUBSCRIBED,,\ne@x.de,5,SUBSCRIBED,SPAM_COMPLAINT,\nf@x.de,6,SUBSCRIBED,USER_SUPPRESSED,",
			"past_bounce opted_out - unconfirmed complained suppressed", "klaviyo"},
		"Shopify": {"Customer ID,First Name,Email,Accepts Email Marketing,Total Spent,Accepts SMS " +
			"Marketing\n'1,A,a@x.de,no,0.00,yes\n'2,B,b@x.de,yes,0.00,no", "opted_out -", "shopify"},
		"Shopify's orders: payment is no consent": {"Name,Email,Financial Status,Accepts Marketing,Lineitem " +
			"name\n#1,a@x.de,pending,yes,x\n#2,b@x.de,refunded,no,y",
			"- opted_out", "shopify"},
		"Salesforce": {"Contact ID,Email,Email Opt Out,Email Bounced Reason,Account " +
			"Name\n1,a@x.de,1,,\n2,b@x.de,0,550 5.1.1 no such user here,\n3,c@x.de,0,452 4.2.2 mailbox " +
			"full,\n4,d@x.de,0,554 5.7.1 blocked by spam filter,",
			"opted_out past_bounce - -", "salesforce"},
		"Brevo": {"EMAIL;ADDED_TIME;EMAIL_BLACKLISTED;SMS_BLACKLISTED\na@x.de;12-04-2022 " +
			"09:30;Yes;No\nb@x.de;12-04-2022 09:30;No;Yes", "suppressed -", "brevo"},
		"ActiveCampaign": {"Email,First Name,Last Name,Phone,Tags,Date " +
			"Created,IP,Status\na@x.de,,,,,2020-01-01,1.2.3.4,Active\nb@x.de,,,,,2020-01-01,1.2.3.4,Unsubscribed\nc@x.de,,,,,,,Bounced\nd@x.de,,,,,,,Unconfirmed",
			"- opted_out past_bounce unconfirmed", "activecampaign"},
		"Mailchimp's members in one file": {"Email " +
			"Address,MEMBER_RATING,OPTIN_TIME,LEID,UNSUB_TIME,CLEAN_TIME\na@x.de,2,2020-01-01 " +
			"10:00:00,1,,\nb@x.de,2,2020-01-01 10:00:00,2,2021-01-01 10:00:00,\nc@x.de,2,,3,,2021-01-01 10:00:00",
			"- opted_out suppressed", "mailchimp"},
		"Constant Contact": {"Email address,Email status,Email permission status,Confirmed Opt-Out " +
			"Date\na@x.de,Active,Express,\nb@x.de,Unsubscribed,Unsubscribed,2020-01-01\nc@x.de,Awaiting " +
			"Confirmation,Implied,",
			"- opted_out unconfirmed", "constantcontact"},
		"Campaign Monitor": {"EmailAddress,Name,Date,State,ReadsEmailWith\na@x.de,,,Active,\nb@x.de,,,Bounced,\nc@x.de,,,Deleted,", "- past_bounce -", "campaignmonitor"},
		"MailPoet": {"Email,First name,Subscription time,List status,Global " +
			"status,List\na@x.de,,,subscribed,subscribed,N\nb@x.de,,,subscribed,unsubscribed,N\nc@x.de,,,unsubscribed,subscribed,N", "- opted_out -", "mailpoet"},
		"The Newsletter Plugin": {"Email;Name;Surname;Gender;Status;Date;Token;Profile 1;List " +
			"1\na@x.de;;;;C;;t;;\nb@x.de;;;;S;;t;;\nc@x.de;;;;U;;t;;\nd@x.de;;;;B;;t;;\ne@x.de;;;;P;;t;;",
			"- unconfirmed opted_out suppressed complained", "newsletterplugin"},
		"listmonk": {"uuid,email,name,attributes,status,created_at\n1,a@x.de,,{},enabled,\n2,b@x.de,,{},blocklisted,",
			"- suppressed", "listmonk"},
		"phpList": {"id,Email,Is this subscriber confirmed,Is this subscriber " +
			"blacklisted\n1,a@x.de,1,0\n2,b@x.de,0,0\n3,c@x.de,1,1", "- unconfirmed suppressed", "phplist"},
		"Marketing Cloud: bounced ones are still mailed": {"Email Address,Subscriber " +
			"Key,Status\na@x.de,1,Active\nb@x.de,2,Held\nc@x.de,3,Bounced\nd@x.de,4,Unsubscribed",
			"- suppressed past_bounce? opted_out", "marketingcloud"},
		"Pipedrive": {"Person - Name,Person - Email,Person - Marketing status,Person - " +
			"Owner\nA,a@x.de,Subscribed,o\nB,b@x.de,Unsubscribed,o\nC,c@x.de,Bounced,o\nD,d@x.de,Pending upgrade,o",
			"- opted_out suppressed -", "pipedrive"},
		"Kit": {"first_name,email_address,state,created_at\nA,a@x.de,active,\nB,b@x.de,bounced,\nC,c@x.de,cancelled,", "- suppressed opted_out", "kit"},
		"an address with a state of the USA is not " +
			"Kit's": {"first_name,email_address,state,created_at\nA,a@x.de,Texas,\nB,b@x.de,Ohio,\nC,c@x.de,Texas,",
			"- - -", "kit"},
		"Substack: a paid subscription is no " +
			"consent": {"email,active_subscription,expiry,email_disabled,created_at\na@x.de,false,,false,\nb@x.de,true,,true,", "- suppressed", "substack"},
		"beehiiv": {"Email,Status,Created At,Subscription " +
			"Tier\na@x.de,active,,free\nb@x.de,inactive,,free", "- opted_out?", "beehiiv"},
		"Mailjet": {"email,IsExcludedFromCampaigns,IsOptInPending,IsSpamComplaining,IsUnsubscribed\na@x.de,false,false,false,true\nb@x.de,false,false,true,false\nc@x.de,true,false,false,false", "opted_out complained suppressed", "mailjet"},
		"MailerLite by the names of its " +
			"API": {"email,status,sent,opens_count,clicks_count\na@x.de,active,3,1,0\nb@x.de,junk,3,1,0\nc@x.de,unsubscribed,3,1,0", "- complained opted_out", "mailerlite"},

		"an unknown export with a status of " +
			"subscribers": {"mail,status\na@x.de,subscribed\nb@x.de,unsubscribed\nc@x.de,pending",
			"- opted_out unconfirmed", ""},
		"the same in German":                   {"E-Mail,Zustand\na@x.de,Aktiv\nb@x.de,Abgemeldet\nc@x.de,Gebounct", "- opted_out suppressed", ""},
		"customers who are active or inactive": {"email,status\na@x.de,active\nb@x.de,inactive\nc@x.de,pending", "- - -", ""},
		"orders that were cancelled": {"email,order " +
			"status\na@x.de,cancelled\nb@x.de,approved\nc@x.de,blocked", "- - -", ""},
		"subscriptions that are paid": {"id,Email,Created " +
			"(UTC),Delinquent,Plan,Status\n1,a@x.de,,false,p,canceled\n2,b@x.de,,false,p,past_due", "- -", "stripe"},
		"consent for SMS": {"email,SMS " +
			"status,sms_opt_out\na@x.de,unsubscribed,yes\nb@x.de,subscribed,no", "- -", ""},
		"too many other values": {"email,status\na@x.de,unsubscribed\nb@x.de,gold\nc@x.de,silver", "- - -", ""},
		"an unknown export with a column " +
			"Unsubscribed": {"email,Unsubscribed\na@x.de,no\nb@x.de,yes\nc@x.de,2024-05-01\nd@x.de,",
			"- opted_out opted_out -", ""},
		"a question of a form decides nothing unless it is named": {"email,May we send you our " +
			"newsletter?\na@x.de,no\nb@x.de,yes", "- -", ""},
		"suppressions in words": {"Email,Klaviyo ID,Email Suppressions,Initial " +
			"Source\na@x.de,1,Hard bounced,\nb@x.de,2,Spam complaint 2024-01-01,", "past_bounce complained", "klaviyo"},
		"a newsletter that was declined": {"email,Newsletter\na@x.de,no\nb@x.de,yes\nc@x.de,ja\nd@x.de,nein", "opted_out? - - opted_out?", ""},
	} {
		t.Run(name, func(t *testing.T) {
			text := c.text
			if strings.Contains(text, ";") && !strings.Contains(text, "{") {
				text = strings.ReplaceAll(text, ";", ",")
			}
			e, rows := readText("contacts.csv", text)
			got := saidOf(e, rows)
			for i := range got {
				if got[i] == "" {
					got[i] = "-"
				}
			}
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("said %q, want %q", s, c.want)
			}
			system := ""
			if len(e.Systems) > 0 {
				system = e.Systems[0].Name
			}
			if system != c.system {
				t.Errorf("recognised %q, want %q", system, c.system)
			}
		})
	}
}

func TestNamesOfFilesSayWhatIsInThem(t *testing.T) {
	for file, want := range map[string]string{
		"unsubscribed_email_audience_export_0123456789.csv":        "opted_out",
		"cleaned_email_audience_export_0123456789.csv":             "suppressed",
		"nonsubscribed_email_audience_export_0123456789.csv":       "unconfirmed",
		"audience/subscribed_email_audience_export_0123456789.csv": "",
		"members_export_ab/unsubscribed_members_export_ab.csv":     "opted_out",
		"my-list-bounced.csv":                                      "",
		"customers_cleaned.csv":                                    "",
		"unsubscribed.csv":                                         "opted_out?",
		"customers-without-unsubscribed.csv":                       "",
		"subscribers.csv":                                          "",
		"hard-bounces (2).csv":                                     "past_bounce?",
		"blacklist.txt":                                            "suppressed?",
		"newsletter.csv":                                           "",
	} {
		e, _ := readText(file, "Email Address,City\na@x.de,Bonn\n")
		got := ""
		if e.Whole.Speaks() {
			if got = e.Whole.Reason.String(); e.Whole.Review {
				got += "?"
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", file, got, want)
		}
	}
	e := Read(Sample{File: "news-unsubscribed.csv", Width: 2, Cells: func(int) []string { return nil }})
	if e.Whole.Reason != validate.OptedOut || e.Whole.Review || e.WholeSystem.Name != "sendy" {
		t.Errorf("a file of Sendy's without a header: %+v of %+v", e.Whole, e.WholeSystem)
	}
}

// TestEveryRowOfTheTableCanBeFound: a row behind another one of the same name would never count.
func TestEveryRowOfTheTableCanBeFound(t *testing.T) {
	for i := range tables {
		f := &tables[i]
		if f.source == "" {
			t.Errorf("%s %s has no source", f.system, f.names)
		}
		if f.system != "" && systemNamed(f.system) == nil {
			t.Errorf("%s: there is no such system", f.system)
		}
		if (f.use == decidesMailing) != (f.words != nil) {
			t.Errorf("%s %s: what it says is missing, or too much", f.system, f.names)
		}
		for name := range strings.FieldsSeq(f.names) {
			if begin, ok := strings.CutSuffix(name, "*"); ok {
				name = begin + "x"
			}
			if got := bySystem[f.system].find(fold(name)); got != f && !(f.alone && alone.find(fold(name)) == f) {
				t.Errorf("%s %s is hidden by %s", f.system, name, got.names)
			}
		}
	}
}

func TestEverySystemIsRecognisedByItsOwnPrints(t *testing.T) {
	for i := range catalogue {
		for _, print := range catalogue[i].prints {
			var names []string
			for group := range strings.FieldsSeq(print) {
				first, _, _ := strings.Cut(group, "|")
				names = append(names, strings.TrimSuffix(first, "*"))
			}
			e := Read(Sample{Names: names, Cells: func(int) []string { return nil }})
			found := false
			for _, s := range e.Systems {
				found = found || s == &catalogue[i]
			}
			if !found {
				t.Errorf("%s is not recognised by %q", catalogue[i].Name, names)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("unsubscribed_x.csv", "Email,Status,Unsubscribed", "a@x.de,subscribed,yes")
	f.Add("a.csv", "Klaviyo ID,Initial Source,Email Suppressions", `1,x,[{"reason":"HARD_BOUNCE"}`)
	f.Fuzz(func(t *testing.T, file, header, row string) {
		cells := strings.Split(row, ",")
		e := Read(Sample{File: file, Names: strings.Split(header, ","),
			Cells: func(i int) []string { return cells[min(i, len(cells)):min(i+1, len(cells))] }})
		for _, c := range e.Columns {
			if c.Use != decidesMailing {
				continue
			}
			var fit Fit
			for _, cell := range cells {
				m, ok := fit.Add(&c, cell)
				again, too := c.says(cell)
				if m != again || ok != too {
					t.Errorf("%q is read in two ways: %v and %v", cell, m, again)
				}
				if m.Speaks() && !ok {
					t.Errorf("%q speaks and is not understood", cell)
				}
			}
			if fit.Understood > fit.Filled || fit.Mail > fit.Understood {
				t.Errorf("%q: %+v", c.Name, fit)
			}
		}
	})
}
