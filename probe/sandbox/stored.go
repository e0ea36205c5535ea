package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
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
	all = make([]Stored, len(names))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, name := range names {
		group.Go(func() (err error) {
			all[i], err = readStored(root, name)
			if errors.Is(err, errHalfWritten) && listed {
				all[i], err = Stored{}, nil
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("inbox %s: %w", dir, err)
	}
	return slices.DeleteFunc(all, func(s Stored) bool { return s.Name == "" }), nil
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
	dir, err := root.Open(".")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	files, err := dir.Readdirnames(-1)
	for _, f := range files {
		if name, ok := strings.CutSuffix(f, ".json"); ok && attemptName.MatchString(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, err
}

// attemptName is what the files of an attempt are called.
var attemptName = regexp.MustCompile(`^[0-9]{6}$`)

func readStored(root *os.Root, name string) (s Stored, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("message %s: %w", name, err)
		}
	}()
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
