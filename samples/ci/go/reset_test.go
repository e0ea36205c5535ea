package app

import (
	"net/smtp"
	"os/exec"
	"strings"
	"testing"
)

func TestReset(t *testing.T) {
	for to, want := range map[string]string{"ada@acme.test": "reset?token=1", "nobody@acme.test": "550 5.1.1"} {
		mail := "To: " + to + "\r\nSubject: Reset\r\n\r\nhttps://app.example/reset?token=1\r\n"
		err := smtp.SendMail("127.0.0.1:2525", nil, "app@wellsent.test", []string{to}, []byte(mail)) // your application
		command := strings.Fields("sandbox inbox inbox --wait 10s --delete --format json --to " + to)
		out, _ := exec.Command("prebounce", command...).Output()
		if refused := err != nil; refused != (to == "nobody@acme.test") || !strings.Contains(string(out), want) {
			t.Errorf("%s: %v, and the inbox has %s", to, err, out)
		}
	}
}
