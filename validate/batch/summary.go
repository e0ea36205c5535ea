package batch

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/contacts"
)

// Summary holds the results of a run in numbers. It is the body of report.json.
//
// Clean + Review + Removed + Rejected + Other always equals Read.
type Summary struct {
	List   string     `json:"list"`
	Layout ListLayout `json:"layout"` // with several lists: their common properties
	Counts
	Lists []ListSummary `json:"lists,omitempty"` // if there are several, in the order in which they were read

	Addresses int64            `json:"addresses"` // found in rows
	Verdicts  map[string]int64 `json:"verdicts"`  // of addresses
	Reasons   []ReasonCount    `json:"reasons"`   // of rows; removed first, then review and clean, each by number
	Curable   int64            `json:"curable"`   // addresses that a later run may decide
	Repairs   []Count          `json:"repairs,omitempty"`
	Typos     []TypoCount      `json:"typos,omitempty"`     // the ten most frequent typos of rows outside clean
	Corrected int64            `json:"corrected,omitempty"` // rows of corrected.csv, which belong to no list
	// cells of clean that hold more than their address, which imports reject
	Untidy int64 `json:"untidy_cells,omitempty"`
	// of these, cells that hold only the address in the outputs
	Repaired int64 `json:"repaired_cells,omitempty"`

	DistinctDomains int64         `json:"distinct_domains"`
	Domains         []DomainCount `json:"domains"`   // the largest ones, at most 20
	Operators       []DomainCount `json:"operators"` // the largest ones, at most 20; unknown ones are left out

	DNS   bool   `json:"dns"`                 // asked
	Doubt string `json:"dns_doubt,omitempty"` // why no DNS answer of this run is trusted
	Brake Brake  `json:"brake"`

	Consent *Consent `json:"consent,omitempty"` // what the lists say about their contacts; nil: nothing

	Probed  bool              `json:"probed"`            // mail servers were asked
	Asking  []validate.Asking `json:"asking,omitempty"`  // by operator, the one with most questions first
	Replies []ReplyCount      `json:"replies,omitempty"` // most frequent first; includes replies stored by earlier runs
	Audit   *Audited          `json:"audit,omitempty"`   // nil: no audit was requested

	Notes      []string `json:"notes,omitempty"` // notes for the user about how the list was read
	NotChecked []string `json:"not_checked"`

	Started time.Time     `json:"started"`
	Took    time.Duration `json:"took_ns"`
}

// Counts holds the number of records by where they went.
type Counts struct {
	Read     int64 `json:"read"` // all records, including those that are not rows
	Rows     int64 `json:"rows"`
	Clean    int64 `json:"clean"`
	Review   int64 `json:"review"`
	Removed  int64 `json:"removed"`
	Rejected int64 `json:"rejected"` // cannot be read as rows
	Other    int64 `json:"other"`    // header, blank lines, title lines: copied to clean.csv

	// rows of clean that may be sent while the rest is held back, if the forecast splits it
	Core int64 `json:"core,omitempty"`
	Held int64 `json:"held,omitempty"`
}

// ListLayout describes the format of the list for people.
type ListLayout struct {
	Format    string   `json:"format,omitempty"` // empty in old reports: csv
	Sheet     string   `json:"sheet,omitempty"`
	Outputs   string   `json:"outputs,omitempty"`   // extension of the outputs; empty in old reports: csv
	RowsOnly  bool     `json:"rows_only,omitempty"` // clean keeps only the header and rows
	Encoding  string   `json:"encoding"`
	Guessed   bool     `json:"encoding_guessed"`
	Delimiter string   `json:"delimiter"`
	Columns   []string `json:"columns"`        // columns that the addresses were read from
	Left      []string `json:"left,omitempty"` // columns that also hold addresses, but were not read
}

// ReasonCount counts the rows that a reason sent to a list.
type ReasonCount struct {
	Reason   validate.Reason  `json:"reason"`
	Verdict  validate.Verdict `json:"verdict"`
	List     validate.List    `json:"list"`
	Rows     int64            `json:"rows"`
	Sentence string           `json:"sentence"`
}

// Count is the number of rows with a property.
type Count struct {
	Name string `json:"name"`
	Rows int64  `json:"rows"`
}

// DomainCount counts the rows of a domain, or of all domains of an operator, by list.
type DomainCount struct {
	Name    string `json:"name"`
	Rows    int64  `json:"rows"`
	Clean   int64  `json:"clean"`
	Review  int64  `json:"review"`
	Removed int64  `json:"removed"`
}

const largest = 20

