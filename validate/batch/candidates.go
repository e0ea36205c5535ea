package batch

import (
	"context"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch/spool"
	"github.com/prebounce/prebounce/validate/contacts"
)

// gatherer reads the list for the addresses that mail hosts are to be asked about. Everything but work runs alone.
type gatherer struct {
	run   *Run
	known *lookedUp
	links *spool.LinkWindow
	next  int // the block to come
	found []candidate
}

// gatherJob is one block on its way.
type gatherJob struct {
	listBlock
	info   surveyedBlock
	links  spool.Links
	trail  blockNotes
	found  []candidate
	finder addressFinder

	searched int // the list that the eye looks around in
}

// candidates are the rows that nothing decides but the mail host: to be sent or looked at, not met before, of
// a domain that takes mail.
func (r *Run) candidates(ctx context.Context, l *lookedUp) ([]candidate, error) {
	g := &gatherer{run: r, known: l, links: l.survey.same.Links()}
	read := r.reading(ctx, func(int) []int { return nil })
	next := func(j *gatherJob) (err error) {
		if err = read(&j.listBlock); err != nil {
			return err
		}
		j.info = g.known.survey.blocks[g.next]
		g.next++
		if j.searched != j.list || j.finder.search == nil {
			j.searched, j.finder.search = j.list, r.sources()[j.list].NewSearch()
		}
		j.links, err = g.links.Of(j.info.firstRow, j.info.rows, j.links)
		return err
	}
	err := spool.InOrder(ctx, r.workers(), func() *gatherJob { return &gatherJob{finder: addressFinder{run: r}} },
		next, g.work, g.commit)
	return g.found, err
}

func (g *gatherer) work(j *gatherJob) error {
	defer j.done()
	j.found = j.found[:0]
	if err := g.known.survey.readTrail(&j.trail, j.info, false); err != nil {
		return err
	}
	var rec contacts.Record
	for row := uint32(0); j.block.Next(&rec); {
		if rec.Kind != contacts.Row {
			continue
		}
		n := j.trail.notes[row]
		if j.links.At(row) == 0 && g.open(n) {
			j.add(&rec, n, j.info.firstRow+row)
		}
		row++
	}
	return nil
}

// open reports whether a mail host could still change what becomes of a row.
func (g *gatherer) open(n rowNote) bool {
	id := n.domain()
	if id == 0 || n&settled != 0 || g.known.mails[id-1] == nil {
		return false
	}
	return g.run.Policy.List(g.run.Policy.Judge(n.reason().Set()|g.known.facts[id-1].reasons)) != validate.Removed
}

func (j *gatherJob) add(rec *contacts.Record, n rowNote, row uint32) {
	found := j.finder.addresses(rec)
	if len(found) == 0 {
		return
	}
	if a, err := validate.Parse(string(found[0].Text)); err == nil {
		j.found = append(j.found, candidate{note: n, row: row, domain: n.domain(), address: a})
	}
}

func (g *gatherer) commit(j *gatherJob) error {
	g.found = append(g.found, j.found...)
	g.run.progress(Gather, j.bytes)
	return nil
}
