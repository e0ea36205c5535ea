//go:build unix

package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/smtp"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// servicesToken is the key that the clients are given.
const servicesToken = "a-key-of-a-client-of-a-service"

// asService are addresses of the sandbox, with what the clients of the services have to say of each.
var asService = []struct{ address, kickbox, zerobounce, neverbounce, reacher string }{
	{"ada@acme.test", "deliverable accepted_email true", "valid ", "valid", "safe"},
	{"nobody.there@acme.test", "undeliverable rejected_email true", "invalid mailbox_not_found", "invalid", "invalid"},
	{"not an address", "undeliverable invalid_email true", "invalid failed_syntax_check", "invalid", "invalid"},
	{"x@nowhere.test", "undeliverable invalid_domain true", "invalid no_dns_entries", "invalid", "invalid"},
	{"x@nohost.test", "undeliverable invalid_domain true", "invalid unroutable_ip_address", "invalid", "invalid"},
	{"x@null.test", "undeliverable invalid_domain true", "invalid does_not_accept_mail", "invalid", "invalid"},
	{"x@broken.test", "unknown timeout true", "unknown exception_occurred", "unknown", "unknown"},
	{"x@mailinator.com", "risky low_quality true", "do_not_mail disposable", "disposable", "risky"},
	{"ann@catchall.test", "risky low_deliverability true", "catch-all ", "catchall", "risky"},
	{"lou@postfix.test", "risky low_deliverability true", "do_not_mail mailbox_quota_exceeded", "unknown", "risky"},
	{"ann@yahoo.com", "unknown invalid_smtp true", "unknown antispam_system", "unknown", "unknown"},
	{"x@office.test", "unknown invalid_smtp true", "unknown exception_occurred", "unknown", "unknown"},
}

// services are the clients, by the word of the table that each is to say.
var services = []struct {
	name, module string
	wants        func(i int) string
	wrong        string   // what it says of a wrong key
	facts        []string // what else it tells of its job
}{
	{"kickbox", "kickbox", func(i int) string { return asService[i].kickbox }, "this key is unknown",
		[]string{`"name":"may.csv"`, `"deliverable":2`, `"undeliverable":5`}},
	{"zerobounce", "@zerobounce/zero-bounce-sdk", func(i int) string { return asService[i].zerobounce }, "api_key is invalid",
		[]string{`"name":"may.csv"`, `"percent":"100%"`, `"success":"False"`, `"gone":true`, `"left":1`, `"after":false`,
			`"batch":["valid","invalid"`, `"credits":true`}},
	{"neverbounce", "neverbounce", func(i int) string { return asService[i].neverbounce }, "AuthError",
		[]string{`"waiting":"waiting"`, `"duplicates":1`, `"bad_syntax":1`, `"valid":2`, `"invalid":5`, `"estimate":"number"`,
			`"header":"id,email,name,email_status"`, `"found":1`, `"gone":"GeneralError"`}},
	{"reacher", "@reacherhq/api", func(i int) string { return asService[i].reacher }, "401",
		[]string{`"total_invalid":5`, `"total_safe":2`, `"records":13`}},
}

// serveServices serves the clients over TLS, as NeverBounce's insists on it. Mail servers of the sandbox are asked.
func serveServices(t *testing.T, dir string) (s *served, base string) {
	t.Helper()
	write(t, dir, "prebounce.toml", "[clean]\nprobe-all = true\npace = 1000\n[check]\nprobe = true\npace = 1000\n")
	write(t, dir, "token", servicesToken+" check,runs\n")
	s, link := startServe(t, dir, "--sandbox", "--token-file", "token", "--tls-dir", "tls", "--compat",
		"kickbox,zerobounce,neverbounce,reacher")
	return s, "https://localhost:" + parsed(t, link).Port()
}

// TestClientsOfServicesWorkUnchanged: the services' own packages get answers in their vocabulary, single and bulk.
func TestClientsOfServicesWorkUnchanged(t *testing.T) {
	t.Parallel()
	needed(t, "node")
	for _, s := range services {
		needed(t, "npm:"+s.module)
	}
	dir := t.TempDir()
	_, base := serveServices(t, dir)
	for _, s := range services {
		t.Run(s.name, func(t *testing.T) {
			var said struct {
				Single, Bulk, Queued map[string]string
				Wrong                any
			}
			out := runNode(t, dir, base, s.name+".js")
			decodeJSON(t, out, &said)
			for how, got := range map[string]map[string]string{"single": said.Single, "bulk": said.Bulk,
				"queued": said.Queued} {
				if how == "queued" && s.name != "reacher" {
					continue
				}
				for i, c := range asService {
					if got[c.address] != s.wants(i) {
						t.Errorf("%s, %s: %q, want %q", how, c.address, got[c.address], s.wants(i))
					}
				}
			}
			if wrong, _ := json.Marshal(said.Wrong); !strings.Contains(string(wrong), s.wrong) {
				t.Errorf("with a wrong key: %s", wrong)
			}
			for _, fact := range s.facts {
				if !strings.Contains(out, fact) {
					t.Errorf("it does not say %s: %s", fact, out)
				}
			}
		})
	}
}

