package batch

import (
	"context"
	"errors"
	"io"

	"github.com/prebounce/prebounce/validate/contacts"
)

// Passed is what [ReadAddresses] found in a list and could not put into a set: text that is no address, and records that
// can't be read. The zero value is nothing.
type Passed struct {
	Count     int64
	FirstLine int    // where the first stands, from 1
	FirstText string // its beginning, as it stands there
}

// firstText bounds the text that is kept, in octets.
const firstText = 60

func (p *Passed) add(block contacts.Block, text []byte) {
	if p.Count++; p.Count == 1 {
		p.FirstLine, p.FirstText = block.Line(), string(text[:min(len(text), firstText)])
	}
}

// ReadAddresses puts every address of a list, CSV or plain, into set, and tells what it passed over.
func ReadAddresses(ctx context.Context, path string, set *AddressSet) (passed Passed, err error) {
	list, err := contacts.Open(ctx, path, contacts.Options{})
	if err != nil {
		return passed, err
	}
	defer list.Close()
	pass, err := list.Pass(ctx)
	if err != nil {
		return passed, err
	}
	var block contacts.Block
	var e eye
	for {
		if block, err = pass.Next(block); errors.Is(err, io.EOF) {
			return passed, nil
		} else if err != nil {
			return passed, err
		}
		e.gather(block, set, &passed)
	}
}

func (e *eye) gather(block contacts.Block, set *AddressSet, passed *Passed) {
	var rec contacts.Record
	for block.Next(&rec) {
		if rec.Kind == contacts.Unreadable {
			passed.add(block, rec.Raw)
			continue
		}
		for _, f := range e.addresses(&rec) {
			if a, fault := e.parser.Parse(view(f.Text)); fault == nil {
				set.Add(a)
			} else {
				passed.add(block, f.Text)
			}
		}
	}
}
