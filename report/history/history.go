// Package history stores the results of campaigns in a text file that people can read, compare and share. It holds
// counts and no addresses.
//
// Each campaign is a block of lines. A line C has its name, day and totals. A line S for each kind of contact has how
// many were sent, how many bounced hard and how many bounces were forecast. If mail servers were asked before the
// send, a line P compares their replies with the result. The forecast learns from these campaigns ([File.Params]), and
// the report card is computed from them ([File.Card]).
package history

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/segments"
)

// Name is the default name of the file.
const Name = "prebounce-history.tsv"

// File is the contents of the file: campaigns sorted by day.
type File struct {
	Campaigns []Campaign
}

// Campaign is one send. Its rows are those for which it is known whether they bounced hard.
type Campaign struct {
	Name     string
	Sent     time.Time   // the day, in UTC
	Untold   int64       // rows that were sent and tell nothing: blocked, put off, or not tried
	Forecast *Forecast   // what was forecast before the send; nil if nobody knows
	Probe    *risk.Proof // what the mail hosts had said before the send, against what it brought; nil if nobody asked
	Sorts    []Sort
}

// Forecast is the forecast of a run for the rows, made before the send.
type Forecast struct {
	Rate float64
	CI95 [2]float64
}

// Sort is a kind of contact, as distinguished by a forecast.
type Sort struct {
	Provider segments.Provider
	Source   segments.Source
	Dated    bool
	Days     int64         // on average, between the date and the send
	Sign     segments.Sign // what the date stands for
	Role     bool
	Throwing bool // at a domain of throw-away addresses
	Sent     int64
	Hard     int64
	Forecast float64 // hard bounces that were forecast; meaningless without the campaign's
}

// Age returns the age range of the contacts.
func (s *Sort) Age() segments.Age {
	if !s.Dated {
		return segments.UnknownAge
	}
	return segments.AgeOf(segments.Quarters(s.Days))
}

// Rows returns how many rows were sent and how many of them bounced hard.
func (c *Campaign) Rows() (sent, hard int64) {
	for _, s := range c.Sorts {
		sent, hard = sent+s.Sent, hard+s.Hard
	}
	return sent, hard
}

// tally counts the campaign for risk.Learn.
func (c *Campaign) tally() *risk.Tally {
	t := risk.NewTally(c.Sent)
	for i := range c.Sorts {
		s := &c.Sorts[i]
		row := s.row(c.Sent)
		for _, n := range [...]struct {
			reply validate.Reason
			rows  int64
		}{{validate.MailboxUnknown, s.Hard}, {validate.Accepted, s.Sent - s.Hard}} {
			row.Replied, row.RepliedAt = n.reply, c.Sent
			t.Add(row, n.rows)
		}
	}
	return t
}

// row is a row of the sort, before the send.
func (s *Sort) row(sent time.Time) risk.Row {
	row := risk.Row{Provider: s.Provider, Source: s.Source, Role: s.Role, Disposable: s.Throwing}
	if s.Dated {
		row.Sign, row.Date = s.Sign, sent.AddDate(0, 0, -int(s.Days))
	}
	return row
}

// ErrTwice is returned when a campaign is already in the file.
var ErrTwice = errors.New("the campaign is already in the history")

// Add inserts a campaign by day. If the file has a campaign with the same name and day, it is replaced if replace is
// true; otherwise the error is ErrTwice. A campaign with the same day and counts under another name is also ErrTwice.
func (f *File) Add(c Campaign, replace bool) error {
	if err := c.check(); err != nil {
		return err
	}
	if i := slices.IndexFunc(f.Campaigns, c.same); i >= 0 {
		if !replace {
			return fmt.Errorf("%s of %s: %w", f.Campaigns[i].Name, f.Campaigns[i].day(), ErrTwice)
		}
		f.Campaigns = slices.Delete(f.Campaigns, i, i+1)
	}
	if len(f.Campaigns) >= mostCampaigns {
		return fmt.Errorf("the history already has the maximum of %d campaigns: remove old ones", mostCampaigns)
	}
	f.Campaigns = append(f.Campaigns, c)
	slices.SortStableFunc(f.Campaigns, func(a, b Campaign) int { return a.Sent.Compare(b.Sent) })
	return nil
}

func (c *Campaign) day() string { return c.Sent.Format(time.DateOnly) }

// same reports whether another campaign is this one.
func (c Campaign) same(o Campaign) bool {
	if c.day() != o.day() {
		return false
	}
	sent, hard := c.Rows()
	sent2, hard2 := o.Rows()
	return c.Name == o.Name || (sent == sent2 && hard == hard2 && c.Untold == o.Untold && len(c.Sorts) == len(o.Sorts))
}

const (
	mostCampaigns = 1000
	mostName      = 100 // octets
	mostRows      = 1 << 40
	mostDays      = 200 * 366
)

// check tells what can't be about a campaign.
func (c *Campaign) check() error {
	switch {
	case c.Name == "" || len(c.Name) > mostName || strings.ContainsFunc(c.Name, func(r rune) bool {
		return r < ' ' ||
			r == '@' || r == '\ufffd' || r == 0x7f
	}):
		return fmt.Errorf("invalid campaign name %q: want at most %d octets, without @ and tabs", c.Name, mostName)
	case c.Sent.Year() < 1990 || c.Sent.Year() > 2200:
		return fmt.Errorf("%s: invalid date sent %s", c.Name, c.day())
	case c.Untold < 0 || c.Untold > mostRows:
		return fmt.Errorf("%s: invalid number of rows without a result: %d", c.Name, c.Untold)
	}
	for i := range c.Sorts {
		if err := c.Sorts[i].check(); err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
	}
	if sent, _ := c.Rows(); sent <= 0 || sent > mostRows {
		return fmt.Errorf("%s: invalid number of rows sent: %d", c.Name, sent)
	}
	if x := c.Probe; x != nil && !(0 <= x.Wrong && x.Wrong <= x.Tried && x.Tried <= x.Refused &&
		x.Refused <= mostRows && 0 <= x.Bounced && x.Bounced <= x.Sent && x.Sent <= x.Accepted &&
		x.Accepted <= mostRows) {
		return fmt.Errorf("%s: replies and bounces %v are inconsistent", c.Name, *x)
	}
	if p := c.Forecast; p != nil && !(0 <= p.CI95[0] && p.CI95[0] <= p.CI95[1] && p.CI95[1] <= 1 && 0 <= p.Rate &&
		p.Rate <= 1) {
		return fmt.Errorf("%s: the forecast %v is inconsistent", c.Name, *p)
	}
	return nil
}

func (s *Sort) check() error {
	if s.Sent <= 0 || s.Hard < 0 || s.Hard > s.Sent || s.Sent > mostRows || s.Days < 0 || s.Days > mostDays ||
		!(s.Forecast >= 0 && s.Forecast <= float64(s.Sent)) {
		return fmt.Errorf("%s, %s, %s: %d sent, %d bounced, %g forecast and %d days are inconsistent", s.Provider,
			s.Source, s.Age(), s.Sent, s.Hard, s.Forecast, s.Days)
	}
	return nil
}
