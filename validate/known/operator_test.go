package known

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOperatorOf(t *testing.T) {
	for host, want := range map[string]string{
		"aspmx.l.google.com":                      "google",
		"alt1.gmail-smtp-in.l.google.com":         "google",
		"example-com.mail.protection.outlook.com": "microsoft365",
		"hotmail-com.olc.protection.outlook.com":  "outlook",
		"mta5.am0.yahoodns.net":                   "yahoo",
		"mxa-00123.gslb.pphosted.com":             "proofpoint",
		"eu-smtp-inbound-1.mimecast.com":          "mimecast",
		"mx00.ionos.de":                           "ionos",
		"smtpin.rzone.de":                         "strato",
		"mx1.mail.icloud.com":                     "apple",
		"mx01.mail.icloud.com.evil.example":       "",
		"notgoogle.com":                           "",
		"mail.notpphosted.com":                    "",
		"com":                                     "",
		"":                                        "",
		"suffix":                                  "",
		"# suffix":                                "",
		"mx.example.com.mail.protection.outlook.com.au": "",
	} {
		got, ok := OperatorOf(host)
		if got.Name != want || ok != (want != "") {
			t.Errorf("OperatorOf(%q) = %q, %v, want %q", host, got.Name, ok, want)
		}
	}
}

func TestOperatorNamed(t *testing.T) {
	got, ok := OperatorNamed("yahoo")
	if diff := cmp.Diff(Operator{Name: "yahoo", Kind: "mailbox", AcceptAll: "often", Probe: "no"}, got); !ok ||
		diff != "" {
		t.Error(diff)
	}
	if _, ok := OperatorNamed("nobody at all"); ok {
		t.Error("an operator that nobody knows")
	}
}

func TestSameMailbox(t *testing.T) {
	for address, want := range map[[2]string]string{
		{"J.Doe+news", "gmail.com"}:       "jdoe@gmail.com",
		{"jdoe", "googlemail.com"}:        "jdoe@gmail.com",
		{"j.doe+x", "example.com"}:        "j.doe+x@example.com",
		{"J.Doe+x", "outlook.com"}:        "j.doe@outlook.com",
		{"jdoe-shop", "yahoo.fr"}:         "jdoe@yahoo.fr",
		{"j-doe", "outlook.com"}:          "j-doe@outlook.com",
		{"jane+a", "me.com"}:              "jane@icloud.com",
		{"ja_ne.doe+a", "protonmail.com"}: "janedoe@proton.me",
		{"a.b-c", "ya.ru"}:                "abc@yandex.ru",
		{"Jürgen", "example.com"}:         "jürgen@example.com",
		{"J\xc3\x9c", "gmail.com"}:        "j\xc3\x9c@gmail.com",
		{`"A.b+c"`, "gmail.com"}:          `"a.b+c"@gmail.com`,
		{"+tag", "gmail.com"}:             "+tag@gmail.com",
		{"...", "gmail.com"}:              "...@gmail.com",
		{"", ""}:                          "@",
		{"j.doe", "aol.com"}:              "j.doe@aol.com",
		{"j.doe", "telus.net"}:            "j.doe@telus.net",
	} {
		got := string(SameMailbox([]byte("kept"), address[0], address[1]))
		if got != "kept"+want {
			t.Errorf("SameMailbox(%q) = %q, want %q", address, got, want)
		}
	}
}
