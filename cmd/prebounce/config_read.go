package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/knadh/koanf/parsers/toml/v2"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/v2"
	tomlerr "github.com/pelletier/go-toml/v2"
	"github.com/spf13/pflag"
)

// configFile is the project's file, in the working folder, and the user's, in a folder of its own.
const configFile = "prebounce.toml"

const envPrefix = "PREBOUNCE_"

// readSources reads what speaks for the settings, the strongest first, and tells of variables that are none.
func readSources(stderr io.Writer, all []setting) ([]source, error) {
	keys := knownKeys(all)
	environment, err := readEnv(stderr, all)
	if err != nil {
		return nil, err
	}
	sources := []source{environment}
	for _, file := range []struct{ kind, path string }{{"project", configFile}, {"user", userConfig()}} {
		if file.path == "" {
			continue
		}
		values, err := readConfig(file.path)
		if err == nil {
			err = checkKeys(values, keys)
		}
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, usageError(fmt.Errorf("%s: %w", file.path, err), "prebounce config show --help")
		}
		sources = append(sources, source{file.path, file.kind, values})
	}
	return sources, nil
}

// userConfig is the user's file, or empty without a home folder.
func userConfig() string {
	dir := os.Getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(dir) {
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		dir = filepath.Join(home, ".config")
	}
	return filepath.Join(dir, "prebounce", configFile)
}

func knownKeys(all []setting) (keys []string) {
	for _, s := range all {
		keys = append(keys, s.keys...)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// mostConfig bounds what is read of a file.
const mostConfig = 1 << 20

// content is a file that has been read, for koanf.
type content []byte

func (c content) ReadBytes() ([]byte, error)    { return c, nil }
func (c content) Read() (map[string]any, error) { return nil, errors.New("want a table") }

// readConfig reads a file of settings, by key.
func readConfig(path string) (map[string]any, error) {
	about, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !about.Mode().IsRegular():
		return nil, errors.New("not a regular file")
	case about.Size() > mostConfig:
		return nil, fmt.Errorf("%d bytes is too large: at most %d are allowed", about.Size(), mostConfig)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	k := koanf.New(".")
	if err = k.Load(content(text), toml.Parser()); err != nil {
		return nil, fmt.Errorf("line %d: %w", wrongLine(text, err), err)
	}
	return k.All(), nil
}

// wrongLine is the line that an error of the parser is about. Some come without it: of these it is the first line with
// which the text above is as wrong as the whole.
func wrongLine(text []byte, err error) int {
	if wrong := (*tomlerr.DecodeError)(nil); errors.As(err, &wrong) {
		line, _ := wrong.Position()
		return line
	}
	lines := bytes.SplitAfter(text, []byte("\n"))
	return 1 + sort.Search(len(lines)-1, func(i int) bool {
		_, e := toml.Parser().Unmarshal(bytes.Join(lines[:i+1], nil))
		return e != nil && e.Error() == err.Error()
	})
}

// checkKeys refuses unknown settings. An empty table sets nothing.
func checkKeys(values map[string]any, keys []string) error {
	for _, key := range slices.Sorted(maps.Keys(values)) {
		table, isTable := values[key].(map[string]any)
		switch {
		case isTable && len(table) == 0, slices.Contains(keys, key):
		case oneOff[key]:
			return fmt.Errorf("%q can be given on the command line only", key)
		default:
			return fmt.Errorf("unknown setting %.80q; the nearest is %q", key, nearest(key, keys))
		}
	}
	return nil
}

// readEnv reads the variables that begin with PREBOUNCE_: an empty one counts as not set, and a comma ends each value
// of several. One that is not a setting is told; if it was meant to be one, it is an error, for the setting may be a gate.
func readEnv(stderr io.Writer, all []setting) (source, error) {
	variables := map[string]string{} // the key of each
	several := map[string]bool{}     // keys that take several values
	for _, s := range all {
		_, many := s.flag.Value.(pflag.SliceValue)
		for _, key := range s.keys {
			variables[envName(key)], several[key] = key, many
		}
	}
	var misspelt []string
	read := func(name, value string) (string, any) {
		key, ok := variables[name]
		switch {
		case !ok && value != "" && meantAsSetting(name, variables, all):
			misspelt = append(misspelt, name)
			return "", nil
		case !ok && value == "":
			return "", nil
		case !ok:
			say(stderr, "unknown setting %s; the nearest is %s", name,
				nearest(name, slices.Sorted(maps.Keys(variables))))
			return "", nil
		case value == "":
			return "", nil
		case several[key]:
			return key, split(value)
		}
		return key, value
	}
	k := koanf.New(".")
	// reading the environment does not fail
	_ = k.Load(env.Provider("", env.Opt{Prefix: envPrefix, TransformFunc: read}), nil)
	if len(misspelt) > 0 {
		return source{}, unknownVariable(slices.Min(misspelt), variables)
	}
	return source{kind: "environment", values: k.All()}, nil
}

// mostOff is how many letters a variable may be off to be taken for a setting's.
const mostOff = 2

// meantAsSetting reports whether a variable that is not a setting was meant to be one: its name is that of a setting but
// for two letters, or begins with that of a command.
func meantAsSetting(name string, variables map[string]string, all []setting) bool {
	for _, s := range all {
		for path := strings.Fields(s.command.CommandPath())[1:]; len(path) > 0; path = path[:len(path)-1] {
			if strings.HasPrefix(name, envName(strings.Join(path, "."))+"_") {
				return true
			}
		}
	}
	return changes(name, nearest(name, slices.Sorted(maps.Keys(variables)))) <= mostOff
}

func unknownVariable(name string, variables map[string]string) error {
	for key := range oneOff {
		if envName(key) == name {
			return usageError(fmt.Errorf("%s: %q can be given on the command line only", name, key), "unset "+name)
		}
	}
	near := nearest(name, slices.Sorted(maps.Keys(variables)))
	return usageError(fmt.Errorf("unknown setting %s; the nearest is %s", name, near),
		"set "+near+" instead, or unset "+name)
}

func split(text string) (all []any) {
	for part := range strings.SplitSeq(text, ",") {
		all = append(all, strings.TrimSpace(part))
	}
	return all
}

func envName(key string) string {
	return envPrefix + strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(key))
}

// nearest is the known one that takes the fewest changes of letters to reach.
func nearest(key string, keys []string) string {
	const most = 80 // letters that are compared
	key = key[:min(len(key), most)]
	return slices.MinFunc(keys, func(a, b string) int { return changes(key, a) - changes(key, b) })
}

// changes counts the letters to put in, take out or replace to make b of a (Levenshtein).
func changes(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0]++
		for j := range len(b) {
			next := min(row[j], row[j+1]) + 1
			if a[i] == b[j] {
				next = min(next, corner)
			} else {
				next = min(next, corner+1)
			}
			corner, row[j+1] = row[j+1], next
		}
	}
	return row[len(b)]
}
