package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// Stored is a message of an inbox's folder, its Text with the trace fields on top.
type Stored struct {
	Name string // of its files, without their endings
	Message
}

// maxEnvelope bounds an envelope's file.
const maxEnvelope = 16 << 20

// ReadInbox reads the attempts of those names from the folder of an inbox, in the order of their names; all
// of them if none is named. One that is only half written yet is left out unless it is named. Only accepted
// and late refused messages have a Text.
func ReadInbox(dir string, names ...string) (all []Stored, err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	listed := len(names) == 0
	if listed {
		if names, err = stored(root); err != nil {
			return nil, err
		}
	}
	for _, name := range names {
		s, err := readStored(root, name)
		if errors.Is(err, errHalfWritten) && listed {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("inbox %s, message %s: %w", dir, name, err)
		}
		all = append(all, s)
	}
	return all, nil
}

// IsInbox reports whether a folder holds what a sandbox wrote: at least one envelope.
func IsInbox(dir string) bool {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() { // to open a FIFO would wake its writer
		return false
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return false
	}
	defer root.Close()
	names, err := stored(root)
	return err == nil && slices.ContainsFunc(names, func(name string) bool {
		s, err := readStored(root, name)
		return err == nil && s.Host != ""
	})
}

// stored are the names of the messages.
func stored(root *os.Root) (names []string, err error) {
	files, err := fs.Glob(root.FS(), "[0-9][0-9][0-9][0-9][0-9][0-9].json")
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f, ".json"))
	}
	slices.Sort(names)
	return names, err
}

func readStored(root *os.Root, name string) (s Stored, err error) {
	s.Name = name
	envelope, err := readBounded(root, name+".json", maxEnvelope)
	if err != nil {
		return s, err
	}
	if len(envelope) == 0 {
		return s, errHalfWritten
	}
	if err := json.Unmarshal(envelope, &s.Message); err != nil {
		return s, fmt.Errorf("its envelope: %w", err)
	}
	if s.Outcome == "" { // of a sandbox that kept accepted messages only
		s.Outcome = Accepted
	}
	s.Text, err = readBounded(root, name+".eml", maxMessage+maxEnvelope)
	switch {
	case !errors.Is(err, fs.ErrNotExist):
		return s, err
	case s.Outcome == Accepted:
		return s, errHalfWritten
	}
	return s, nil
}

var errHalfWritten = errors.New("it is not completely written yet")

func readBounded(root *os.Root, name string, limit int64) ([]byte, error) {
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(content)) > limit {
		err = errors.New("it is larger than any message that the sandbox takes")
	}
	return content, err
}
