package sandbox

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// readDots reads a message to the line with a single dot that ends it, and returns its octets as they were
// sent, but for the dots that were added (RFC 5321 §4.5.2). A bare LF stays one, so that the doctor finds it.
// Of a message that is larger than size, as much again and three times more is read and thrown away.
func readDots(in *bufio.Reader, size int) ([]byte, error) {
	var text []byte
	read, whole := 0, true // the next piece begins a line
	for {
		piece, err := in.ReadSlice('\n')
		ended := err == nil
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return nil, unexpected(err)
		}
		if whole && ended && string(bytes.TrimRight(piece, "\r\n")) == "." {
			break
		}
		read += len(piece)
		if whole && piece[0] == '.' {
			piece = piece[1:]
		}
		if read <= size {
			text = append(text, piece...)
		}
		if read > 5*size {
			return nil, io.ErrShortBuffer
		}
		whole = ended
	}
	if read > size {
		return nil, errTooBig
	}
	return text, nil
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
