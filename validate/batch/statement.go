package batch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch/spool"
	"github.com/prebounce/prebounce/validate/contacts"
	"github.com/prebounce/prebounce/validate/exports"
)

// StatusColumns selects the columns that state whether a contact may be mailed.
type StatusColumns struct {
	// Names of columns, or their numbers from 1, that tell it beside those that are recognised. What a named column
	// says is not doubted for its share of the list. FileName stands for the names of the files.
	Names []string
	// Off leaves out whatever columns and names of files say.
	Off bool
	// KeepOptedOut confirms that contacts who opted out, or complained, are to be mailed all the same.
	KeepOptedOut bool
}

// FileName is a value for StatusColumns.Names. It stands for what the file names say.
const FileName = "filename"

// statements are what the lists themselves say of their contacts, of all lists together. A nil one says nothing.
type statements struct {
	run     *Run
	sources []statedSource  // by number
	lists   []listStatement // by list
	systems []*exports.System

	entries *spool.Spill[statement]
	further *spool.Spill[statement]   // further addresses of rows
	links   []*spool.Spill[statedRow] // one for each worker of the search
	rows    uint32                    // of all lists
	barred  int64                     // rows that lose their place in clean, and no named column says so
	pulled  bool                      // that is beyond belief: these rows go to review
}

// listStatement is where one list says something.
type listStatement struct {
	first   int   // number of its first source
	columns []int // numbers of the sources that are columns
	reads   []int // the indexes of the columns to read, ascending
	whole   int   // number of the source that is the file's name; -1: none

	verdicts []*exports.Column // what other verifiers left
	checked  exports.Checked   // when they looked
}

// statedSource is a column of one list, or the name of its file.
type statedSource struct {
	list    int
	column  *exports.Column // nil: the file's name
	whole   exports.Meaning
	system  *exports.System
	mark    exports.Mark
	from    string // the source for that meaning
	name    string // of the column, for people
	named   bool
	decides bool

	fit     exports.Fit
	values  map[string]uint8 // numbers of texts, from 1
	texts   []string
	unknown []string // values that nobody understands
	said    [reasons]int64
}

// statement is what one row says of its mailbox.
type statement struct {
	mailbox uint64
	row     uint32
	source  uint16
	reason  uint8 // a validate.Reason with flags
	value   uint8 // the number of the text
}

// statedRow is what is said of a row: by the row itself, or by another one with the same mailbox.
type statedRow struct {
	row, by uint32
	source  uint16
	reason  uint8
	value   uint8
}

// Flags of a reason.
const (
	cappedReason = 1 << 6 // for review at most
	neverAsked   = 1 << 7 // the "no" may mean that nobody was asked
)

func (s statedRow) of() validate.Reason { return validate.Reason(s.reason & reasonBits) }

// About is the row that something is said of.
func (s statedRow) About() uint32 { return s.row }

func (s statedRow) capped() bool { return s.reason&cappedReason != 0 }

// Bounds of what is kept for people.
const (
	mostTexts    = 250
	ofAstray     = 254 // the row has its only address in another column
	ofFurther    = 255 // in place of a text's number: the row states it of an address behind its first
	longestSaid  = 40  // octets of a value
	mostUnknown  = 5
	sampledRows  = 200
	sampledCell  = 256
	mostSources  = 1<<16 - 1
	statementsIn = 256 // entries of each partition that stay in memory
)

// statements looks at the beginning of each list for what says something. It returns nil if nothing does.
func (r *Run) statements(ctx context.Context) (*statements, error) {
	s := &statements{run: r}
	for list, source := range r.sources() {
		e, err := r.understand(ctx, source)
		if err != nil {
			return nil, r.of(list, err)
		}
		s.take(list, source.Layout(), e)
	}
	if err := s.lacking(); err != nil {
		return nil, err
	}
	if len(s.sources) == 0 && len(s.systems) == 0 {
		return nil, nil
	}
	s.entries = spool.NewSpill[statement](r.temporary(), statementsIn)
	s.further = spool.NewSpill[statement](r.temporary(), statementsIn)
	return s, nil
}

// Understand reads the beginning of a list and returns what its columns say about its contacts.
func Understand(ctx context.Context, source NamedSource) (*exports.Export, error) {
	if source.Source == nil {
		return nil, errNoList
	}
	return (&Run{}).understand(ctx, source)
}

// understand reads the beginning of a list.
func (r *Run) understand(ctx context.Context, source NamedSource) (*exports.Export, error) {
	l := source.Layout()
	width := max(l.Width, len(l.Names))
	taken := map[int]bool{}
	for _, c := range l.Columns {
		taken[c.Index] = true
	}
	sample := exports.Sample{File: source.Name, Names: l.Names, Width: width, Changed: l.Written,
		Skip: func(i int) bool { return taken[i] }}
	if width > len(l.Columns) {
		cells, err := beginning(ctx, source, width)
		if err != nil {
			return nil, err
		}
		sample.Cells = func(i int) []string { return cells[i] }
	} else {
		sample.Cells = func(int) []string { return nil }
	}
	var named []int
	for _, want := range r.Status.Names {
		named = append(named, l.ColumnOf(want))
	}
	sample.Named = func(i int) bool { return slices.Contains(named, i) }
	return exports.Read(sample), nil
}

