package compare

import (
	"bufio"
	"encoding/binary"
	"io"

	"github.com/prebounce/prebounce/validate/batch"
)

// texts are the cells of a result in the order of results.csv.
func texts(r *batch.Result) [15]*string {
	return [...]*string{&r.Address, &r.Status, &r.Reason, &r.List, &r.Detail, &r.Suggestion, &r.Operator, &r.MX,
		&r.SMTPCode, &r.EnhancedCode, &r.SMTPText, &r.CheckedAt, &r.PBounce, &r.PBasis, &r.File}
}

// appendResult appends a result as the sorter keeps it: its mailbox, its row and its cells, each text after its length.
func appendResult(b []byte, r *batch.Result) []byte {
	b = appendText(b, Mailbox(r.Address))
	b = binary.AppendVarint(b, int64(r.Row))
	b = append(b, flags(r))
	for _, cell := range texts(r) {
		b = appendText(b, *cell)
	}
	return b
}

func flags(r *batch.Result) byte {
	if r.Braked {
		return 1
	}
	return 0
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// mailboxAt is the mailbox of the result that b begins with.
func mailboxAt(b []byte) []byte {
	n, size := binary.Uvarint(b)
	return b[size : size+int(n)]
}

func readResult(from *bufio.Reader) (mailbox string, r batch.Result, err error) {
	if mailbox, err = readText(from); err != nil {
		return "", r, err
	}
	row, err := binary.ReadVarint(from)
	r.Row = int(row)
	if err == nil {
		var flags byte
		flags, err = from.ReadByte()
		r.Braked = flags != 0
	}
	for _, cell := range texts(&r) {
		if err == nil {
			*cell, err = readText(from)
		}
	}
	return mailbox, r, err
}

func readText(from *bufio.Reader) (string, error) {
	n, err := binary.ReadUvarint(from)
	if err != nil || n == 0 {
		return "", err
	}
	b := make([]byte, n)
	_, err = io.ReadFull(from, b)
	return string(b), err
}
