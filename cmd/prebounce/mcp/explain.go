package mcp

import (
	"context"
	"fmt"
	"strings"
)

// Bounds of a call to explain.
const (
	longestReplies = 256 << 10
	mostExplained  = 50
)

type explainIn struct {
	Text string `json:"text" jsonschema:"SMTP replies, one per line, or a bounce mail, as they came"`
}

type explainOut struct {
	Replies []explained `json:"replies"`
	More    int         `json:"more,omitempty" jsonschema:"how many replies were left out"`
}

// explained is a reply as the command explain tells of it.
type explained struct {
	Reply    string   `json:"reply"`
	Address  string   `json:"address,omitempty" jsonschema:"the recipient, from a bounce mail"`
	Code     int      `json:"code,omitempty"`
	Enhanced string   `json:"enhanced,omitempty"`
	Class    string   `json:"class"`
	Subject  string   `json:"subject" jsonschema:"whom the reply is about"`
	Removes  bool     `json:"removes_contact" jsonschema:"whether the contact should be removed"`
	Operator string   `json:"operator,omitempty"`
	List     string   `json:"block_list,omitempty"`
	Retry    string   `json:"retry"`
	Meaning  string   `json:"meaning"`
	Advice   []string `json:"advice,omitempty"`
}

// explain explains replies. They go in by standard input, so that no text becomes the name of a file.
func (t *tools) explain(ctx context.Context, in *explainIn) (*explainOut, error) {
	if strings.TrimSpace(in.Text) == "" || len(in.Text) > longestReplies {
		return nil, fmt.Errorf("invalid text: want a reply, up to %d octets", longestReplies)
	}
	text := strings.TrimRight(strings.ReplaceAll(in.Text, "\r\n", "\n"), "\n") + "\n"
	said, err := t.run(ctx, "", strings.NewReader(text), "explain", "--format=jsonl", "-")
	if err != nil {
		return nil, err
	}
	all := decodeLines[explained](said.out)
	if len(all) == 0 {
		return nil, said.failed("no reply was found in it")
	}
	out := &explainOut{}
	out.Replies, out.More = first(all, mostExplained)
	return out, nil
}
