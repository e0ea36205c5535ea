package reply

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhatReplySays(t *testing.T) {
	for _, tt := range []struct {
		name    string
		text    string
		context Context
		want    Class
	}{
		{"a block in the recipient's wrapping is a block",
			"554 5.7.1 <u@example.org>: Recipient address rejected: https://www.spamhaus.org/query/ip/192.0.2.1",
			Context{}, SenderBlocked},
		{"a block with the mailbox's code is a block", "550 5.1.1 Mailbox unavailable. Your IP is on our block list",
			Context{}, SenderBlocked},
		{"access denied is the sender's or the mailbox's", "550 5.4.1 Recipient address rejected: Access denied",
			Context{}, Undetermined},
		{"access denied at Microsoft with its code is an unknown mailbox",
			"550 5.4.1 Recipient address rejected: Access denied", Context{Operator: "microsoft365"}, MailboxUnknown},
		{"Microsoft is known by its host's name",
			"550 5.4.1 Recipient address rejected: Access denied. " +
				"[AM5EUR02FT001.eop-EUR02.prod.protection.outlook.com]", Context{}, MailboxUnknown},
		{"Microsoft is known by the MX that the caller names", "550 5.4.1 Recipient address rejected: Access denied",
			Context{Operator: "protection.outlook.com"}, MailboxUnknown},
		{"nor do words of the next sentence speak against it",
			"550 5.4.1 Recipient address rejected: Access denied. For more information see " +
				"https://aka.ms/EXOSmtpErrors [AM4PEPF00027A5D.eurprd04.prod.outlook.com 2024-05-13T10:11:12.123Z " +
				"08DC72A1E0C9E1B2]", Context{}, MailboxUnknown},
		{"Microsoft's code with a banned address is the sender's",
			"550 5.4.1 Access denied, banned sending IP [192.0.2.1]", Context{Operator: "microsoft365"}, SenderBlocked},
		{"Outlook.com's unknown mailbox with a hint of policy is not",
			"550 5.5.0 Requested action not taken: mailbox unavailable, blocked", Context{Operator: "outlook"},
			Undetermined},
		{"5.1.10 is a null MX elsewhere", "556 5.1.10 null MX", Context{}, DomainProblem},
		{"5.1.10 is an unknown mailbox at Microsoft", "550 5.1.10 Recipient not found",
			Context{Operator: "microsoft365"}, MailboxUnknown},
		{"Gmail's 5.2.1 is a dead account", "550 5.2.1 The email account that you tried to reach is disabled",
			Context{Operator: "google"}, MailboxDisabled},
		{"Gmail's 5.2.1 is a rate limit",
			"550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional " +
				"messages", Context{Operator: "google"}, RateLimited},
		{"Exim's callout quotes words about the sender",
			"550-Verification failed for <s@example.com>\r\n550-Called:   192.0.2.1\r\n550-Sent:     RCPT " +
				"TO:<s@example.com>\r\n550-Response: 550 5.1.1 <s@example.com>: User unknown\r\n550 Sender verify failed",
			Context{Stage: RCPT}, SenderBlocked},
		{"a reply that names the sender alone is about the sender", "550 <s@example.com>: user unknown",
			Context{Sender: "s@example.com", Recipient: "r@example.org"}, SenderBlocked},
		{"a reply that names the recipient too is about the recipient",
			"550 <r@example.org>: user unknown (from s@example.com)", Context{Sender: "s@example.com",
				Recipient: "r@example.org"}, MailboxUnknown},
		{"5yz to MAIL is about the sender", "550 5.1.1 user unknown", Context{Stage: MAIL}, SenderBlocked},
		{"5yz in the greeting is about the client", "554 no service for you", Context{Stage: Greeting}, SenderBlocked},
		{"a host may say in its greeting that it takes no mail", "521 example.org does not accept mail",
			Context{Stage: Greeting}, DomainProblem},
		{"yet a greeting knows no mailbox", "550 mailbox does not exist", Context{Stage: Greeting}, SenderBlocked},
		{"a transient refusal of a full mailbox is a full mailbox", "452 4.2.2 mailbox full", Context{}, MailboxFull},
		{"a transient unknown user is temporary", "450 4.1.1 User unknown in virtual mailbox table", Context{},
			Temporary},
		{"a transient unknown domain is temporary", "450 4.1.2 Domain not found", Context{}, Temporary},
		{"codes that disagree remove nobody", "550 4.1.1 user unknown", Context{}, Undetermined},
		{"words and a precise code that disagree remove nobody", "550 5.7.26 user unknown", Context{}, Undetermined},
		{"words and a code for a full mailbox that disagree remove nobody", "550 5.2.2 no such user", Context{},
			Undetermined},
		{"clear words outweigh a code that says little", "550 5.7.1 <u@example.org>: User unknown", Context{},
			MailboxUnknown},
		{"unclear words do not", "550 5.7.1 <u@example.org>: Recipient address rejected: no such person here",
			Context{}, Undetermined},
		{"5.1.1 alone is an unknown mailbox", "550 5.1.1", Context{}, MailboxUnknown},
		{"5.1.1 with a hint of policy is not", "550 5.1.1 <u@example.org>: not allowed by our policy", Context{},
			Undetermined},
		{"550 alone is nothing", "550 5.0.0 failed", Context{}, Undetermined},
		{"a local part is not read as words", "550 5.7.1 <user.unknown@example.org>: message refused", Context{},
			SenderBlocked},
		{"nor a blocklist's name in an address", "550 5.1.1 <spamhaus@example.org>: user unknown", Context{},
			MailboxUnknown},
		{"the size of a message is not a full mailbox", "552 5.3.4 message size exceeds limit", Context{},
			ContentRejected},
		{"the RFC's words for a bare 550 say no more than the 550",
			"550 Requested action not taken: mailbox unavailable", Context{}, Undetermined},
		{"words about the mailbox that we send from are about us", "550 The sender's mailbox does not exist",
			Context{}, SenderBlocked},
		{"the account that sends is ours", "550 The account you're sending from has been disabled", Context{},
			SenderBlocked},
		{"your mailbox is not the contact's", "550 Your mailbox is disabled", Context{}, SenderBlocked},
		{"a hint inside the phrase does not hide another one outside it", "550 mailbox blocked for your IP",
			Context{}, Undetermined},
		{"a domain that the host could not look up is ours",
			"550 Domain may not exist or DNS check failed [IP: 192.0.2.1]", Context{}, SenderBlocked},
		{"a list that is not known by name is a list",
			"550 5.1.1 user unknown; client 192.0.2.1 listed at bl.example.org", Context{}, Undetermined},
		{"a host that does not exist may be ours", "550 This host does not exist", Context{}, Undetermined},
		{"a lookup that failed on their side removes nobody", "550 lookup error, no such user", Context{},
			Undetermined},
		{"a verification that failed removes nobody", "550 unable to verify user", Context{}, Undetermined},
		{"disabled alone does not say what", "550 this service is disabled", Context{}, Undetermined},
		{"5.1.2 says which domain was not found",
			"550 5.1.2 <u@example.org>: Recipient address rejected: Domain not found", Context{}, DomainProblem},
		{"5.1.8 says so of the sender's", "550 5.1.8 <s@example.com>: Sender address rejected: Domain not found",
			Context{}, SenderBlocked},
		{"a host that is unknown may be ours", "550 Unknown host mail.example.com [192.0.2.1]", Context{},
			Undetermined},
		{"the mailbox that bounces go to is ours", "550 Bounce address invalid: no such mailbox", Context{},
			SenderBlocked},
		{"the domain that sends is ours in Chinese too", "550 发信域名不存在", Context{}, SenderBlocked},
		{"who sends through an account is us", "550 user news is disabled for outgoing mail", Context{}, SenderBlocked},
		{"your organization is not the contact", "550 5.7.1 Your organization's account is suspended", Context{},
			Undetermined},
		{"a mailbox closed to outsiders is open to others", "550 5.7.1 mailbox closed for external senders",
			Context{}, SenderBlocked},
		{"a directory that is not found is no recipient that is not found",
			"550 5.1.1 unable to look up recipient: LDAP server not found", Context{}, Undetermined},
		{"what a log adds about the envelope says nothing",
			"550 5.1.1 <u@example.org>: Recipient address rejected: User unknown in virtual alias table; " +
				"from=<s@example.com> to=<u@example.org> proto=ESMTP helo=<mail.example.com>", Context{}, MailboxUnknown},
		{"5.1.2 says whose domain is unknown", "550 5.1.2 <u@example.org>: unknown domain", Context{}, DomainProblem},
		{"a domain that Exchange Online looked for in vain is gone",
			"550 5.4.312 Message expired, DNS query failed -> 550 5.4.310 DNS domain example.org does not exist " +
				"[Message=InfoDomainNonexistent]", Context{}, DomainProblem},
		{"a host that the DNS does not have is the sender's",
			"554 5.7.1 The server sending your mail [192.0.2.1] does not exist in DNS", Context{}, SenderBlocked},
		{"a bad sequence of commands says nothing of the mailbox", "503 5.5.1 RCPT first, no such user", Context{},
			Undetermined},
		{"a hint that is a part of the phrase says nothing of its own, whatever its ending",
			"550 5.2.1 Konto zostało zablokowane", Context{}, MailboxDisabled},
		{"yet alone it is a hint", "550 Zablokowano", Context{}, SenderBlocked},
		{"where a message went says nothing of its content", "550 Unknown recipient. Your message was not delivered",
			Context{}, MailboxUnknown},
		{"NetEase's code counts, not the name of its help page",
			"550 RP:TRC 163 smtp5 http://mail.163.com/help/help_spam_16.htm", Context{}, RateLimited},
		{"cPanel's advice to log in is about relaying",
			"550-Please turn on SMTP Authentication in your mail client.\n550-[192.0.2.1] is not permitted to " +
				"relay through this server without authentication.", Context{}, RelayDenied},
		{"amavis relays what the next host said",
			"554 5.7.1 id=12345-01 - Rejected by next-hop MTA on relaying, from MTA(smtp:[127.0.0.1]:10025): 554 " +
				"5.7.1 Content rejected", Context{}, ContentRejected},
		{"qmail finds no host by that name", "Sorry, I couldn't find any host named example.org. (#5.1.2)", Context{},
			DomainProblem},
		{"relaying is about the domain", "550 5.7.1 <u@example.org>... Relaying denied", Context{}, RelayDenied},
		{"text that is no reply is nothing", "the quick brown fox", Context{}, Undetermined},
		{"nothing is nothing", "", Context{}, Undetermined},
		{"252 promises nothing", "252 2.0.0 u@example.org", Context{}, Undetermined},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if f := Classify(Parse(tt.text), tt.context); f.Class != tt.want {
				t.Errorf("%q is %s by %s, want %s", tt.text, f.Class, f.Rule, tt.want)
			}
		})
	}
}

