package batch

import (
	"cmp"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"

	"github.com/prebounce/prebounce/validate"
)

// ReplyCount counts the rows with similar replies.
type ReplyCount struct {
	Code     int             `json:"code"`
	Enhanced string          `json:"enhanced,omitempty"`
	Text     string          `json:"text"`   // text of the most frequent reply, without addresses
	Reason   validate.Reason `json:"reason"` // the reason that it supports
	Sentence string          `json:"sentence"`
	Rows     int64           `json:"rows"`
}

// mostReplies is how many sorts of replies a summary holds: the most frequent ones.
const mostReplies = 50

// saying is a sort of replies.
type saying struct {
	codes  string // the columns of both codes
	reason validate.Reason
}

// count sorts the replies by codes and by what they speak for.
func (a *replies) count() []ReplyCount {
	if a == nil {
		return nil
	}
	rows := make(map[replied]int64)
	for _, by := range a.by {
		if a.words.text[by.codes] != "" && a.words.text[by.codes] != ",," {
			rows[replied{codes: by.codes, reason: by.reason}]++
		}
	}
	sums, texts := make(map[saying]int64), make(map[saying]replied)
	for r, n := range rows {
		codes, _ := cutCodes(a.words.text[r.codes])
		s := saying{codes, r.reason}
		sums[s] += n
		if was, ok := texts[s]; !ok || n > rows[was] ||
			(n == rows[was] && a.words.text[r.codes] < a.words.text[was.codes]) {
			texts[s] = r
		}
	}
	out := make([]ReplyCount, 0, len(sums))
	for s, n := range sums {
		c := ReplyCount{Reason: s.reason, Sentence: s.reason.Sentence(), Rows: n}
		c.read(a.words.text[texts[s].codes])
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b ReplyCount) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Enhanced, b.Enhanced),
			cmp.Compare(a.Reason, b.Reason))
	})
	return out[:min(len(out), mostReplies)]
}

// cutCodes splits the columns that tell a reply into those of its codes and its text.
func cutCodes(columns string) (codes, text string) {
	code, rest, _ := strings.Cut(columns, ",")
	enhanced, text, _ := strings.Cut(rest, ",")
	return code + "," + enhanced, text
}

// read fills in what the three columns tell.
func (c *ReplyCount) read(columns string) {
	cells, err := csv.NewReader(strings.NewReader(columns)).Read()
	if err != nil || len(cells) != 3 {
		return // they are our own, so this doesn't happen
	}
	c.Code, _ = strconv.Atoi(cells[0])
	c.Enhanced, c.Text = cells[1], cells[2]
}
