package contacts_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/prebounce/prebounce/validate/contacts"
)

// Keep the rows that hold an address, as the bytes they were, and say where the others stand.
func Example() {
	list := "Name;E-Mail\nAnn;ann@there.example\nBob;n/a\n\"Doe, Jo\";Jo <jo@there.example>\n"
	l, err := contacts.Open(context.Background(), "-", contacts.Options{Stdin: strings.NewReader(list)})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer l.Close()
	fmt.Println("the addresses are in", l.Layout().Columns[0])

	pass, err := l.Pass(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	sink, err := l.NewSink(os.Stdout, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	var rec contacts.Record
	var found []contacts.Found
	part := sink.NewPart()
	for {
		block, err := pass.Next(nil)
		if err == io.EOF {
			break
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		for block.Next(&rec) {
			if rec.Kind == contacts.Row {
				found = contacts.Addresses(found[:0], rec.Cells[0])
				if len(found) == 0 {
					fmt.Println("no address on line", block.Line())
					continue
				}
			}
			part.Keep(&rec)
		}
		sink.Write(part)
		part.Reset()
	}

	// Output:
	// the addresses are in "E-Mail"
	// no address on line 3
	// Name;E-Mail
	// Ann;ann@there.example
	// "Doe, Jo";Jo <jo@there.example>
}
