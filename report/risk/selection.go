package risk

// selection is a set of rows: some of those that were settled, and some rows of each segment. The list as it is,
// the cleaned list, the core and every category are selections.
type selection struct {
	settled [numStates]float64
	parts   []part
}

// part is some rows of one segment. Tilt is the chance of these rows against the segment's average.
type part struct {
	segment int
	rows    counts
	tilt    float64
}

// chance is that of a row of the part, from the one of its segment's average row. A refusal says the same of any row.
func (p *part) chance(g group, average float64) float64 {
	if g == dead {
		return average
	}
	return min(1, p.tilt*average)
}

// slope is how fast that chance moves with theta.
func (p *part) slope(g group, l *segmentPosterior) float64 {
	if g == dead {
		return l.d[g]
	}
	return p.tilt * l.d[g]
}

// everything selects the list as it is.
func everything(t *Tally, segs []*segment) selection {
	sel := selection{}
	for state := soundState + 1; state.scored(); state++ {
		sel.settled[state] = float64(t.states[state])
	}
	for i, s := range segs {
		sel.parts = append(sel.parts, part{i, s.rows, 1})
	}
	return sel
}

// rows is the number of rows selected.
func (s *selection) rows() float64 {
	n := 0.0
	for _, x := range s.settled {
		n += x
	}
	for i := range s.parts {
		n += s.parts[i].rows.total()
	}
	return n
}

// settledRow says which parameter holds the chance of a settled row.
var settledRow = [numStates]param{
	syntaxState: pSyntax, deadState: pDeadDomain, failedState: pDNSFailed, typoState: pTypo, bouncedState: pPastBounce,
}

// expected is the number of bounces to expect of a selection, with the systematic part at its centre.
func (f *fit) expected(sel *selection) float64 { return f.expect(sel, f.mean) }

// expect is the number of bounces to expect of a selection, given the chance of each segment's groups.
func (f *fit) expect(sel *selection, mean []counts) float64 {
	sum := 0.0
	for state, n := range sel.settled {
		if n > 0 {
			sum += n * f.par.get(settledRow[state])
		}
	}
	for i := range sel.parts {
		p := &sel.parts[i]
		for g, n := range p.rows {
			sum += n * p.chance(group(g), mean[p.segment][g])
		}
	}
	return sum
}
