// Package bounces reads what sending services and mail servers say became of a send: the exports of a dozen
// services as CSV and JSON, mail logs, bounce mails and plain lists.
//
// A service's own word for a bounce is seldom what it seems: some call a blocked sender a hard bounce, most
// answer for an address that they didn't even try. So where a record holds the mail host's reply,
// [reply.Classify] reads that; only a record without one is read by its label, whose documented meaning
// stands in one table with its source.
package bounces

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/prebounce/prebounce/validate/contacts"
	"github.com/prebounce/prebounce/validate/reply"
)

// Fate is what became of a message, as far as it tells of the mailbox. Of several fates of one address the
// greatest counts.
type Fate uint8

const (
	Untold     Fate = iota // nothing about the mailbox: our reputation, the message, passing trouble, or nobody knows
	Untried                // the service knew better and didn't send: old knowledge, not news
	Alive                  // taken, or the mailbox is there and full
	DeadDomain             // the domain takes no mail
	Dead                   // there is no such mailbox, or no more
	numFates
)

var fateNames = [numFates]string{"untold", "untried", "alive", "dead_domain", "dead"}

func (f Fate) String() string {
	if int(f) >= len(fateNames) {
		return fmt.Sprintf("fate(%d)", uint8(f))
	}
	return fateNames[f]
}

// Hard reports whether the message bounced hard.
func (f Fate) Hard() bool { return f >= DeadDomain }

// Event is one record about one recipient.
type Event struct {
	Address string
	At      time.Time // zero: the record doesn't say
	Fate    Fate
	Full    bool   // Alive, because the mailbox is there and full
	Rule    string // what decided: a row of the reply's rules, or "label:" and the service's word
	Format  string // how the record was recognised: a name of [Formats], or "log, mail or list"

	unclear bool // the word that decided is none that a mapping knows
	at      int  // the line or record
}

// ErrNoRecords reports that an export holds nothing that tells of a send: it is empty, or something else, such as a web
// page.
var ErrNoRecords = errors.New("it holds no record of a send")

// Read reads one export. It tells its format from what it begins with; a mapping, if there is one, says instead where
// the columns are. The stream is read once, with bounded memory. An error ends the sequence: [ErrNoRecords] if there was
// nothing to read, an [*UnknownError] for a table of no known format. Single lines that are not understood are passed
// over; [ReadCounted] counts them, and leaves it to its caller whether no record is an error.
func Read(r io.Reader, m *Mapping) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		var n Count
		for e, err := range ReadCounted(r, m, &n) {
			if !yield(e, err) || err != nil {
				return
			}
		}
		if n.empty() {
			yield(Event{}, ErrNoRecords)
		}
	}
}

// ReadCounted is [Read] that also says what it found, in n.
func ReadCounted(r io.Reader, m *Mapping, n *Count) iter.Seq2[Event, error] {
	return readText(r, m, n, false)
}

// ReadFound is [ReadCounted] for a file that was found in a folder, and that nobody called a record of
// bounces. There, a list of addresses without a word on why may be any list: it counts as not understood.
func ReadFound(r io.Reader, m *Mapping, n *Count) iter.Seq2[Event, error] {
	return readText(r, m, n, true)
}

func readText(r io.Reader, m *Mapping, n *Count, found bool) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		b, err := unwrapped(r)
		if err != nil {
			yield(Event{}, err)
			return
		}
		read, err := readerOf(b, m, n, found)
		if err == nil {
			err = read(func(e Event) bool { n.add(&e); return yield(e, nil) })
		}
		if err != nil {
			yield(Event{}, err)
		}
	}
}

// reader hands on events until it is told to stop.
type reader func(yield func(Event) bool) error

// plain is what [reply.ReadBounces] knows: logs, bounce mails and plain lists.
const plain = "log, mail or list"

func readPlain(b *bufio.Reader, n *Count, found bool) reader {
	n.Format = plain
	return func(yield func(Event) bool) error {
		for bounce, err := range reply.ReadBounces(b, n.Pass) {
			if err != nil {
				return err
			}
			if found && bounce.Listed() {
				n.Pass(bounce.Line)
				continue
			}
			class := bounce.Finding.Class
			e := Event{Address: addressOf(bounce.Address), Fate: fateOf(class), Full: class == reply.MailboxFull,
				Rule: bounce.Finding.Rule, Format: plain}
			if e.Address != "" && !yield(e) {
				return nil
			}
		}
		return nil
	}
}

// classFates says what each class of replies tells of the mailbox.
var classFates = map[reply.Class]Fate{
	reply.Accepted:        Alive,
	reply.MailboxFull:     Alive,
	reply.MailboxUnknown:  Dead,
	reply.MailboxDisabled: Dead,
	reply.MailboxMoved:    Dead,
	reply.DomainProblem:   DeadDomain,
	reply.Suppressed:      Untried,
}

func fateOf(c reply.Class) Fate { return classFates[c] }

// addressOf takes the first address out of a cell, "" if there is none.
func addressOf(cell string) string {
	if len(cell) > longestAddress {
		return ""
	}
	for _, f := range contacts.Addresses(nil, []byte(cell)) {
		if bytes.IndexByte(f.Text, '@') > 0 {
			return string(f.Text)
		}
	}
	return ""
}

// longestAddress is how many octets a cell with an address and a name may have.
const longestAddress = 1 << 10
