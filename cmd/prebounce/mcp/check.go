package mcp

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Bounds of a call to check.
const (
	mostAddresses  = 100
	longestAddress = 2000
	mostChecked    = 500 // an input may hold several addresses
)

type checkIn struct {
	Addresses []string `json:"addresses" jsonschema:"the addresses to check, 1 to 100"`
	Probe     bool     `json:"probe,omitempty" jsonschema:"ask mail servers, too; the person has to allow it with --probe"`
}

type checkOut struct {
	Results []checked `json:"results" jsonschema:"in the order of the addresses"`
	More    int       `json:"more,omitempty" jsonschema:"how many results were left out"`
	Notes   []string  `json:"notes,omitempty" jsonschema:"what prebounce had to say besides"`
}

// checked is an address as the command check tells of it.
type checked struct {
	Input      string   `json:"input"`
	Address    string   `json:"address,omitempty"`
	Status     string   `json:"status" jsonschema:"deliverable, risky, undeliverable or unknown"`
	Reason     string   `json:"reason"`
	Reasons    []string `json:"reasons" jsonschema:"all that apply, the one that decides first"`
	Detail     string   `json:"detail,omitempty"`
	Sendable   bool     `json:"sendable" jsonschema:"clean would keep it in clean.csv"`
	Suggestion string   `json:"suggestion,omitempty" jsonschema:"the address that may have been meant"`
	Duplicate  int      `json:"duplicate_of,omitempty" jsonschema:"the input with the same mailbox, from 1"`
	Role       string   `json:"role,omitempty"`
	Disposable string   `json:"disposable,omitempty" jsonschema:"none, weak or strong"`
	Operator   string   `json:"operator,omitempty" jsonschema:"who runs the mail servers"`
	MX         []string `json:"mx,omitempty"`
	Reply      *struct {
		Status   string    `json:"status"`
		Host     string    `json:"host,omitempty"`
		Text     string    `json:"text,omitempty"`
		Class    string    `json:"class"`
		CatchAll *bool     `json:"catch_all" jsonschema:"whether the server takes made-up recipients, too; null is not known"`
		Again    time.Time `json:"again,omitzero" jsonschema:"from when asking again may tell more"`
	} `json:"reply,omitempty" jsonschema:"what the mail server said"`
}

// check checks addresses. They go in by standard input, so that none of them becomes a flag.
func (t *tools) check(ctx context.Context, in *checkIn) (*checkOut, error) {
	lines, err := inputLines(in.Addresses)
	if err != nil {
		return nil, err
	}
	if in.Probe && !t.o.Probe {
		return nil, errors.New("mail servers are not asked: the person has to start prebounce mcp with --probe")
	}
	args := append([]string{"check", "--format=jsonl", fmt.Sprintf("--probe=%t", in.Probe)}, t.network()...)
	said, err := t.run(ctx, "", strings.NewReader(lines), append(args, "-")...)
	if err != nil {
		return nil, err
	}
	all := decodeLines[checked](said.out)
	if len(all) == 0 {
		return nil, said.failed("the addresses can't be checked")
	}
	out := &checkOut{Notes: said.notes}
	out.Results, out.More = first(all, mostChecked)
	return out, nil
}

// inputLines writes an address a line.
func inputLines(addresses []string) (string, error) {
	if len(addresses) == 0 || len(addresses) > mostAddresses {
		return "", fmt.Errorf("invalid addresses: want 1 to %d; for more, clean a list", mostAddresses)
	}
	var b strings.Builder
	for _, a := range addresses {
		if a == "" || len(a) > longestAddress || strings.ContainsAny(a, "\r\n") {
			return "", fmt.Errorf("invalid address: want one line of up to %d octets", longestAddress)
		}
		b.WriteString(a + "\n")
	}
	return b.String(), nil
}
