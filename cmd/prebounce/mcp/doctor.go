package mcp

import (
	"context"
	"fmt"
	"strings"
)

// mostFindings bounds what is handed on of a diagnosis.
const mostFindings = 100

type doctorIn struct {
	From string `json:"from" jsonschema:"the envelope sender, such as news@example.com"`
	HELO string `json:"helo,omitempty" jsonschema:"the name that the sending server greets with"`
	IP   string `json:"ip,omitempty" jsonschema:"the public address that the mail is sent from"`
	ESP  string `json:"esp,omitempty" jsonschema:"the sending service, such as mailchimp"`
}

type doctorOut struct {
	Result   string    `json:"result" jsonschema:"the worst of the findings: ok, warn, unchecked or fail"`
	Findings []finding `json:"findings" jsonschema:"those that are not ok come first"`
	More     int       `json:"more,omitempty" jsonschema:"how many findings were left out"`
	Notes    []string  `json:"notes,omitempty"`
}

type finding struct {
	Check    string   `json:"check"`
	About    string   `json:"about"`
	Result   string   `json:"result" jsonschema:"ok, warn, fail or unchecked"`
	Says     string   `json:"says"`
	Evidence []string `json:"evidence,omitempty"`
	Next     string   `json:"next,omitempty" jsonschema:"what to do"`
}

// doctor examines a sender, by DNS alone.
func (t *tools) doctor(ctx context.Context, in *doctorIn) (*doctorOut, error) {
	args := append([]string{"doctor", "--format=json", "--no-connect"}, t.network()...)
	for _, f := range []struct{ name, value, not string }{{"from", in.From, ","}, {"helo", in.HELO, "@/,:"},
		{"ip", in.IP, "@/,"}, {"esp", in.ESP, "@/.,:"}} {
		if !fitsFlag(f.value, f.not) {
			return nil, fmt.Errorf("invalid %s: %q", f.name, plain(f.value))
		}
		if f.value != "" {
			args = append(args, "--"+f.name+"="+f.value)
		}
	}
	said, err := t.run(ctx, "", strings.NewReader(""), args...)
	if err != nil {
		return nil, err
	}
	var d struct {
		Result  string
		Reports []struct{ Findings []finding }
	}
	if decode(said.out, &d) != nil || len(d.Reports) == 0 {
		return nil, said.failed("there is no diagnosis")
	}
	out := &doctorOut{Result: d.Result, Notes: said.notes}
	out.Findings, out.More = first(faultsFirst(d.Reports[0].Findings), mostFindings)
	return out, nil
}

// faultsFirst puts findings that are not ok before the others.
func faultsFirst(all []finding) (sorted []finding) {
	var well []finding
	for _, f := range all {
		if f.Result == "ok" {
			well = append(well, f)
			continue
		}
		sorted = append(sorted, f)
	}
	return append(sorted, well...)
}

// fitsFlag reports whether a text can be the value of a flag: no blanks, no controls, none of these characters.
func fitsFlag(value, not string) bool {
	return len(value) <= 254 && !strings.ContainsAny(value, not) && strings.IndexFunc(value,
		func(r rune) bool { return r <= ' ' || r == 0x7f }) < 0
}
