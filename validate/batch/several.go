package batch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/contacts"
)

// NamedSource is one of several lists that are cleaned in one run.
type NamedSource struct {
	Name string // name for people; the folder of its outputs is named after it
	Source
}

// sources are the lists of the run, in the order in which they are read.
func (r *Run) sources() []NamedSource {
	if len(r.Several) > 0 {
		return r.Several
	}
	return []NamedSource{{r.Name, r.Source}}
}

var errNoList = errors.New("there is no list to read: set Source, or Several")

// complete reports what a run can't do without.
func (r *Run) complete() error {
	for _, s := range r.sources() {
		if s.Source == nil {
			return errNoList
		}
	}
	return nil
}

// several reports whether there is more than one list: then each has a folder of outputs.
func (r *Run) several() bool { return len(r.Several) > 1 }

// names are what the lists are called.
func (r *Run) names() (names []string) {
	for _, s := range r.sources() {
		names = append(names, s.Name)
	}
	return names
}

// size is the number of octets that one read of all lists covers.
func (r *Run) size() (n int64) {
	for _, s := range r.sources() {
		n += s.Size()
	}
	return n
}

// listBlock is a block, and which list it is a part of.
type listBlock struct {
	block contacts.Block // until it is done with
	bytes int64
	list  int
	free  *freeBlocks
}

// done lets a block go to whoever reads next, while it is near the processor.
func (b *listBlock) done() {
	b.free.put(b.block)
	b.block = nil
}

// freeBlocks are those to use again, the latest first.
type freeBlocks struct {
	mu     sync.Mutex
	blocks []contacts.Block
}

func (f *freeBlocks) put(b contacts.Block) {
	f.mu.Lock()
	f.blocks = append(f.blocks, b)
	f.mu.Unlock()
}

// take is one that was put, or nil.
func (f *freeBlocks) take() (b contacts.Block) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if last := len(f.blocks) - 1; last >= 0 {
		b, f.blocks = f.blocks[last], f.blocks[:last]
	}
	return b
}

// reading returns what reads all lists, one after the other: each call hands out the following block.
// columns are those to read besides the addresses of a list.
func (r *Run) reading(ctx context.Context, columns func(list int) []int) func(*listBlock) error {
	sources, list := r.sources(), -1
	var pass contacts.Pass
	var free *freeBlocks // of this pass
	return func(b *listBlock) (err error) {
		for {
			if pass != nil {
				if b.block, err = pass.Next(free.take()); err == nil {
					b.bytes, b.list, b.free = b.block.Bytes(), list, free
				}
				if !errors.Is(err, io.EOF) {
					return r.of(list, err)
				}
			}
			if list++; list == len(sources) {
				return io.EOF
			}
			free = new(freeBlocks)
			if pass, err = sources[list].Pass(ctx, columns(list)...); err != nil {
				return r.of(list, err)
			}
		}
	}
}

// of says which list an error is about, if there are several.
func (r *Run) of(list int, err error) error {
	if err == nil || !r.several() {
		return err
	}
	return fmt.Errorf("%s: %w", r.sources()[list].Name, err)
}

// begin notes that the row to come is the first of a list, and of those before it that have no rows.
func (s *survey) begin(list int) {
	for len(s.starts) <= list {
		s.starts = append(s.starts, s.rows)
	}
}

// listOf is the list that a row stands in.
func (s *survey) listOf(row uint32) int {
	return sort.Search(len(s.starts), func(list int) bool { return s.starts[list] > row }) - 1
}

// turn makes a job ready for the rows of its list. It runs alone.
func (s *splitter) turn(j *splitJob) (err error) {
	if j.folder != nil && j.folder.list == j.list {
		return nil
	}
	if j.folder, err = s.out.folder(j.list); err != nil {
		return err
	}
	for i := range j.parts {
		if sink := j.folder.outputs[i].sink; sink != nil {
			j.parts[i] = sink.NewPart()
		}
	}
	j.start, j.end = s.known.survey.starts[j.list], pad(s.out.resultEnd(j.folder.name))
	j.finder.search = s.run.sources()[j.list].NewSearch()
	j.group.turn(j.list)
	return nil
}

