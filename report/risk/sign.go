package risk

import (
	"fmt"
	"time"
)

// Sign is what the date of a row stands for, from which its age counts.
type Sign uint8

const (
	Joined   Sign = iota // the contact came: nothing more is known
	Acted                // a person clicked, bought, replied or logged in
	Survived             // a message was sent, and did not bounce
	Opened               // a message was opened, be it by a machine
	numSigns
)

var signNames = [numSigns]string{"joined", "acted", "survived", "opened"}

func (s Sign) String() string {
	if int(s) >= len(signNames) {
		return fmt.Sprintf("sign(%d)", uint8(s))
	}
	return signNames[s]
}

// Latest is the sign that a row's age counts from: of a send that it survived and what a person did, the later one, else an open, else
// the day when it joined.
func (r *Row) Latest() (Sign, time.Time) {
	switch {
	case !r.Survived.IsZero() && !r.Survived.Before(r.Engaged):
		return Survived, r.Survived
	case !r.Engaged.IsZero():
		return Acted, r.Engaged
	case !r.Opened.IsZero():
		return Opened, r.Opened
	}
	return Joined, r.Created
}

// Dated returns the row with a date of one sort.
func (r Row) Dated(s Sign, at time.Time) Row {
	switch s {
	case Opened:
		r.Opened = at
	case Acted:
		r.Engaged = at
	case Survived:
		r.Survived = at
	default:
		r.Created = at
	}
	return r
}

// Dates sums up one sort of dates of a list, in days before the send.
type Dates struct {
	Rows   int64 `json:"rows"`
	Newest int64 `json:"newest"` // one date in a hundred is later
	Median int64 `json:"median"`
	Oldest int64 `json:"oldest"`  // one in a hundred is earlier
	Close  int64 `json:"close"`   // dates of the 45 days up to the newest
	Last60 int64 `json:"last_60"` // dates of the last 60 days
	Year   int64 `json:"year"`    // of the last year
}

// DatesOf sums up how many dates lie so many days back. What lies further back than the slice is long counts as its last day.
func DatesOf(days []int64) (d Dates) {
	for i, n := range days {
		d.Rows += n
		if i < newcomerDays {
			d.Last60 += n
		}
		if i < 365 {
			d.Year += n
		}
	}
	at := func(share float64) int64 {
		sum := int64(0)
		for i, n := range days {
			if sum += n; n > 0 && float64(sum) >= share*float64(d.Rows) {
				return int64(i)
			}
		}
		return 0
	}
	d.Newest, d.Median, d.Oldest = at(0.01), at(0.5), at(0.99)
	for i := d.Newest; i < min(d.Newest+45, int64(len(days))); i++ {
		d.Close += days[i]
	}
	return d
}

// Signs are what a list shows of its kind, beside the counts of its rows. The zero value shows nothing.
type Signs struct {
	Joined Dates `json:"joined,omitzero"`
	Opened Dates `json:"opened,omitzero"`
	Acted  Dates `json:"acted,omitzero"`
	Sent   Dates `json:"sent,omitzero"` // last sends that contacts survived

	SentClaimed bool `json:"sent_claimed,omitempty"` // that such sends took out what bounced is not known of the export
	Suppressing bool `json:"suppressing,omitempty"`  // the export is of a service that takes out what bounces

	DNS     bool  `json:"dns,omitempty"`          // DNS was asked
	Domains int64 `json:"domains,omitempty"`      // distinct ones that are no large provider's
	Dead    int64 `json:"dead_domains,omitempty"` // of these, take no mail
}
