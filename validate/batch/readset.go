package batch

import (
	"context"
	"errors"
	"io"

	"github.com/prebounce/prebounce/validate/contacts"
)

// ReadAddresses puts every address of a list, CSV or plain, into set.
func ReadAddresses(ctx context.Context, path string, set *AddressSet) error {
	list, err := contacts.Open(ctx, path, contacts.Options{})
	if err != nil {
		return err
	}
	defer list.Close()
	pass, err := list.Pass(ctx)
	if err != nil {
		return err
	}
	var block contacts.Block
	var e eye
	for {
		if block, err = pass.Next(block); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		e.gather(block, set)
	}
}

func (e *eye) gather(block contacts.Block, set *AddressSet) {
	var rec contacts.Record
	for block.Next(&rec) {
		for _, f := range e.addresses(&rec) {
			if a, fault := e.parser.Parse(view(f.Text)); fault == nil {
				set.Add(&a)
			}
		}
	}
}