// passOn counts a block for its list, and closes the outputs of the list before once they are complete:
// however many lists there are, few of them are open.
func (s *splitter) passOn(j *splitJob) error {
	s.tally.lists[j.list].count(&j.tally)
	before := s.open
	s.open = j.folder
	if before == nil || before == j.folder {
		return nil
	}
	return s.out.closeFolder(before)
}

// rowName is what an earlier row is called beside a row of the job's list: its number, and its list if that
// is another one. It is good until the next call.
func (s *splitter) rowName(j *splitJob, before string, row uint32) string {
	list := s.known.survey.listOf(row)
	j.text = strconv.AppendUint(append(j.text[:0], before...), uint64(row-s.known.survey.starts[list])+1, 10)
	if list != j.list {
		j.text = append(append(j.text, " of "...), s.out.names[list]...)
	}
	return view(j.text)
}

// ListSummary is the result for one of several lists.
type ListSummary struct {
	Name   string     `json:"name"`
	Folder string     `json:"folder"` // folder of its outputs, also its name in results.csv
	Layout ListLayout `json:"layout"`
	Counts
}

// count adds the counts of a block.
func (c *Counts) count(t *tally) {
	for list, rows := range [...]*int64{validate.Clean: &c.Clean, validate.Review: &c.Review,
		validate.Removed: &c.Removed} {
		for _, r := range &t.rows {
			*rows += r[list]
		}
	}
	c.Rejected += t.rejected
	c.Other += t.other
	c.Core += t.core
	c.Held += t.held
	c.Rows = c.Clean + c.Review + c.Removed
	c.Read = c.Rows + c.Rejected + c.Other
}

// ofLists are the summaries of the lists, if there are several.
func (r *Run) ofLists(counts []Counts, folders []string) (out []ListSummary) {
	if !r.several() {
		return nil
	}
	for i, s := range r.sources() {
		out = append(out, ListSummary{s.Name, folders[i], r.layout(s.Layout()), counts[i]})
	}
	return out
}

// sharedLayout is what the layouts of the lists have in common.
func (r *Run) sharedLayout() ListLayout {
	sources := r.sources()
	shared := r.layout(sources[0].Layout())
	for _, s := range sources[1:] {
		l := r.layout(s.Layout())
		for _, of := range [...]struct{ to, from *string }{{&shared.Format, &l.Format}, {&shared.Sheet, &l.Sheet},
			{&shared.Encoding, &l.Encoding}, {&shared.Delimiter, &l.Delimiter}} {
			if *of.to != *of.from {
				*of.to = ""
			}
		}
		if shared.Outputs != l.Outputs {
			shared.Outputs = AnyExtension
		}
		shared.RowsOnly = shared.RowsOnly || l.RowsOnly
		shared.Guessed = shared.Guessed || l.Guessed
		shared.Columns, shared.Left = union(shared.Columns, l.Columns), union(shared.Left, l.Left)
	}
	return shared
}

// AnyExtension stands for extensions that differ between lists.
const AnyExtension = "*"

// mostNamed is how many columns a layout of several lists names.
const mostNamed = 100

func union(all, more []string) []string {
	for _, name := range more {
		if len(all) < mostNamed && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// mostNotes is how many notes on the reading of several lists are told.
const mostNotes = 50

// readingNotes are what the reading of the lists noted. With several, each note says which of them it is about.
func (r *Run) readingNotes(survey *survey) (notes []string) {
	sources := r.sources()
	notesOn := func(list int) []string {
		return append(slices.Clone(sources[list].Layout().Notes), survey.readingOf(list)...)
	}
	if !r.several() {
		return notesOn(0)
	}
	about := map[string][]string{}
	for i, s := range sources {
		for _, note := range notesOn(i) {
			if about[note] == nil && len(notes) < mostNotes {
				notes = append(notes, note)
			}
			about[note] = append(about[note], s.Name)
		}
	}
	for i, note := range notes {
		notes[i] = few(about[note]) + ": " + note
	}
	if more := len(about) - len(notes); more > 0 {
		notes = append(notes, fmt.Sprintf("and %d more notes", more))
	}
	return notes
}

// few names the first of some lists.
func few(names []string) string {
	const shown = 3
	if more := len(names) - shown; more > 1 {
		return strings.Join(names[:shown], ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(names, ", ")
}
