package report

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"strings"
	"time"

	"github.com/prebounce/prebounce/report/history"
	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/bounces"
	"github.com/prebounce/prebounce/validate/contacts"
)

// Campaign is a list that was sent and what is heard of it. Memory grows by about forty octets a row, and not
// with what the services say: records about nobody on the list are counted and let go. Make one with
// [NewCampaign].
type Campaign struct {
	Name string
	Sent time.Time // the day; zero until [Campaign.Fit] finds it
	Last time.Time // the last day of which records count; zero: they have no dates

	Rows  int64            // that have an address
	Heard map[string]int64 // records by the format of their export
	Apart int64            // records of other days

	Verifiers []Verified // how right they were: see [Campaign.Verify]
	Notes     []string   // what was read of each export
	Zero      bool       // the person insists that nothing bounced

	seed    maphash.Seed
	place   map[uint64]int32    // by the hash of an address: its first row
	fates   []uint8             // of each row: 0, or a fate and one
	others  map[uint64]struct{} // addresses that bounced hard and aren't on the list: not more than it has, and one
	events  []heardEvent
	formats []string // of exports, by number
	listed  int64    // records of the send about people on the list
	fitted  bool
	run     *earlierRun
}

// NewCampaign reads the list that was sent. If the day is zero, Fit takes it from the records.
func NewCampaign(ctx context.Context, name string, sent time.Time, list contacts.Source) (*Campaign, error) {
	if !sent.IsZero() {
		sent = sent.UTC().Truncate(24 * time.Hour)
	}
	c := &Campaign{Name: name, Sent: sent, Heard: map[string]int64{}, seed: maphash.MakeSeed(),
		place: map[uint64]int32{}, others: map[uint64]struct{}{}}
	if list == nil {
		return nil, errors.New("there is no list to read")
	}
	pass, err := list.Pass(ctx)
	if err != nil {
		return nil, err
	}
	var block contacts.Block
	for {
		if block, err = pass.Next(block); errors.Is(err, io.EOF) {
			return c, nil
		} else if err != nil {
			return nil, err
		}
		c.read(block)
	}
}

func (c *Campaign) read(block contacts.Block) {
	var rec contacts.Record
	var found []contacts.Found
	for block.Next(&rec) {
		if rec.Kind != contacts.Row {
			continue
		}
		found = found[:0]
		for _, cell := range rec.Cells {
			found = contacts.Addresses(found, cell)
		}
		if len(found) > 0 {
			c.recipient(string(found[0].Text))
		}
		c.fates = append(c.fates, 0)
	}
}

func (c *Campaign) recipient(address string) {
	h, ok := c.hash(address)
	if !ok {
		return
	}
	c.Rows++
	if _, twice := c.place[h]; !twice {
		c.place[h] = int32(len(c.fates))
	}
}

// hash is that of an address, whose letters' case does not count; false if it is none.
func (c *Campaign) hash(address string) (uint64, bool) {
	a, err := validate.Parse(address)
	if err != nil {
		return 0, false
	}
	if c.place == nil { // nobody read a list
		c.seed, c.place = maphash.MakeSeed(), map[uint64]int32{}
	}
	return maphash.String(c.seed, strings.ToLower(a.Local)+"@"+a.Domain), true
}

// row finds the row of an address, -1 if it isn't on the list.
func (c *Campaign) row(address string) int32 {
	if h, ok := c.hash(address); ok {
		if i, ok := c.place[h]; ok {
			return i
		}
	}
	return -1
}

// notListed is the number of hard bounces of addresses that are not on the list. It counts no further than
// the list is long.
func (c *Campaign) notListed() int64 { return int64(len(c.fit().others)) }

// count is the number of recipients with a fate. Recipients without a record count as alive.
func (c *Campaign) count(f bounces.Fate) (n int64) {
	c.fit()
	for _, i := range c.place {
		if c.fate(int(i)) == f {
			n++
		}
	}
	return n
}

func (c *Campaign) fate(row int) bounces.Fate {
	c.fit()
	if c.fates[row] == 0 {
		return bounces.Alive
	}
	return bounces.Fate(c.fates[row] - 1)
}

// A DenominatorError says why a list can't be the one that was sent, without which bounces are no rate.
type DenominatorError struct{ Why string }

func (e *DenominatorError) Error() string { return e.Why }

// Check reports whether the list can be the one that was sent: it must cover the bounces.
func (c *Campaign) Check() error {
	c.fit()
	hard := c.count(bounces.Dead) + c.count(bounces.DeadDomain)
	alive := c.count(bounces.Alive)
	switch {
	case c.Rows == 0:
		return &DenominatorError{"the list that was sent holds no address"}
	case hard == 0 && c.notListed() > 0:
		return &DenominatorError{"none of the addresses that bounced is on the list that was sent"}
	case hard+c.notListed() > int64(len(c.place)):
		return &DenominatorError{fmt.Sprintf("more addresses bounced than the list that was sent has: %d",
			len(c.place))}
	case alive == 0:
		return &DenominatorError{"nothing on the list that was sent was delivered: it seems to be the list of what " +
			"bounced"}
	}
	return nil
}

// Learn counts the campaign by sorts of contacts. The run says how the list is read; f must be made for the
// day of the send.
func (c *Campaign) Learn(ctx context.Context, list batch.Source, lists *batch.Run, f *Forecaster) (history.Campaign,
	error) {
	out := history.Campaign{Name: c.Name, Sent: c.Sent}
	if err := c.Check(); err != nil {
		return out, err
	}
	run := *lists
	run.Source, run.Forecaster, run.Now, run.Resolver = list, f, c.Sent, nil
	if c.run != nil {
		run.Resolver = c.run.operators
	}
	run.Policy.Ignore(validate.ReservedDomain) // it was sent, whatever one thinks of it
	sorts, row := history.NewCounter(c.Sent), 0
	var proof risk.Proof
	usual, told := c.run.mean()
	err := run.Kinds(ctx, func(k batch.RowKind, days int64) {
		i := row
		if row++; k.Settled != validate.NotProbed || i >= len(c.fates) {
			return
		}
		fate := c.fate(i)
		if c.tellsNothing(fate) {
			out.Untold++
			return
		}
		sorts.Add(f.row(k, days), fate.Hard(), c.run.chance(i, usual))
		c.run.prove(&proof, i, fate.Hard())
	})
	if err != nil {
		return out, err
	}
	out.Sorts, out.Probe = sorts.Sorts(), c.run.proof(&proof)
	if told {
		out.Forecast = c.run.forecast(&out)
	}
	return out, nil
}

// tellsNothing also leaves out dead domains where DNS was asked before the send: it is DNS that finds those,
// and the next forecast will have asked it too.
func (c *Campaign) tellsNothing(f bounces.Fate) bool {
	return f < bounces.Alive || (f == bounces.DeadDomain && c.run != nil)
}
