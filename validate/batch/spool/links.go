package spool

// Links holds the links of a block's rows, by their position in the block. A nil Links has none.
type Links []Link

// Link points to the first row with the same address or mailbox. The zero value points nowhere.
type Link uint32 // one more than the row, perhaps marked as OtherSpelling

// Row returns the row that the link points to.
func (l Link) Row() uint32 { return uint32(l)&^OtherSpelling - 1 }

// Same reports whether that row has the same address.
func (l Link) Same() bool { return l != 0 && !l.Other() }

// Other reports whether that row has another spelling of the same mailbox.
func (l Link) Other() bool { return l&OtherSpelling != 0 }

// At returns the link of a row of the block.
func (l Links) At(row uint32) Link {
	if l == nil {
		return 0
	}
	return l[row]
}

// LinkWindow reads the links of repeated rows.
type LinkWindow = Window[Link, linkedRow]

// Links returns a window on the links of repeated rows. Call it after Search.
func (d *Duplicates) Links() *LinkWindow { return NewWindow(d.links, d.rows, putLink) }

func putLink(l *Link, r linkedRow) { *l = Link(r.first&^OtherSpelling + 1 | r.first&OtherSpelling) }

// About is the row that the link is of.
func (r linkedRow) About() uint32 { return r.row }