func TestFinding(t *testing.T) {
	got := Classify(Parse("host mx.example.net[192.0.2.9] said: 554 5.7.1 Service unavailable; Client host "+
		"[192.0.2.1] blocked using zen.spamhaus.org (in reply to RCPT TO command)"), Context{})
	want := Finding{Class: SenderBlocked, Subject: Us, Permanent: true, Rule: "phrase:blocked using", Stage: RCPT,
		Server: "Postfix", List: "Spamhaus ZEN"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// IANA's registry has no other details than these: https://www.iana.org/assignments/smtp-enhanced-status-codes
var registry = [...]uint16{0: 0, 1: 10, 2: 4, 3: 6, 4: 7, 5: 6, 6: 10, 7: 30}

func TestEveryRowOfTheRegistryHasItsMeaning(t *testing.T) {
	table := load()
	for subject, last := range registry {
		for detail := range last + 1 {
			row := table.enhanced[[2]uint16{uint16(subject), detail}]
			if row == nil || row.meaning == "" {
				t.Errorf("X.%d.%d has no row", subject, detail)
				continue
			}
			if row.at4.class.Removes() {
				t.Errorf("4.%d.%d removes a contact", subject, detail)
			}
		}
	}
}

func TestTablesHaveNoRowTwice(t *testing.T) {
	for name, columns := range map[string][]int{"phrases": {3}, "enhanced": {0}, "basic": {0}, "operators": {0, 1, 2},
		"vocabulary": {0, 1, 2}, "marks": {0, 2}} {
		seen := map[string]bool{}
		for row := range rows(name, map[string]int{"phrases": 4, "enhanced": 7, "basic": 5, "operators": 6,
			"vocabulary": 3, "marks": 3}[name]) {
			var key []string
			for _, c := range columns {
				key = append(key, row[c])
			}
			if k := strings.Join(key, "|"); seen[k] {
				t.Errorf("%s.tsv has %q twice", name, k)
			} else {
				seen[k] = true
			}
		}
	}
}

func TestEveryPhraseIsFound(t *testing.T) {
	for row := range rows("phrases", 4) {
		phrase := row[3]
		if strings.HasPrefix(phrase, "=") {
			continue
		}
		found := false
		load().words.each(words(strings.ReplaceAll(strings.TrimSuffix(phrase, "*"), "~", "and")),
			func(r any, _, _ int) {
				if r, ok := r.(*rule); ok && r.id == phraseID+phrase {
					found = true
				}
			})
		if !found {
			t.Errorf("%q is not found in itself", phrase)
		}
		if strings.Contains(strings.ReplaceAll(phrase, "* ~", ""), "* ") {
			t.Errorf("%q: \"*\" inside a phrase does nothing", phrase)
		}
		if _, ok := forces[row[1]]; !ok {
			t.Errorf("%q: there is no force %q", phrase, row[1])
		}
	}
}

func TestClassesAndTheirNames(t *testing.T) {
	for _, c := range Classes() {
		if got, err := ParseClass(c.String()); err != nil || got != c {
			t.Errorf("ParseClass(%q) = %v, %v", c, got, err)
		}
	}
	if _, err := ParseClass("dead"); err == nil {
		t.Error("ParseClass takes a name that is no class")
	}
}
