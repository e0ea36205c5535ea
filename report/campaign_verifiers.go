package report

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate/contacts"
	"github.com/prebounce/prebounce/validate/exports"
)

// Verified is how right one verifier was about the recipients of a campaign.
type Verified struct {
	Title string
	Words [exports.CalledDead + 1]Came // by what it called an address
}

// Came counts the outcomes of recipients.
type Came struct{ Delivered, Bounced int64 }

func (x Came) sent() int64 { return x.Delivered + x.Bounced }

// Verify sets what other verifiers called the recipients, in columns of the list, against what came.
// Recipients of whom nobody knows what became of them are left out, and so are repeated ones.
func (c *Campaign) Verify(ctx context.Context, list contacts.Source, e *exports.Export) error {
	v := verifiedRows{campaign: c}
	for column := range e.Verdicts() {
		v.columns, v.indexes = append(v.columns, column), append(v.indexes, column.Index)
	}
	if len(v.columns) == 0 {
		return nil
	}
	pass, err := list.Pass(ctx, v.indexes...)
	if err != nil {
		return err
	}
	var block contacts.Block
	for {
		if block, err = pass.Next(block); errors.Is(err, io.EOF) {
			c.Verifiers = v.sums
			return nil
		} else if err != nil {
			return err
		}
		v.read(block)
	}
}

// verifiedRows goes through the rows of a campaign.
type verifiedRows struct {
	campaign *Campaign
	columns  []*exports.Column
	indexes  []int
	row      int
	sums     []Verified
}

func (v *verifiedRows) read(block contacts.Block) {
	var rec contacts.Record
	for block.Next(&rec) {
		if rec.Kind != contacts.Row {
			continue
		}
		if row := v.row; v.campaign.first(&rec, row) && !v.campaign.tellsNothing(v.campaign.fate(row)) {
			v.count(rec.Extra, v.campaign.fate(row).Hard())
		}
		v.row++
	}
}

// first reports whether a record is the first one of its address.
func (c *Campaign) first(rec *contacts.Record, row int) bool {
	for _, cell := range rec.Cells {
		if found := contacts.Addresses(nil, cell); len(found) > 0 {
			return row < len(c.fates) && c.row(string(found[0].Text)) == int32(row)
		}
	}
	return false
}

// count counts a recipient for each verifier by its gravest word.
func (v *verifiedRows) count(cells [][]byte, bounced bool) {
	words := map[string]exports.Called{}
	for i, c := range v.columns {
		words[c.Verifier.Title] = max(words[c.Verifier.Title], c.Called(string(cells[i])))
	}
	for title, word := range words {
		came := &v.of(title).Words[word]
		if bounced {
			came.Bounced++
		} else {
			came.Delivered++
		}
	}
}

func (v *verifiedRows) of(title string) *Verified {
	i := slices.IndexFunc(v.sums, func(x Verified) bool { return x.Title == title })
	if i < 0 {
		i, v.sums = len(v.sums), append(v.sums, Verified{Title: title})
	}
	return &v.sums[i]
}

// verifiers tells how often each verifier was right on this list.
func verifiers(all []Verified) section {
	s := section{ID: "verifiers", Title: "What other verifiers said"}
	g := grid{Head: []string{"verifier", "called", "sent", "bounced hard", "rate"}, Right: []int{2, 3, 4}}
	for i := range all {
		x := &all[i]
		for word := len(x.Words) - 1; word >= 0; word-- {
			if came := x.Words[word]; came.sent() > 0 {
				g.row(x.Title, calledTitles[word], number(came.sent()), orDash(came.Bounced),
					risk.Percent(float64(came.Bounced)/float64(came.sent())))
			}
		}
		s.Says = append(s.Says, x.says()...)
	}
	s.add(g)
	return s
}

var calledTitles = [...]string{
	exports.NotCalled: "unknown, or nothing", exports.CalledValid: "valid", exports.CalledRole: "role",
	exports.CalledCatchAll: "catch-all", exports.CalledFull: "full",
	exports.CalledDisposable: "disposable", exports.CalledTrap: "trap or do not mail", exports.CalledDead: "invalid",
}

func (x *Verified) says() (says []string) {
	if dead := x.Words[exports.CalledDead]; dead.sent() > 0 {
		says = append(says, fmt.Sprintf("%s called %s invalid: %s bounced hard, %s delivered.",
			sentenceStart(x.Title), plural(dead.sent(), "contact", "contacts"), orNone(dead.Bounced),
			wereDelivered(dead.Delivered)))
	}
	if valid := x.Words[exports.CalledValid]; valid.sent() > 0 {
		says = append(says, fmt.Sprintf("%s called %s valid: %s bounced hard.", sentenceStart(x.Title),
			plural(valid.sent(), "contact", "contacts"), orNone(valid.Bounced)))
	}
	return says
}

// sentenceStart begins a sentence with a name.
func sentenceStart(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

func wereDelivered(n int64) string {
	if n == 1 {
		return "1 was"
	}
	return orNone(n) + " were"
}

func orNone(n int64) string {
	if n == 0 {
		return "none"
	}
	return number(n)
}
