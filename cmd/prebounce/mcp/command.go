package mcp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/prebounce/prebounce/report"
)

// Bounds of what is kept of what a command says, and of what a tool hands on.
const (
	mostOutput = 64 << 20
	mostSaid   = 64 << 10
	mostNotes  = 20
	longest    = 600 // characters of one text
	mostTexts  = 8   // of a list of texts in a result
)

// said is what a command said.
type said struct {
	exit  int
	out   string
	notes []string // complaints and hints
}

// run runs a command, a few at a time.
func (t *tools) run(ctx context.Context, name string, stdin io.Reader, args ...string) (*said, error) {
	select {
	case t.places <- struct{}{}:
		defer func() { <-t.places }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, longestCall)
	defer cancel()
	out, words := &bounded{most: mostOutput}, &bounded{most: mostSaid}
	exit := t.o.Command(ctx, Call{args, name, stdin, out, words})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return &said{exit, out.b.String(), notesOf(words.b.String())}, nil
}

// failed is the error of a command that found nothing out.
func (s *said) failed(what string) error {
	return errors.New(strings.Join(append([]string{what}, s.notes...), "; "))
}

// notesOf are the lines of complaints and hints.
func notesOf(text string) (notes []string) {
	for line := range strings.Lines(text) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "prebounce: ")
		if line != "" && len(notes) < mostNotes {
			notes = append(notes, plain(line))
		}
	}
	return notes
}

// decode reads one JSON value of a command into v, with texts that are safe to show and not too long.
func decode(text string, v any) error {
	var any any
	if err := json.Unmarshal([]byte(text), &any); err != nil {
		return err
	}
	b, err := json.Marshal(safe(any))
	if err != nil {
		return err
	}
	return json.Unmarshal(b, v)
}

// decodeLines reads one JSON value a line.
func decodeLines[T any](text string) (all []T) {
	for line := range strings.Lines(text) {
		var v T
		if decode(line, &v) == nil {
			all = append(all, v)
		}
	}
	return all
}

// safe makes the texts of a JSON value plain, and cuts lists of texts that are too long.
func safe(v any) any {
	switch v := v.(type) {
	case string:
		return plain(v)
	case []any:
		for i := range v {
			v[i] = safe(v[i])
		}
		if len(v) > mostTexts && isText(v[0]) {
			return append(v[:mostTexts], "... and more")
		}
	case map[string]any:
		for key := range v {
			v[key] = safe(v[key])
		}
	}
	return v
}

func isText(v any) bool { _, ok := v.(string); return ok }

// plain is a text without control characters, and not too long.
func plain(text string) string {
	text = report.Plain(text)
	if all := []rune(text); len(all) > longest {
		return string(all[:longest]) + "..."
	}
	return text
}

// bounded keeps the first octets of what is written.
type bounded struct {
	b    bytes.Buffer
	most int
}

func (b *bounded) Write(p []byte) (int, error) {
	b.b.Write(p[:min(len(p), b.most-b.b.Len())])
	return len(p), nil
}
