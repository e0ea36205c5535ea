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

// ReadInbox reads the messages of those names from the folder of an inbox, in the order of their names; all of them where none is named. One that is
// only half written yet is left out unless it is named.
func ReadInbox(dir string, names ...string) (all []Stored, err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	if len(names) == 0 {
		if names, err = stored(root); err != nil {
			return nil, err
		}
	}
	for _, name := range names {
		s, err := readStored(root, name)
		if err != nil {
			return nil, fmt.Errorf("inbox %s, message %s: %w", dir, name, err)
		}
		all = append(all, s)
	}
	return all, nil
}

// stored are the names of the messages.
func stored(root *os.Root) (names []string, err error) {
	files, err := fs.Glob(root.FS(), "*.eml")
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f, ".eml"))
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
	if err := json.Unmarshal(envelope, &s.Message); err != nil {
		return s, fmt.Errorf("its envelope: %w", err)
	}
	s.Text, err = readBounded(root, name+".eml", maxMessage+maxEnvelope)
	return s, err
}

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
