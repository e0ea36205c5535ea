package batch

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch/spool"
)

// commit takes in what the rows of a block say, the first of which has this number.
func (s *statements) commit(list int, b *blockStatements, rows []surveyedRow, first uint32) error {
	if s == nil {
		return nil
	}
	here := &s.lists[list]
	for i := range here.columns {
		s.sources[here.columns[i]].fit.Plus(b.fits[i])
	}
	for _, u := range b.unknown {
		s.sources[u.source].wonder(u.text)
	}
	for i := range b.said {
		said := &b.said[i]
		mailbox := b.mailbox(said.at, rows)
		if mailbox == 0 {
			continue // there is no address, or nobody knows whose it is
		}
		if err := s.add(said, mailbox, first+uint32(said.at), s.sources[said.source].number(said.text)); err != nil {
			return err
		}
	}
	if err := s.addAstray(b, first); err != nil {
		return err
	}
	return s.addFurther(b, rows, first)
}

// mailbox is that of a row, even if its address stands in another column.
func (b *blockStatements) mailbox(at int, rows []surveyedRow) uint64 {
	if m := rows[at].mailbox; m != 0 {
		return m
	}
	i, ok := slices.BinarySearchFunc(b.astray, at, func(f furtherAddress, at int) int { return cmp.Compare(f.at, at) })
	if !ok {
		return 0
	}
	return b.astray[i].mailbox
}

// add keeps what a row says of a mailbox.
func (s *statements) add(said *rowStatement, mailbox uint64, row uint32, value uint8) error {
	e := statement{mailbox: mailbox, row: row, source: uint16(said.source), reason: said.reason, value: value}
	return s.entries.Add(spool.PartitionOf(mailbox), e)
}

// addAstray keeps the addresses of rows that have them in another column: what is said of them elsewhere counts for
// their row.
func (s *statements) addAstray(b *blockStatements, first uint32) error {
	for _, f := range b.astray {
		if err := s.further.Add(spool.PartitionOf(f.mailbox), statement{mailbox: f.mailbox, row: first + uint32(f.at),
			value: ofAstray}); err != nil {
			return err
		}
	}
	return nil
}

// addFurther keeps the further addresses of rows: what their row says of the person holds for them too, and what is
// said of them elsewhere counts for their row. A recorded bounce is that of the first address.
func (s *statements) addFurther(b *blockStatements, rows []surveyedRow, first uint32) error {
	for _, f := range b.further {
		row := first + uint32(f.at)
		for i := range b.said {
			if said := &b.said[i]; said.at == f.at && personal.Has(validate.Reason(said.reason&reasonBits)) &&
				f.mailbox != rows[f.at].mailbox {
				if err := s.add(said, f.mailbox, row, ofFurther); err != nil {
					return err
				}
			}
		}
		if err := s.further.Add(spool.PartitionOf(f.mailbox), statement{mailbox: f.mailbox, row: row}); err != nil {
			return err
		}
	}
	return nil
}

// number is that of a text of the source, from 1; 0 where there are too many.
func (c *statedSource) number(text string) uint8 {
	if n := c.values[text]; n > 0 || text == "" || len(c.texts) == mostTexts {
		return n
	}
	if c.values == nil {
		c.values = map[string]uint8{}
	}
	c.texts = append(c.texts, text)
	c.values[text] = uint8(len(c.texts))
	return uint8(len(c.texts))
}

// wonder keeps some of the values that nobody understands.
func (c *statedSource) wonder(text string) {
	if text != "" && len(c.unknown) < mostUnknown && !slices.Contains(c.unknown, text) {
		c.unknown = append(c.unknown, text)
	}
}

// quoted lists values for people.
func quoted(values []string) string {
	if len(values) == 0 {
		return "too long, or of many kinds"
	}
	var all []string
	for _, v := range values {
		all = append(all, fmt.Sprintf("%q", v))
	}
	return strings.Join(all, ", ")
}
