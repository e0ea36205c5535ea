package serve

import (
	"net/http"
	"net/smtp"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// withMail starts a server whose inbox holds two mails, and more.
func withMail(t *testing.T, more ...string) *site {
	t.Helper()
	w, err := sandbox.Parse("acme.test MX 1 mx.acme.test\nmx.acme.test A 192.0.2.1\nmx.acme.test SMTP " +
		"postfix\nacme.test MAILBOX ann bea cal\n")
	if err != nil {
		t.Fatal(err)
	}
	inbox := t.TempDir()
	sb, err := sandbox.Start(t.Context(), w, sandbox.Options{Inbox: inbox, SMTP: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sb.Close)
	at := ""
	for _, p := range sb.Listening() {
		if p.Host == "*" {
			at = p.Listen
		}
	}
	for _, m := range []struct{ to, text string }{
		{"bea@acme.test", "From: Ann <ann@acme.test>\r\nTo: Bea <bea@acme.test>\r\nSubject: Reset your " +
			"password\r\nMessage-ID: <1@acme.test>\r\n\r\nuse code 4711\r\n"},
		{"cal@acme.test", "From: ann@acme.test\r\nTo: list@acme.test\r\nSubject: Welcome\r\n\r\nhello\r\n"},
	} {
		if err := smtp.SendMail(at, nil, "ann@acme.test", []string{m.to}, []byte(m.text)); err != nil {
			t.Fatal(err)
		}
	}
	for _, text := range more {
		if err := smtp.SendMail(at, nil, "ann@acme.test", []string{"bea@acme.test"}, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	return open(t, func(o *Options) { o.Inbox = inbox }, nil)
}

// TestMailInMailpitsShapes: clients list, search, read and delete it, and show the token as a password.
func TestMailInMailpitsShapes(t *testing.T) {
	x := withMail(t)
	r := x.request(t, "GET", apiRoot+"/messages", nil)
	r.SetBasicAuth("anybody", testToken)
	_, v := answered(t, r)
	all, _ := v["messages"].([]any)
	if v["total"] != 2.0 || len(all) != 2 {
		t.Fatalf("the mails are %v", v)
	}
	last, first := all[0].(map[string]any), all[1].(map[string]any)
	if from := first["From"].(map[string]any); from["Name"] != "Ann" || first["Subject"] != "Reset your password" ||
		first["MessageID"] != "1@acme.test" {
		t.Errorf("the first is %v", first)
	}
	if bcc := last["Bcc"].([]any); len(bcc) != 1 || bcc[0].(map[string]any)["Address"] != "cal@acme.test" {
		t.Errorf("the last is %v", last)
	}
	for query, want := range map[string]float64{
		"to:bea@acme.test": 1, "from:ann": 2, `subject:"your+password"`: 1, "4711": 1, "!4711": 1,
		"-subject:welcome": 1, "bcc:cal": 1, "nothing": 0,
		"from:ann+hello": 1, `"use+code"`: 1,
	} {
		if _, v := x.ask(t, "GET", "/search?query="+query, "", ""); v["messages_count"] != want || v["total"] != 2.0 {
			t.Errorf("%s finds %v, want %v", query, v["messages_count"], want)
		}
	}
	if _, v := x.ask(t, "GET", "/messages?limit=1&start=1", "", ""); v["count"] != 1.0 ||
		v["messages"].([]any)[0].(map[string]any)["ID"] != first["ID"] {
		t.Errorf("the second page is %v", v)
	}
	if _, v := x.ask(t, "GET", "/message/latest", "", ""); v["ID"] != last["ID"] || v["ReturnPath"] != "ann@acme.test" {
		t.Errorf("the latest is %v", v)
	}
	if _, text := exchange(t, x.request(t, "GET", apiRoot+"/message/"+first["ID"].(string)+"/raw",
		nil)); !strings.Contains(text, "use code 4711") {
		t.Errorf("its source is %s", text)
	}
	exchange(t, x.request(t, "DELETE", apiRoot+"/messages", strings.NewReader(`{"IDs":["`+first["ID"].(string)+`"]}`)))
	if _, v := x.ask(t, "GET", "/messages", "", ""); v["total"] != 1.0 {
		t.Errorf("after one was deleted: %v", v)
	}
	exchange(t, x.request(t, "DELETE", apiRoot+"/inbox", nil))
	if _, v := x.ask(t, "GET", "/inbox", "", ""); v["total"] != 0.0 {
		t.Errorf("after all were deleted: %v", v)
	}
}

// TestPartsInMailpitsShapes: files, headers, text and HTML, one by one; and a search that deletes.
func TestPartsInMailpitsShapes(t *testing.T) {
	x := withMail(t, "From: ann@acme.test\r\nTo: bea@acme.test\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"+
		"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n  there\r\n"+
		"--b\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>\r\n--b\r\nContent-Type: image/png\r\n"+
		"Content-ID: <logo>\r\n\r\npixels\r\n--b\r\nContent-Type: text/html; name=evil.html\r\n"+
		"Content-Disposition: attachment; filename=evil.html\r\nContent-Transfer-Encoding: base64\r\n\r\n"+
		"PHNjcmlwdD4=\r\n--b--\r\n")
	_, v := x.ask(t, "GET", "/messages?limit=1", "", "")
	if m := v["messages"].([]any)[0].(map[string]any); m["Snippet"] != "hello there" || m["Attachments"] != 1.0 ||
		m["Subject"] != "Gr\u00fc\u00dfe" {
		t.Errorf("in a list it is %v", m)
	}
	_, v = x.ask(t, "GET", "/message/latest", "", "")
	file, logo := v["Attachments"].([]any)[0].(map[string]any), v["Inline"].([]any)[0].(map[string]any)
	if file["FileName"] != "evil.html" || file["PartID"] != "4" || file["Size"] != 8.0 || logo["ContentID"] != "logo" {
		t.Errorf("its files are %v and %v", file, logo)
	}
	a, text := exchange(t, x.request(t, "GET", apiRoot+"/message/latest/part/4", nil))
	if text != "<script>" || a.Header.Get("Content-Type") != "application/octet-stream" ||
		a.Header.Get("Content-Disposition") != "attachment" {
		t.Errorf("the file is %q: %v", text, a.Header)
	}
	if _, v := x.ask(t, "GET", "/message/latest/headers", "", ""); v["From"].([]any)[0] != "ann@acme.test" {
		t.Errorf("its header is %v", v)
	}
	for path, want := range map[string]string{"/view/latest.html": "<script>alert(1)</script>",
		"/view/latest.txt": "hello\r\n  there"} {
		a, text := exchange(t, x.request(t, "GET", path, nil))
		if !strings.HasPrefix(text, want) || strings.HasSuffix(path, "html") !=
			strings.HasPrefix(a.Header.Get("Content-Security-Policy"), "sandbox; default-src 'none'") {
			t.Errorf("%s is %q: %v", path, text, a.Header)
		}
	}
	if _, v := x.ask(t, "GET", "/info", "", ""); v["Messages"] != 3.0 {
		t.Errorf("there is %v", v)
	}
	exchange(t, x.request(t, "DELETE", apiRoot+"/search?query=to:bea", nil))
	if _, v := x.ask(t, "GET", "/messages", "", ""); v["total"] != 1.0 {
		t.Errorf("after those to bea were deleted: %v", v)
	}
}

func TestMailThatIsNotThere(t *testing.T) {
	for _, x := range []*site{withMail(t), open(t, nil, nil)} {
		for path, want := range map[string]int{
			"GET /message/none": 404, "GET /message/..%2f..%2fetc%2fpasswd": 404, "GET /inbox/none": 404,
			"DELETE /inbox/..": 404, "GET /message/none/raw": 404, "GET /message/none/headers": 404,
			"GET /message/none/part/1": 404, "DELETE /search?query=tag:x": 400, "DELETE /search": 400,
			"GET /search": 400, "GET /search?query=tag:x": 400, "GET /messages?start=-1": 400,
			"GET /messages?limit=x": 400,
		} {
			method, path, _ := strings.Cut(path, " ")
			a, text := exchange(t, x.request(t, method, apiRoot+path, nil))
			if x.o.Inbox == "" && want == 400 && !strings.HasSuffix(path, "search") {
				want = http.StatusNotFound
			}
			if a.StatusCode != want && a.StatusCode/100 != 3 {
				t.Errorf("%s %s: %d, want %d: %s", method, path, a.StatusCode, want, text)
			}
		}
	}
}