// runNode runs a script of testdata/services against the server, and returns what it prints.
func runNode(t *testing.T, dir, base, script string) string {
	t.Helper()
	var addresses []string
	for _, c := range asService {
		addresses = append(addresses, c.address)
	}
	addresses = append(addresses, addresses[0]) // of a repeated row the same is said
	list, _ := json.Marshal(addresses)          // texts always can be
	c := exec.CommandContext(t.Context(), "node", filepath.Join("testdata", "services", script))
	c.Env = append(os.Environ(), "BASE="+base, "KEY="+servicesToken, "ADDRESSES="+string(list),
		"NODE_PATH="+globalModules(), "NODE_EXTRA_CA_CERTS="+filepath.Join(dir, "tls", sandbox.CAFile))
	var complaints strings.Builder
	c.Stderr = &complaints
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%v: %s%s", err, out, complaints.String())
	}
	return string(out)
}

// TestABulkJobGoesOnAfterAKill: the program is killed while DNS is slow, and the next start finishes the job, whose
// client has done nothing but ask how far it is.
func TestABulkJobGoesOnAfterAKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	slow := startServer(t, giants+"well.test MX 1 mx.giant.test\nslow.test MX 1 mx.giant.test delay=1h\n")
	quick := startServer(t, giants+"well.test MX 1 mx.giant.test\nslow.test MX 1 mx.giant.test\n")
	settings := func(resolver string) {
		write(t, dir, "prebounce.toml", "resolver = [\""+resolver+"\"]\nallow-private-networks = true\nstore = \"facts.db\"\n")
	}
	settings(slow.DNSAddr())
	write(t, dir, "token", servicesToken)
	first, link := startServe(t, dir, "--token-file", "token", "--compat", "reacher")
	var made struct {
		ID int `json:"job_id"`
	}
	decodeJSON(t, asReacher(t, link, "POST", "/v1/bulk", `{"input":["ann@well.test","bea@slow.test","no address"]}`), &made)
	until(t, "slow.test is asked", func() bool { return slow.Asked()["MX slow.test"] > 0 })
	first.Process.Kill()
	settings(quick.DNSAddr())
	var job struct {
		Status  string `json:"job_status"`
		Summary struct {
			Invalid int `json:"total_invalid"`
			Unknown int `json:"total_unknown"`
		}
	}
	_, link = startServe(t, dir, "--token-file", "token", "--compat", "reacher")
	until(t, "the job is done", func() bool {
		decodeJSON(t, asReacher(t, link, "GET", "/v1/bulk/"+strconv.Itoa(made.ID), ""), &job)
		return job.Status == "Completed"
	})
	if job.Summary.Invalid != 1 || job.Summary.Unknown != 2 {
		t.Errorf("the job found %+v", job)
	}
}

// asReacher asks as a client of Reacher's does.
func asReacher(t *testing.T, link, method, path, body string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+parsed(t, link).Host+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Reacher-Secret", servicesToken)
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil || a.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %s: %s, %v", method, path, a.Status, text, err)
	}
	return string(text)
}

// TestAClientIsMadeOfTheDescription: it is valid as OpenAPI, and what is generated from it works.
func TestAClientIsMadeOfTheDescription(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"node", "npm:axios", "npm:openapi-client-axios",
		"npm:@seriousme/openapi-schema-validator"} {
		needed(t, name)
	}
	dir := t.TempDir()
	_, base := serveServices(t, dir)
	got := runNode(t, dir, base, "description.js")
	const want = `{"valid":true,"version":"3.1","suggestion":"ann@gmail.com","made":201,"again":200,"same":true,` +
		`"state":"done","rows":2,"clean":"email\nada@acme.test\n","sent":1,"replies":1,"listed":1,"gone":204}`
	if strings.TrimSpace(got) != want {
		t.Errorf("it says %s, want %s", got, want)
	}
}

// TestAClientOfMailpitWorksUnchanged on the mail that the sandbox took.
func TestAClientOfMailpitWorksUnchanged(t *testing.T) {
	t.Parallel()
	needed(t, "node")
	needed(t, "npm:mailpit-api")
	dir := t.TempDir()
	write(t, dir, "token", servicesToken+" inbox\n")
	smtpAt := freePort(t)
	_, link := startServe(t, dir, "--sandbox", "--smtp", smtpAt, "--token-file", "token")
	for _, subject := range []string{"Welcome", "Goodbye"} {
		if err := smtp.SendMail(smtpAt, nil, "news@sandbox.test", []string{"ada@acme.test"}, []byte("From: News <news@sandbox.test>\r\n"+
			"To: Ada <ada@acme.test>\r\nSubject: "+subject+"\r\nX-Campaign: may\r\n\r\nhello\r\n")); err != nil {
			t.Fatalf("%s: %v", smtpAt, err)
		}
	}
	got := runNode(t, dir, "http://"+parsed(t, link).Host, "mailpit.js")
	const want = `{"subject":"Welcome","to":"ada@acme.test","text":"hello","all":2,"header":["may"],"source":true,"none":0,` +
		`"removed":"ok","left":["Goodbye"],"empty":0,"wrong":true}`
	if strings.TrimSpace(got) != want {
		t.Errorf("it says %s, want %s", got, want)
	}
}
