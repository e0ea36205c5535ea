package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
)

// Bounds of an inbox. When it is full, messages are refused with 452.
const (
	maxInbox    = 256 << 20
	maxMessages = 1 << 16
)

// inbox keeps the messages that were accepted, and writes them to a folder if it has one: NAME.eml with the
// trace fields of RFC 5321 §4.4 on top, its envelope NAME.json, and NAME.txt, the session up to then. Nothing
// in a name comes from outside.
type inbox struct {
	path string
	dir  *os.Root // or nil

	mu       sync.Mutex
	messages []Message
	size     int
	number   int
	refused  int
}

func openInbox(dir string) (*inbox, error) {
	if dir == "" {
		return &inbox{}, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	return &inbox{path: dir, dir: root}, err
}

// reopen makes the folder again if somebody has removed it.
func (b *inbox) reopen() error {
	if here, err := os.Stat(b.path); err == nil {
		if there, err := b.dir.Stat("."); err == nil && os.SameFile(here, there) {
			return nil
		}
	}
	again, err := openInbox(b.path)
	if err != nil {
		return err
	}
	b.close()
	b.dir = again.dir
	return nil
}

func (b *inbox) close() {
	if b.dir != nil {
		b.dir.Close()
	}
}

func (b *inbox) all() []Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.messages)
}

var errFull = errors.New("the inbox is full")

// add keeps a message in the place of its draft, if it has one, and gives the name of its files, if it has any.
func (b *inbox) add(draft string, m Message) (name string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.size+len(m.Text) > maxInbox || len(b.messages) >= maxMessages {
		return "", errFull
	}
	if b.dir != nil {
		if err = b.reopen(); err == nil {
			name, err = b.write(draft, m)
		}
		if err != nil {
			return "", err
		}
	}
	b.size += len(m.Text)
	b.messages = append(b.messages, m)
	return name, nil
}

// addRefused keeps an attempt that failed, in the place of its draft if it has one, and gives the name of its
// files. What can't be written is not kept: the client was refused in any case.
func (b *inbox) addRefused(draft string, m Message, transcript string) (name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if (draft == "" && b.refused >= maxMessages) || b.reopen() != nil || (draft != "" && !b.holds(draft)) {
		return draft // the inbox is full or out of reach, or somebody has read and deleted the draft
	}
	name, err := b.place(draft)
	if err != nil {
		return draft
	}
	if draft == "" {
		b.refused++
	}
	b.replace(name+".txt", []byte(transcript))
	if m.Text != nil {
		b.create(name+".eml", m.traced())
	}
	if envelope, err := json.MarshalIndent(m, "", "  "); err == nil {
		b.replace(name+".json", append(envelope, '\n'))
	}
	return name
}

// place is where an attempt goes: that of its draft, or the next free one.
func (b *inbox) place(draft string) (string, error) {
	if draft != "" && b.holds(draft) {
		return draft, nil
	}
	return b.reserve()
}

// holds reports whether there is an attempt of that name.
func (b *inbox) holds(name string) bool {
	_, err := b.dir.Stat(name + ".json")
	return err == nil
}

// reserve takes the first number that is free, by an empty envelope.
func (b *inbox) reserve() (name string, err error) {
	for ; ; b.number++ {
		name = fmt.Sprintf("%06d", b.number+1)
		if err = b.create(name+".json", nil); !errors.Is(err, os.ErrExist) {
			b.number++
			return name, err
		}
	}
}

// replace writes a file anew, as a whole: somebody may be reading it.
func (b *inbox) replace(name string, content []byte) error {
	if err := b.dir.WriteFile(name+".new", content, 0o600); err != nil {
		return err
	}
	return b.dir.Rename(name+".new", name)
}

// write makes the files of a message under the first number that is free. The .eml comes last, so who waits
// for it finds the others.
func (b *inbox) write(draft string, m Message) (name string, err error) {
	envelope, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return "", err
	}
	if name, err = b.place(draft); err == nil {
		err = b.replace(name+".json", append(envelope, '\n'))
	}
	if err != nil {
		return "", err
	}
	return name, b.create(name+".eml", m.traced())
}

// create writes a file that must not be there yet.
func (b *inbox) create(name string, content []byte) error {
	f, err := b.dir.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}

// transcribe writes the session that brought a message. That it can't is no reason to refuse the message.
func (b *inbox) transcribe(name, transcript string) { b.replace(name+".txt", []byte(transcript)) }

// traced is the text with the trace fields on top.
func (m Message) traced() []byte { return append([]byte(m.trace()), m.Text...) }

// trace are the fields that a receiving host puts on top (RFC 5321 §4.4).
func (m Message) trace() string {
	with := "ESMTP"
	if m.TLS {
		with += "S"
	}
	if m.User != "" {
		with += "A"
	}
	return fmt.Sprintf("Return-Path: <%s>\r\nReceived: from %s ([%s]) by %s with %s;\r\n\t%s\r\n",
		m.From, m.HELO, m.Client, m.Host, with, m.Received.Format("Mon, 2 Jan 2006 15:04:05 -0700"))
}
