package app

import (
	"net/smtp"
	"os/exec"
	"strings"
	"testing"
)

func TestReset(t *testing.T) {
	for to, want := range map[string]string{"ada@acme.test": "https://app.example/reset?token=1",
		"nobody@acme.test": "550 5.1.1"} {
		mail := "From: app@wellsent.test\r\nTo: " + to +
			"\r\nSubject: Reset your password\r\n\r\nhttps://app.example/reset?token=1\r\n"
		// stands for your application
		err := smtp.SendMail("127.0.0.1:2525", nil, "app@wellsent.test", []string{to}, []byte(mail))
		out, _ := exec.Command("prebounce", "sandbox", "inbox", "inbox", "--wait", "10s", "--delete", "--format",
			"json", "--to", to).Output()
		if refused := err != nil; refused != (to == "nobody@acme.test") || !strings.Contains(string(out), want) {
			t.Errorf("%s: %v, and the inbox has %s", to, err, out)
		}
	}
}