// beginning returns the first cells of each column.
func beginning(ctx context.Context, source NamedSource, width int) ([][]string, error) {
	columns := make([]int, width)
	for i := range columns {
		columns[i] = i
	}
	cells := make([][]string, width)
	pass, err := source.Pass(ctx, columns...)
	if err != nil {
		return nil, err
	}
	block, err := pass.Next(nil)
	if errors.Is(err, io.EOF) {
		return cells, nil
	} else if err != nil {
		return nil, err
	}
	var rec contacts.Record
	for rows := 0; rows < sampledRows && block.Next(&rec); {
		if rec.Kind != contacts.Row {
			continue
		}
		for i, cell := range rec.Extra {
			cells[i] = append(cells[i], string(cell[:min(len(cell), sampledCell)]))
		}
		rows++
	}
	return cells, nil
}

// take takes in what a list says.
func (s *statements) take(list int, l *contacts.Layout, e *exports.Export) {
	here := listStatement{first: len(s.sources), whole: -1}
	for _, system := range e.Systems {
		if !slices.Contains(s.systems, system) {
			s.systems = append(s.systems, system)
		}
	}
	here.checked = e.Checked
	if here.verdicts = slices.Collect(e.Verdicts()); len(here.verdicts) > 0 && e.Checked.Column >= 0 {
		here.reads = append(here.reads, e.Checked.Column)
	}
	for c := range e.Speaking() {
		if len(s.sources) == mostSources {
			break
		}
		name := columnName(l, contacts.Column{Index: c.Index, Name: c.Name})
		here.columns = append(here.columns, len(s.sources))
		here.reads = append(here.reads, c.Index)
		if c.Later >= 0 {
			here.reads = append(here.reads, c.Later)
		}
		s.sources = append(s.sources, statedSource{list: list, column: c, system: c.System, mark: c.Mark,
			from: c.Source, name: name, named: c.Named})
	}
	if e.Whole.Speaks() {
		named := slices.Contains(s.run.Status.Names, FileName)
		e.Whole.Review = e.Whole.Review && !named
		here.whole = len(s.sources)
		s.sources = append(s.sources, statedSource{list: list, whole: e.Whole, system: e.WholeSystem,
			mark: e.WholeMark, from: e.WholeSource,
			name: s.run.sources()[list].Name, named: named, decides: true})
	}
	slices.Sort(here.reads)
	here.reads = slices.Compact(here.reads)
	s.lists = append(s.lists, here)
}

// lacking is an error about a named column that none of the lists has.
func (s *statements) lacking() error {
	for _, want := range s.run.Status.Names {
		if want == FileName {
			continue
		}
		found := slices.ContainsFunc(s.run.sources(),
			func(source NamedSource) bool { return source.Layout().ColumnOf(want) >= 0 })
		if !found {
			return &statusError{Why: fmt.Sprintf("no list has a column %q", want)}
		}
	}
	return nil
}

// statusError says what is wrong with the column that the person named for a status.
type statusError struct{ Why string }

func (e *statusError) Error() string { return "invalid status column: " + e.Why }

// KeptError reports that contacts who opted out would be mailed.
type KeptError struct {
	Rows    int64
	Columns []string
}

func (e *KeptError) Error() string {
	return fmt.Sprintf("%s of contacts who opted out, complained or bounced would be mailed (%s)", rowCount(e.Rows),
		few(e.Columns))
}

// verified reports whether another verifier looked at any list.
func (s *statements) verified() bool {
	return s != nil && slices.ContainsFunc(s.lists, func(l listStatement) bool { return len(l.verdicts) > 0 })
}

// reads are the columns of a list to read for what they say.
func (s *statements) reads(list int) []int {
	if s == nil {
		return nil
	}
	return s.lists[list].reads
}

func (s *statements) close() {
	if s == nil {
		return
	}
	s.entries.Close()
	s.further.Close()
	for _, l := range s.links {
		l.Close()
	}
}

// settle decides, once all cells were read, which columns count.
func (s *statements) settle() error {
	for i := range s.sources {
		c := &s.sources[i]
		if c.column == nil {
			continue
		}
		c.decides = c.column.Decides(c.fit)
		if c.named && !c.decides && c.fit.Filled > 0 {
			return &statusError{Why: fmt.Sprintf("column %q has unknown values: %s", c.name, quoted(c.unknown))}
		}
	}
	return nil
}

// byMailbox orders statements about one mailbox.
func byMailbox(a, b statement) int {
	return cmp.Or(cmp.Compare(a.mailbox, b.mailbox), cmp.Compare(a.row, b.row), cmp.Compare(a.source, b.source))
}
