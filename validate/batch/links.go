package batch

// links are those of a block's rows, by their place in the block. nil: none of them has one.
type links []link

// link leads to the first row with the same address or mailbox: one more than that row, perhaps marked as otherSpelling. 0: there is none.
type link uint32

func (l link) row() uint32 { return uint32(l)&^otherSpelling - 1 }
func (l link) same() bool  { return l != 0 && !l.other() }
func (l link) other() bool { return l&otherSpelling != 0 }

func (l links) at(row uint32) link {
	if l == nil {
		return 0
	}
	return l[row]
}

// linksOf returns a window on the links of repeated rows.
func linksOf(d *duplicates) *window[link, linkedRow] {
	return &window[link, linkedRow]{spilled: d.links, per: d.perPartition(), put: putLink}
}

func putLink(l *link, r linkedRow) { *l = link(r.first&^otherSpelling + 1 | r.first&otherSpelling) }
