package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/prebounce/prebounce/probe/identity"
	"github.com/prebounce/prebounce/report"
)

// compact writes a value as JSON in one line.
func compact(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	j := json.NewEncoder(&b)
	j.SetEscapeHTML(false)
	err := j.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

// lines writes a JSON array with one value on each line, so that grep and diff see findings one by one.
func lines[T any](all []T) (json.RawMessage, error) {
	b := []byte("[")
	for i, v := range all {
		line, err := compact(v)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(b, '\n'), line...)
	}
	return append(b, "\n]"...), nil
}

// json writes the diagnosis, each finding on a line of its own.
func (d *diagnosis) json(w io.Writer) error {
	unseen, err := lines(d.Unseen)
	if err != nil {
		return err
	}
	var reports [][]byte
	for _, e := range d.Reports {
		findings, err := lines(e.Findings)
		if err != nil {
			return err
		}
		e.Findings = []identity.Finding{}
		head, err := compact(e)
		if err != nil {
			return err
		}
		head, _ = bytes.CutSuffix(head, []byte("[]}"))
		reports = append(reports, append(append(bytes.Clone(head), findings...), '}'))
	}
	_, err = fmt.Fprintf(w, "{\"result\":%q,\"reports\":[%s],\n\"not_seen\":%s}\n", d.Result,
		bytes.Join(reports, []byte(",\n")), unseen)
	return err
}

// The parts of SARIF 2.1.0 (OASIS, 2020) that code hosts read.
type (
	sarifText struct {
		Text string `json:"text"`
	}
	sarifRule struct {
		ID    string    `json:"id"`
		Short sarifText `json:"shortDescription"`
	}
	sarifResult struct {
		Rule      string          `json:"ruleId"`
		Kind      string          `json:"kind"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifLocation struct {
		Logical []sarifName `json:"logicalLocations"`
	}
	sarifName struct {
		Name string `json:"fullyQualifiedName"`
	}
)

// sarifOutcomes are the kind and level of each result.
var sarifOutcomes = map[identity.Result][2]string{
	identity.OK: {"pass", "none"}, identity.Warn: {"fail", "warning"}, identity.Unchecked: {"open", "none"},
	identity.Fail: {"fail", "error"},
}

// sentence is what a finding says and what to do about it.
func sentence(f identity.Finding) string {
	if f.Next == "" {
		return f.Says
	}
	return f.Says + "; next: " + f.Next
}

// sarif writes the findings as results of static analysis, which code hosts show beside a change.
func (d *diagnosis) sarif(w io.Writer) error {
	var rules []sarifRule
	for _, c := range identity.Checks() {
		rules = append(rules, sarifRule{c.Name, sarifText{c.Title}})
	}
	var results []sarifResult
	for _, e := range d.Reports {
		for _, f := range e.Findings {
			outcome := sarifOutcomes[f.Result]
			at := sarifName{e.Name + ": " + f.About}
			results = append(results, sarifResult{f.Check, outcome[0], outcome[1], sarifText{sentence(f)},
				[]sarifLocation{{[]sarifName{at}}}})
		}
	}
	ruleLines, err := lines(rules)
	if err != nil {
		return err
	}
	resultLines, err := lines(results)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, `{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"tool":{"driver":{"name":"prebounce","version":%q,"rules":%s}},
"results":%s}]}
`, version(), ruleLines, resultLines)
	return err
}

// The elements of JUnit's XML that build servers read.
type (
	junitSuites struct {
		XMLName xml.Name     `xml:"testsuites"`
		Suites  []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Failure *junitMessage `xml:"failure"`
		Skipped *junitMessage `xml:"skipped"`
		Output  string        `xml:"system-out,omitempty"`
	}
	junitMessage struct {
		Message string `xml:"message,attr"`
	}
)

// junit writes the findings as test cases. A warning passes, because doctor does not fail for it, and stands
// in the output.
func (d *diagnosis) junit(w io.Writer) error {
	var all junitSuites
	for _, e := range d.Reports {
		suite := junitSuite{Name: printable(e.Of + " " + e.Name)}
		for _, f := range e.Findings {
			suite.add(f)
		}
		all.Suites = append(all.Suites, suite)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	x := xml.NewEncoder(w)
	x.Indent("", " ")
	if err := x.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (s *junitSuite) add(f identity.Finding) {
	c := junitCase{Class: "prebounce." + f.Check, Name: printable(f.Check + " " + f.About)}
	said := printable(sentence(f))
	switch f.Result {
	case identity.Fail:
		c.Failure = &junitMessage{said}
		s.Failures++
	case identity.Unchecked:
		c.Skipped = &junitMessage{said}
		s.Skipped++
	case identity.Warn:
		c.Output = "warning: " + said
	}
	s.Tests++
	s.Cases = append(s.Cases, c)
}

// printable is text that a terminal takes for nothing but text, in one line.
func printable(text string) string { return report.Plain(strings.ReplaceAll(text, "\n", " ")) }
