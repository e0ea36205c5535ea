package mcp

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"
)

// Bounds of a call to plan.
const (
	largestList   = 4 << 30
	mostOperators = 20
)

type planIn struct {
	List   string `json:"list" jsonschema:"path of the list, below a folder that the person named"`
	Column string `json:"column,omitempty" jsonschema:"name or number of the address column, if it is not found"`
	All    bool   `json:"all,omitempty" jsonschema:"plan to ask about every undecided address, not a sample"`
}

type planOut struct {
	Questions int        `json:"questions" jsonschema:"addresses to ask about"`
	RCPTs     int        `json:"rcpts" jsonschema:"RCPT commands at most"`
	Sessions  int        `json:"sessions" jsonschema:"connections at least"`
	Seconds   int64      `json:"seconds" jsonschema:"at least, at the polite pace"`
	Sample    bool       `json:"sample" jsonschema:"it is the first round of a sample"`
	Operators []operator `json:"operators"`
	More      int        `json:"more,omitempty" jsonschema:"how many operators were left out"`
	Notes     []string   `json:"notes,omitempty"`
}

type operator struct {
	Operator  string `json:"operator"`
	Questions int    `json:"questions"`
	Domains   int    `json:"domains"`
	RCPTs     int    `json:"rcpts"`
	Undecided string `json:"undecided,omitempty" jsonschema:"why asking it decides little or nothing"`
	Ask       bool   `json:"ask" jsonschema:"it would be asked"`
}

// plan plans what asking would take. The list goes in by standard input, so the command opens no path.
func (t *tools) plan(ctx context.Context, in *planIn) (*planOut, error) {
	list, err := t.folders.open(in.List)
	if err != nil {
		return nil, err
	}
	defer list.Close()
	at, err := list.Stat()
	if err != nil || at.Size() > largestList {
		return nil, fmt.Errorf("the list is too large: run prebounce clean --plan on it")
	}
	nowhere, err := os.MkdirTemp("", "prebounce-plan-*") // the command wants a place, and writes nothing
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(nowhere)
	args, err := planArgs(in)
	if err != nil {
		return nil, err
	}
	args = append(append(args, "--out="+filepath.Join(nowhere, "out")), t.network()...)
	said, err := t.run(ctx, filepath.Base(in.List), io.LimitReader(list, largestList), append(args, "-")...)
	if err != nil {
		return nil, err
	}
	return planned(said)
}

func planArgs(in *planIn) ([]string, error) {
	if len(in.Column) > 300 || strings.IndexFunc(in.Column, unicode.IsControl) >= 0 {
		return nil, fmt.Errorf("invalid column: %q", plain(in.Column))
	}
	args := []string{"clean", "--quiet", "--plan", "--json", fmt.Sprintf("--probe=%t", !in.All),
		fmt.Sprintf("--probe-all=%t", in.All)}
	if in.Column != "" {
		args = append(args, "--column="+in.Column)
	}
	return args, nil
}

func planned(said *said) (*planOut, error) {
	out, more := &planOut{}, struct {
		Takes time.Duration `json:"takes_ns"`
	}{}
	if decode(said.out, out) != nil || decode(said.out, &more) != nil {
		return nil, said.failed("there is no plan")
	}
	out.Seconds, out.Notes = int64(more.Takes.Seconds()), said.notes
	out.Operators, out.More = first(out.Operators, mostOperators)
	return out, nil
}
