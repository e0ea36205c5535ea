package history

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate/segments"
)

// version is the first line of a file.
const version = "# prebounce history v1"

const explanation = `# What earlier sends taught: counts, no addresses. Each C is a campaign, the S below it are its sorts of contacts.
# C	name	sent on	sent	bounced hard	tell nothing	forecast	95% from	to
# S	operator	source	age	days	traits	sent	bounced hard	forecast
# P	refused when asked	of these sent to	of these delivered	accepted when asked	of these sent to	of these bounced hard
`

const (
	mostOctets = 32 << 20
	mostLine   = 4 << 10
	none       = "-"
)

// Write writes the file. Its output is deterministic.
func (f *File) Write(w io.Writer) error {
	b := bufio.NewWriter(w)
	b.WriteString(version + "\n" + explanation)
	for i := range f.Campaigns {
		f.Campaigns[i].write(b)
	}
	return b.Flush()
}

func (c *Campaign) write(b *bufio.Writer) {
	sent, hard := c.Rows()
	cells := []string{"C", c.Name, c.day(), whole(sent), whole(hard), whole(c.Untold), none, none, none}
	if p := c.Forecast; p != nil {
		cells = append(cells[:6], rate(p.Rate), rate(p.CI95[0]), rate(p.CI95[1]))
	}
	b.WriteString(strings.Join(cells, "\t") + "\n")
	for _, s := range c.Sorts {
		days, forecast := none, none
		if s.Dated {
			days = whole(s.Days)
		}
		if c.Forecast != nil {
			forecast = strconv.FormatFloat(s.Forecast, 'f', 2, 64)
		}
		b.WriteString(strings.Join([]string{"S", s.Provider.String(), s.Source.String(), s.Age().String(), days,
			s.traits(), whole(s.Sent), whole(s.Hard), forecast}, "\t") + "\n")
	}
	if x := c.Probe; x != nil {
		b.WriteString("P")
		for _, n := range [...]float64{x.Refused, x.Tried, x.Wrong, x.Accepted, x.Sent, x.Bounced} {
			b.WriteString("\t" + whole(int64(n)))
		}
		b.WriteString("\n")
	}
}

func whole(n int64) string { return strconv.FormatInt(n, 10) }

func rate(x float64) string { return strconv.FormatFloat(x, 'f', 6, 64) }

// traits are words for what else is known of a sort.
func (s *Sort) traits() string {
	var words []string
	for _, t := range [...]struct {
		has  bool
		word string
	}{{s.Sign == segments.Acted, "engaged"}, {s.Sign == segments.Opened, "opened"}, {s.Sign == segments.Survived, "survived"},
		{s.Role, "role"}, {s.Throwing, "throw-away"}} {
		if t.has {
			words = append(words, t.word)
		}
	}
	if words == nil {
		return none
	}
	return strings.Join(words, ",")
}

// readFile parses a file that Write wrote and that a person may have edited. It rejects impossible values and reports
// their line number.
func readFile(r io.Reader) (*File, error) {
	all, err := io.ReadAll(io.LimitReader(r, mostOctets+1))
	if err != nil {
		return nil, err
	}
	if len(all) > mostOctets {
		return nil, fmt.Errorf("it is larger than %d octets", mostOctets)
	}
	first, rest, _ := bytes.Cut(all, []byte("\n"))
	if strings.TrimRight(string(first), "\r ") != version {
		return nil, fmt.Errorf("the first line is not %q", version)
	}
	p := parser{file: &File{}}
	n := 1
	for line := range strings.Lines(string(rest)) {
		n++
		if err := p.line(strings.TrimRight(line, "\r\n")); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	return p.file, p.end()
}

// parser reads line by line.
type parser struct {
	file    *File
	at      *Campaign // the one being read
	totals  [2]int64  // that its line tells
	problem error     // the first in the cells of a line
}

func (p *parser) line(line string) error {
	if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
		return nil
	}
	cells := strings.Split(line[:min(len(line), mostLine)], "\t")
	p.problem = nil
	switch {
	case cells[0] == "C" && len(cells) == 9:
		if err := p.end(); err != nil {
			return err
		}
		p.campaign(cells)
	case cells[0] == "S" && len(cells) == 9 && p.at != nil:
		p.sort(cells)
	case cells[0] == "P" && len(cells) == 7 && p.at != nil && p.at.Probe == nil:
		p.probe(cells)
	default:
		return errors.New("invalid line: want C or S with nine columns or P with seven, separated by tabs; S lines " +
			"and one P line follow their C line")
	}
	return p.problem
}

