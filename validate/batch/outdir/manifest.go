package outdir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// manifestName is the file that lists what a run left in its folder. What it doesn't list is somebody else's.
const manifestName = ".prebounce.json"

// mostManifest bounds it, in octets: a run has at most a thousand lists.
const mostManifest = 4 << 20

// manifest lists the files of a folder of outputs, below it, with slashes.
type manifest struct {
	Program string   `json:"program"` // always prebounce
	Files   []string `json:"files"`
}

const program = "prebounce"

// readManifest reads that of a folder; [fs.ErrNotExist] says that it has none.
func readManifest(dir string) (m manifest, err error) {
	f, err := os.Open(filepath.Join(dir, manifestName))
	if err != nil {
		return m, err
	}
	defer f.Close()
	if err := json.NewDecoder(io.LimitReader(f, mostManifest)).Decode(&m); err != nil || m.Program != program {
		return m, fmt.Errorf("%s is damaged", f.Name())
	}
	return m, nil
}

func (m manifest) text() []byte {
	slices.Sort(m.Files)
	b, _ := json.MarshalIndent(m, "", " ") // texts can always be written
	return append(b, '\n')
}

// AddOutputs adds further files to the manifest of a folder of outputs, so that a later run may replace them. It does
// nothing for a folder without a manifest.
func AddOutputs(dir string, names ...string) error {
	m, err := readManifest(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, name := range names {
		if name = filepath.ToSlash(name); !slices.Contains(m.Files, name) {
			m.Files = append(m.Files, name)
		}
	}
	next := filepath.Join(dir, manifestName+".part")
	if err := os.WriteFile(next, m.text(), 0o600); err != nil {
		return err
	}
	return os.Rename(next, filepath.Join(dir, manifestName))
}

// Outputs returns the paths of a run's files in its folder. ours reports whether prebounce wrote the folder.
func Outputs(dir string) (paths []string, ours bool, err error) {
	if _, err := os.Lstat(filepath.Join(dir, Results)); err != nil {
		return nil, false, nil
	}
	foreign, ours, err := strangers(dir)
	if err != nil || !ours {
		return nil, false, err
	}
	files, _, err := contents(dir)
	for _, name := range files {
		if !slices.Contains(foreign, name) && name != manifestName {
			paths = append(paths, filepath.Join(dir, filepath.FromSlash(name)))
		}
	}
	return paths, true, err
}

// contents are the files and the folders below dir, the folders behind what they hold.
func contents(dir string) (files, folders []string, err error) {
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if e.IsDir() {
			folders = append(folders, name)
		} else {
			files = append(files, name)
		}
		return nil
	})
	slices.Reverse(folders)
	return files, folders, err
}

// strangers are the files below dir that no run left there, and whether a run left any.
func strangers(dir string) (foreign []string, ours bool, err error) {
	m, err := readManifest(dir)
	legacy := errors.Is(err, fs.ErrNotExist)
	if err != nil && !legacy {
		return nil, false, err
	}
	files, folders, err := contents(dir)
	if err != nil {
		return nil, false, err
	}
	if legacy {
		return oldStrangers(dir, files)
	}
	for _, name := range files {
		if name != manifestName && name != manifestName+".part" && !slices.Contains(m.Files, name) {
			foreign = append(foreign, name)
		}
	}
	return append(foreign, foreignFolders(folders, files)...), true, nil
}

// foreignFolders are those that hold nothing: a run leaves none.
func foreignFolders(folders, files []string) (empty []string) {
	for _, folder := range folders {
		if !slices.ContainsFunc(files, func(name string) bool { return strings.HasPrefix(name, folder+"/") }) {
			empty = append(empty, folder+"/")
		}
	}
	return empty
}

// oldNames are the files of runs that left no manifest yet.
var oldNames = []string{"results.csv", "report.html", "report.json", "rejected.csv"}

var oldLists = []string{"clean", "review", "removed", "core", "held"}

// oldStrangers tells apart the files of a run that left no manifest yet by their names. They are ours only if
// both files are there that every run leaves.
func oldStrangers(dir string, files []string) (foreign []string, ours bool, err error) {
	ours = resembles(dir) && slices.Contains(files, "report.json")
	for _, name := range files {
		base := name[strings.LastIndexByte(name, '/')+1:]
		list, ext, _ := strings.Cut(base, ".")
		known := slices.Contains(oldNames, base) || (slices.Contains(oldLists, list) && slices.Contains(extensions,
			ext))
		if !known && !(strings.HasPrefix(base, "suppression-") && base == name) {
			foreign = append(foreign, name)
		}
	}
	return foreign, ours, nil
}

var extensions = []string{"csv", "xlsx", "jsonl"}

// resembles recognises the results.csv of a run.
func resembles(dir string) bool {
	f, err := os.Open(filepath.Join(dir, Results))
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, len(ResultsStart))
	_, err = io.ReadFull(f, head)
	return err == nil && string(head) == ResultsStart
}
