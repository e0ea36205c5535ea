package spool

// Links are those of a block's rows, by their place in the block. nil: none of them has one.
type Links []Link

// Link leads to the first row with the same address or mailbox. The zero value leads nowhere.
type Link uint32 // one more than the row, perhaps marked as otherSpelling

// Row is the row that the link leads to.
func (l Link) Row() uint32 { return uint32(l)&^OtherSpelling - 1 }

// Same reports whether that row has the same address.
func (l Link) Same() bool { return l != 0 && !l.Other() }

// Other reports whether that row has the same mailbox in another spelling.
func (l Link) Other() bool { return l&OtherSpelling != 0 }

// At is the link of a row of the block.
func (l Links) At(row uint32) Link {
	if l == nil {
		return 0
	}
	return l[row]
}

// LinkWindow reads the links of repeated rows.
type LinkWindow = Window[Link, linkedRow]

// Links returns a window on the links of repeated rows. It is for after the search.
func (d *Duplicates) Links() *LinkWindow { return NewWindow(d.links, d.rows, putLink) }

func putLink(l *Link, r linkedRow) { *l = Link(r.first&^OtherSpelling + 1 | r.first&OtherSpelling) }

// About is the row that the link is of.
func (r linkedRow) About() uint32 { return r.row }