// end checks the campaign that was read and adds it.
func (p *parser) end() error {
	if p.at == nil {
		return nil
	}
	if sent, hard := p.at.Rows(); [2]int64{sent, hard} != p.totals {
		return fmt.Errorf("%s: its S lines add up to %d sent and %d bounced hard, not to %d and %d", p.at.Name, sent,
			hard, p.totals[0], p.totals[1])
	}
	c := *p.at
	p.at = nil
	return p.file.Add(c, false)
}

func (p *parser) campaign(cells []string) {
	c := Campaign{Name: cells[1], Untold: p.whole(cells[5])}
	p.totals = [2]int64{p.whole(cells[3]), p.whole(cells[4])}
	var err error
	if c.Sent, err = time.Parse(time.DateOnly, cells[2]); err != nil {
		p.fail(fmt.Errorf("invalid date %q: want a date such as 2026-03-02", cells[2]))
	}
	if cells[6] != none {
		c.Forecast = &Forecast{p.number(cells[6]), [2]float64{p.number(cells[7]), p.number(cells[8])}}
	}
	p.at = &c
}

func (p *parser) sort(cells []string) {
	s := Sort{Sent: p.whole(cells[6]), Hard: p.whole(cells[7])}
	var ok bool
	if s.Provider, ok = segments.Named[segments.Provider](cells[1]); !ok {
		p.fail(fmt.Errorf("unknown operator family %q", cells[1]))
	}
	if s.Source, ok = segments.Named[segments.Source](cells[2]); !ok {
		p.fail(fmt.Errorf("unknown source %q", cells[2]))
	}
	if s.Dated = cells[4] != none; s.Dated {
		s.Days = p.whole(cells[4])
	}
	if s.Age().String() != cells[3] && s.Days >= 0 {
		p.fail(fmt.Errorf("the age %q does not match %s days", cells[3], cells[4]))
	}
	if cells[8] != none {
		s.Forecast = p.number(cells[8])
	}
	for word := range strings.SplitSeq(cells[5], ",") {
		if to := map[string]*bool{"role": &s.Role, "throw-away": &s.Throwing}[word]; to != nil {
			*to = true
		} else if sign, ok := signWords[word]; ok {
			s.Sign = sign
		} else if word != none {
			p.fail(fmt.Errorf("unknown trait %q", word))
		}
	}
	p.at.Sorts = append(p.at.Sorts, s)
}

// signWords say what the date of a sort stands for; without one, it is when the contacts joined.
var signWords = map[string]segments.Sign{
	"engaged":  segments.Acted,
	"opened":   segments.Opened,
	"survived": segments.Survived,
}

func (p *parser) probe(cells []string) {
	n := func(i int) float64 { return float64(p.whole(cells[i])) }
	p.at.Probe = &risk.Proof{Refused: n(1), Tried: n(2), Wrong: n(3), Accepted: n(4), Sent: n(5), Bounced: n(6)}
}

func (p *parser) fail(err error) {
	if p.problem == nil {
		p.problem = err
	}
}

func (p *parser) whole(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || n > mostRows {
		p.fail(fmt.Errorf("invalid number of rows or days %q: want digits", s))
	}
	return n
}

func (p *parser) number(s string) float64 {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || !(x >= 0) {
		p.fail(fmt.Errorf("invalid number %q", s))
	}
	return x
}