func (r *Run) summary(l *lookedUp, t *tally, brake Brake) *Summary {
	s := &Summary{List: r.Name, Layout: r.sharedLayout(), Notes: r.remarks(l), Brake: brake, DNS: r.Resolver != nil,
		Doubt: l.why}
	s.count(t)
	s.Typos = commonTypos(t.typos)
	s.Repairs, s.Untidy, s.Repaired = repairs(t), t.untidy, t.edited
	s.DistinctDomains = int64(len(t.domains))
	s.Domains = largestOf(t.domains, func(id int) string { return l.survey.domains.view(uint32(id)) })
	s.Operators = largestOf(byOperator(l, t), func(operator int) string { return l.words.text[operator] })
	s.Probed, s.Asking, s.Replies = r.Asker != nil, l.asking, l.replies.count()
	if s.Audit = l.audited; s.Audit != nil {
		s.Audit.Kept, s.Audit.Expected = t.audited, t.expected
	}
	s.Consent, s.Notes = l.survey.said.consent(), append(s.Notes, l.survey.said.remarks()...)
	s.NotChecked = r.notChecked()
	return s
}

// remarks are what the reading of the list noted, and why DNS is not believed.
func (r *Run) remarks(l *lookedUp) []string {
	notes := r.readingNotes(l.survey)
	if l.why != "" {
		notes = append(notes, "DNS answers of this run are not trusted: "+l.why)
	}
	return notes
}

func (r *Run) layout(l *contacts.Layout) ListLayout {
	out := ListLayout{Format: l.Format.Extension(), Sheet: l.Sheet, Outputs: l.Out.Extension(),
		RowsOnly: r.Annotate || !l.Verbatim(), Encoding: l.Encoding, Guessed: l.Guessed,
		Delimiter: delimiter(l.Delimiter)}
	for _, c := range l.Columns {
		out.Columns = append(out.Columns, columnName(l, c))
	}
	for _, c := range l.Left {
		out.Left = append(out.Left, columnName(l, c))
	}
	return out
}

// columnName is the header's name, with the column's number if others have that name too; "column 3" where
// there is none.
func columnName(l *contacts.Layout, c contacts.Column) string {
	if c.Name == "" {
		return c.String()
	}
	same := 0
	for _, name := range l.Names {
		if name == c.Name {
			same++
		}
	}
	if same > 1 {
		return fmt.Sprintf("%s (column %d)", c.Name, c.Index+1)
	}
	return c.Name
}

func delimiter(b byte) string {
	if b == 0 {
		return ""
	}
	return string(rune(b))
}

// count adds up rows and addresses.
func (s *Summary) count(t *tally) {
	s.Counts.count(t)
	s.Verdicts = map[string]int64{}
	s.Reasons = []ReasonCount{}
	for _, r := range validate.AllReasons() {
		for list, n := range t.rows[r] {
			if n > 0 {
				s.Reasons = append(s.Reasons, ReasonCount{r, r.Verdict(), validate.List(list), n, r.Sentence()})
			}
		}
		if n := t.addresses[r]; n > 0 && r != validate.NoAddress {
			s.Addresses += n
			s.Verdicts[r.Verdict().String()] += n
			if r.Curable() {
				s.Curable += n
			}
		}
	}
	slices.SortStableFunc(s.Reasons, func(a, b ReasonCount) int {
		return cmp.Or(cmp.Compare(b.List, a.List), cmp.Compare(b.Rows, a.Rows))
	})
}

func repairs(t *tally) (counts []Count) {
	for bit, n := range t.repairs {
		if n > 0 {
			counts = append(counts, Count{contacts.Repair(1 << bit).String(), n})
		}
	}
	return counts
}

// byOperator adds up the rows of each operator's domains, by the operator's number in words.
func byOperator(l *lookedUp, t *tally) [][3]uint32 {
	sums := make([][3]uint32, len(l.words.text))
	for id, rows := range t.domains {
		for list, n := range rows {
			sums[l.facts[id].operator][list] += n
		}
	}
	sums[0] = [3]uint32{} // nobody knows who runs these
	return sums
}

// largestOf picks the largest of some counts of rows by list.
func largestOf(counts [][3]uint32, name func(i int) string) []DomainCount {
	top := []DomainCount{} // none is [] in JSON, too
	for i, n := range counts {
		c := DomainCount{Clean: int64(n[validate.Clean]), Review: int64(n[validate.Review]),
			Removed: int64(n[validate.Removed])}
		c.Rows = c.Clean + c.Review + c.Removed
		if c.Rows == 0 || (len(top) == largest && c.Rows <= top[largest-1].Rows) {
			continue
		}
		c.Name = name(i)
		at, _ := slices.BinarySearchFunc(top, c,
			func(a, b DomainCount) int { return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Name, b.Name)) })
		top = slices.Insert(top, at, c)
		top = top[:min(largest, len(top))]
	}
	return top
}

// notChecked says what this run can't know.
func (r *Run) notChecked() (sentences []string) {
	if r.Resolver == nil {
		sentences = append(sentences, "whether the domains exist and accept mail: DNS was not asked")
	}
	if r.Asker == nil {
		sentences = append(sentences, "whether the mailboxes exist: no mail server was asked")
	}
	return sentences
}
