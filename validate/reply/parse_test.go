package reply

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestParse(t *testing.T) {
	e511 := Enhanced{5, 1, 1}
	for _, tt := range []struct {
		name, text string
		want       Reply
	}{
		{"one line", "550 5.1.1 no such user", Reply{Code: 550, Enhanced: e511, Lines: []string{"no such user"}}},
		{"without enhanced code", "550 no such user", Reply{Code: 550, Lines: []string{"no such user"}}},
		{"the code alone", "550", Reply{Code: 550, Lines: []string{""}}},
		{"several lines", "550-5.1.1 one\r\n550-5.1.1 two\r\n550 5.1.1 three\r\n", Reply{Code: 550, Enhanced: e511,
			Lines: []string{"one", "two", "three"}}},
		{"flattened", "550-5.1.1 one 550-5.1.1 two 550 5.1.1 three", Reply{Code: 550, Enhanced: e511,
			Lines: []string{"one", "two", "three"}}},
		{"a number in the text is no code", "550 5.1.1 room 550 is full", Reply{Code: 550, Enhanced: e511,
			Lines: []string{"room 550 is full"}}},
		{"an IP address is no code", "554 192.0.2.1 found on a list",
			Reply{Code: 554, Lines: []string{"192.0.2.1 found on a list"}}},
		{"an IP address is no enhanced code", "554 5.1.1.2 is listed",
			Reply{Code: 554, Lines: []string{"5.1.1.2 is listed"}}},
		{"qmail's way", "553 sorry (#5.1.1)", Reply{Code: 553, Enhanced: e511, Lines: []string{"sorry (#5.1.1)"}}},
		{"Cisco's way", "550 #5.1.0 Address rejected", Reply{Code: 550, Enhanced: Enhanced{5, 1, 0},
			Lines: []string{"Address rejected"}}},
		{"with dashes", "550-#-5.1.0- Address rejected", Reply{Code: 550, Enhanced: Enhanced{5, 1, 0},
			Lines: []string{"Address rejected"}}},
		{"in a DSN", "smtp; 550 5.1.1 no", Reply{Code: 550, Enhanced: e511, Lines: []string{"no"}}},
		{"in a DSN, without a basic code", "smtp;5.1.1 no", Reply{Enhanced: e511, Lines: []string{"no"}}},
		{"Postfix's log", "host mx.example.org[192.0.2.1] said: 550-5.1.1 no 550 5.1.1 user (in reply to RCPT TO " +
			"command)", Reply{Code: 550, Enhanced: e511, Lines: []string{"no", "user"}, Stage: RCPT,
			Host: "mx.example.org"}},
		{"Postfix's log, end of data", "host mx.example.org[192.0.2.1] said: 554 no (in reply to end of DATA " +
			"command)", Reply{Code: 554, Lines: []string{"no"}, Stage: DATA, Host: "mx.example.org"}},
		{"Postfix's log, no greeting", "host mx.example.org[192.0.2.1] refused to talk to me: 554 no",
			Reply{Code: 554, Lines: []string{"no"}, Stage: Greeting, Host: "mx.example.org"}},
		{"Exim's log", `SMTP error from remote mail server after MAIL FROM:<a@example.com> SIZE=1234: 550-one\n550 two`, Reply{Code: 550, Lines: []string{"one", "two"}, Stage: MAIL}},
		{"qmail's bounce", "192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 no",
			Reply{Code: 550, Enhanced: e511, Lines: []string{"no"}}},
		{"one server quotes another", "450 4.1.1 <r@example.org>: Recipient address rejected: unverified address: " +
			"host h.example[192.0.2.1] said: 550 5.1.1 no", Reply{Code: 450, Enhanced: Enhanced{4, 1, 1},
			Lines: []string{"<r@example.org>: Recipient address rejected: unverified address: host " +
				"h.example[192.0.2.1] said: 550 5.1.1 no"}}},
		{"lines that disagree are as gentle as the gentlest", "550-one\r\n450 two",
			Reply{Code: 450, Lines: []string{"one", "two"}}},
		{"another reply behind it", "550 5.1.1 no\r\n221 bye", Reply{Code: 550, Enhanced: e511, Lines: []string{"no"}}},
		{"Latin-1", "550 Empf\xe4nger unbekannt", Reply{Code: 550, Lines: []string{"Empfänger unbekannt"}}},
		{"no reply", "hello", Reply{Lines: []string{"hello"}}},
		{"nothing", " \r\n", Reply{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Parse(tt.text), cmpopts.IgnoreUnexported(Reply{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseIsBounded(t *testing.T) {
	for name, text := range map[string]string{
		"one long line":   "550 " + strings.Repeat("x ", 1<<20),
		"many lines":      strings.Repeat("550-5.1.1 x\r\n", 1<<16),
		"many flat lines": strings.Repeat("550-5.1.1 x ", 1<<16),
		"many letters":    "550 " + strings.Repeat("ж", 1<<20),
	} {
		r := Parse(text)
		if len(r.Lines) > maxLines || len(r.Text()) > maxText+maxLines {
			t.Errorf("%s: %d lines, %d bytes", name, len(r.Lines), len(r.Text()))
		}
		if r.Code != 550 {
			t.Errorf("%s: code %d", name, r.Code)
		}
	}
}

func TestWords(t *testing.T) {
	for in, want := range map[string]string{
		"User unknown":                     " user unknown ",
		"<a@example.org>: User unknown":    " user unknown ",
		"<a@example.org>... User unknown":  " user unknown ",
		"user a.b+c@example.org unknown":   " user unknown ",
		"the recipient's user doesn't":     " the recipients user doesnt ",
		"l'utilisateur n\u2019existe pas":  " l utilisateur n existe pas ",
		"Empfänger ist GROSS":              " empfanger ist gross ",
		"boîte  pleine!":                   " boite pleine ",
		"\u7528\u6237\u4e0d\u5b58\u5728":   " \u7528 \u6237 \u4e0d \u5b58 \u5728 ",
		"see http://www.spamhaus.org/x?y1": " see http www spamhaus org x y1 ",
		"":                                 " ",
	} {
		if got := words(in); got != want {
			t.Errorf("words(%q) = %q, want %q", in, got, want)
		}
	}
}
