package risk

// Dates summarises one kind of date of a list, in days before the send.
type Dates struct {
	Rows   int64 `json:"rows"`
	Newest int64 `json:"newest"` // 99th percentile: one date in a hundred is later
	Median int64 `json:"median"`
	Oldest int64 `json:"oldest"`  // one in a hundred is earlier
	Close  int64 `json:"close"`   // dates of the 45 days up to the newest
	Last60 int64 `json:"last_60"` // dates of the last 60 days
	Year   int64 `json:"year"`    // of the last year
}

// DatesOf summarises dates: days[i] is the number of dates that lie i days back. A date further back counts as the
// last day of the slice.
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

// Signs holds evidence about the kind of list, besides the counts of its rows. The zero value holds no evidence.
type Signs struct {
	Joined Dates `json:"joined,omitzero"`
	Opened Dates `json:"opened,omitzero"`
	Acted  Dates `json:"acted,omitzero"`
	Sent   Dates `json:"sent,omitzero"` // last sends that did not bounce

	SentClaimed bool `json:"sent_claimed,omitempty"` // it is not known whether these sends removed what bounced
	Suppressing bool `json:"suppressing,omitempty"`  // the export is from a service that suppresses bounced addresses

	DNS     bool  `json:"dns,omitempty"`          // DNS was asked
	Domains int64 `json:"domains,omitempty"`      // distinct domains, without those of large providers
	Dead    int64 `json:"dead_domains,omitempty"` // of these, accept no mail
}
