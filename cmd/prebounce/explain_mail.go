package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/validate/reply"
)

// mostPasted is how much of a pasted bounce or of one mail is read.
const mostPasted = 1 << 20

// namesFile reports whether an argument names a file or a folder: no reply is called like one.
func namesFile(arg string) bool {
	info, err := os.Stat(arg)
	return err == nil && (info.Mode().IsRegular() || info.IsDir())
}

// holdsBounces reports whether an argument is a file of a bounce mail, an mbox or a log, or a Maildir.
func holdsBounces(arg string) bool {
	if !namesFile(arg) {
		return false
	}
	switch strings.ToLower(filepath.Ext(arg)) {
	case ".eml", ".mbox", ".log":
		return true
	}
	f, err := os.Open(arg)
	if err != nil || isMaildir(arg) {
		return err == nil
	}
	defer f.Close()
	head, _ := io.ReadAll(io.LimitReader(f, maxReplyLine)) // a folder can't be read, and holds lists as likely as mails
	first, _, _ := strings.Cut(string(head), "\n")
	_, isLog := reply.LogLine(first)
	return reply.IsMail(head) || reply.IsNotice(head) || isLog
}

// explainArgument explains one argument: a reply, a file of bounces, or a bounce mail pasted whole.
func (e *explain) explainArgument(c *cobra.Command, arg string, yield func(explained, error) bool) bool {
	switch {
	case namesFile(arg):
		return e.explainFile(c, arg, yield)
	case strings.Contains(strings.TrimSpace(arg), "\n") && (reply.IsMail([]byte(arg)) || reply.IsNotice([]byte(arg))):
		return e.explainMail(c, "the text", []byte(arg), yield)
	}
	return yield(explainText(arg), nil)
}

// explainFile explains what a file holds, or all files of a folder.
func (e *explain) explainFile(c *cobra.Command, path string, yield func(explained, error) bool) bool {
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
		if text, ok := oneMail(path); ok {
			return e.explainMail(c, path, text, yield)
		}
	}
	read := reply.ReadBounces
	if info, err := os.Stat(path); err == nil && (info.IsDir() || slices.Contains([]string{".eml", ".mbox"},
		strings.ToLower(filepath.Ext(path)))) {
		read = reply.ReadMails
	}
	return e.explainAll(c, []string{path}, read, yield)
}

// oneMail reads a file that is one mail, or a bounce saved as text.
func oneMail(path string) (text []byte, ok bool) {
	f, err := os.Open(path)
	if err != nil {
		return nil, false // what reads it next says why
	}
	defer f.Close()
	text, err = io.ReadAll(io.LimitReader(f, mostPasted))
	return text, err == nil && !strings.HasPrefix(string(text), "From ") && (reply.IsMail(text) || reply.IsNotice(text))
}

// explainMail explains each recipient that a mail gives back, or says what else the mail is.
func (e *explain) explainMail(c *cobra.Command, name string, text []byte, yield func(explained, error) bool) bool {
	kind, all := reply.ReadLetter(text)
	for _, b := range all {
		if !yield(explainBounce(b), nil) {
			return false
		}
	}
	if len(all) == 0 {
		e.said = true
		say(c.ErrOrStderr(), "%s: %s", name, notBounces[kind])
	}
	return true
}

// notBounces says what a mail is that gives nobody back.
var notBounces = map[reply.Letter]string{
	reply.NoBounce: "this mail is not a bounce",
	reply.Away:     "this is an automatic answer, such as an out-of-office note: the mailbox exists, keep the contact",
	reply.Complaint: "this is a complaint (a feedback report): the recipient marked a message as spam; never mail " +
		"the address again",
	reply.Unread:    "this looks like a bounce, but no recipient was found in it",
	reply.Delivered: "this is a delivery receipt",
	reply.Delayed:   "this is a delay notice without a recipient",
	reply.Returned:  "this bounce names no recipient",
}

// piped explains standard input: a mail if it starts like one or like the text of a bounce, else each line as a reply.
func (e *explain) piped(c *cobra.Command, r *bufio.Reader, yield func(explained, error) bool) bool {
	r.Peek(1) // waits for what comes first
	head, _ := r.Peek(r.Buffered())
	switch {
	case strings.HasPrefix(string(head), "From ") && reply.IsMail(head):
		for b, err := range reply.ReadMails(r, e.passing(standardInput)) {
			if !yield(explainBounce(b), err) || err != nil {
				return false
			}
		}
		return true
	case reply.IsMail(head), reply.IsNotice(head):
		text, err := io.ReadAll(io.LimitReader(r, mostPasted))
		if err != nil {
			return yield(explained{}, fmt.Errorf("reading standard input: %w", err))
		}
		return e.explainMail(c, standardInput, text, yield)
	}
	return typed(r, yield)
}
