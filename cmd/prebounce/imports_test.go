package main

import (
	"cmp"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/prebounce/prebounce/"

// mayImport are the arrows of ARCHITECTURE.md: each package with the packages of ours that it may import. What lies
// below cmd may import everything.
var mayImport = map[string][]string{
	"validate":               {"validate/known", "validate/reply", "validate/scan"},
	"validate/batch":         {"validate"},
	"validate/batch/outdir":  {},
	"validate/batch/spool":   {},
	"validate/bounces":       {"validate/contacts", "validate/reply"},
	"validate/checker":       {"validate"},
	"validate/contacts":      {"validate/contacts/xlsx", "validate/scan"},
	"validate/contacts/xlsx": {},
	"validate/dns":           {},
	"validate/exports":       {"validate/bounces", "validate/reply", "validate."},
	"validate/facts":         {"validate.", "validate/limits", "validate/reply"},
	"validate/known":         {},
	"validate/known/gen":     {"validate/known"},
	"validate/limits":        {"validate."},
	"validate/mx":            {"validate.", "validate/dns", "validate/known"},
	"validate/reply":         {},
	"validate/scan":          {},
	"validate/segments":      {},
	"probe":                  {"probe/smtp", "validate.", "validate/known", "validate/limits", "validate/reply"},
	"probe/auth":             {"probe/auth/spf"},
	"probe/auth/spf":         {},
	"probe/fleet":            {"probe.", "validate.", "validate/limits", "validate/reply"},
	"probe/identity":         {"probe/auth", "validate.", "validate/dns", "validate/reply"},
	"probe/sandbox":          {"probe/auth", "samples"},
	"probe/smtp":             {"validate.", "validate/reply"},
	"report":                 {"validate", "report/history", "report/risk"},
	"report/compare":         {"report.", "validate"},
	"report/history":         {"report/risk", "validate.", "validate/segments"},
	"report/risk":            {"validate.", "validate/segments"},
	"report/suppression":     {"report", "validate"},
	"samples":                {},
}

// fences are the dependencies that few packages may know.
var fences = map[string][]string{
	"github.com/miekg/dns":                   {"validate/dns", "probe/sandbox"},
	"github.com/emersion/go-imap":            {"cmd/prebounce/imap"},
	"modernc.org/sqlite":                     {"validate/facts"},
	"github.com/prometheus":                  {"cmd/prebounce/serve"},
	"github.com/modelcontextprotocol/go-sdk": {"cmd/prebounce/mcp"},
	"github.com/spf13/cobra":                 {"cmd"},
	"github.com/nats-io":                     {"probe/fleet"},
	// a handler without a server, and what fetches a policy
	"net/http": {"cmd", "probe/identity", "validate/checker"},
}

// TestImportsFollowTheArrows: a package imports what its line of the table names, a package or one below it
// ("validate." is validate alone), and no dependency that is fenced elsewhere.
func TestImportsFollowTheArrows(t *testing.T) {
	seen := map[string]bool{}
	eachSource(t, func(dir, file string, imports []string) {
		seen[dir] = true
		for _, path := range imports {
			if own, ours := strings.CutPrefix(path, module); ours {
				if !strings.HasPrefix(dir, "cmd") && !slices.ContainsFunc(mayImport[dir],
					func(to string) bool { return covers(to, own) }) {
					t.Errorf("%s imports %s, which ARCHITECTURE.md does not allow", file, own)
				}
				continue
			}
			for fenced, inside := range fences {
				if covers(fenced, path) && !slices.ContainsFunc(inside, func(d string) bool { return covers(d, dir) }) {
					t.Errorf("%s imports %s, which is for %s", file, path, strings.Join(inside, ", "))
				}
			}
		}
	})
	for dir := range mayImport {
		if !seen[dir] {
			t.Errorf("%s has a line in the table, but no source", dir)
		}
	}
	for dir := range seen {
		if _, ok := mayImport[dir]; !ok && !strings.HasPrefix(dir, "cmd") {
			t.Errorf("%s has no line in the table of imports", dir)
		}
	}
}

// covers reports whether path is the package or lies below it.
func covers(pkg, path string) bool {
	if alone, ok := strings.CutSuffix(pkg, "."); ok {
		return path == alone
	}
	return path == pkg || strings.HasPrefix(path, pkg+"/")
}

// eachSource calls use with the folder, the name and the imports of each file of the program.
func eachSource(t *testing.T, use func(dir, file string, imports []string)) {
	t.Helper()
	fset := token.NewFileSet()
	for _, root := range []string{"cmd", "validate", "probe", "report", "samples"} {
		err := filepath.WalkDir(filepath.Join("../..", root), func(path string, d fs.DirEntry, err error) error {
			if err != nil || (d.IsDir() && d.Name() == "testdata") {
				return cmp.Or(err, fs.SkipDir)
			}
			if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return nil
			}
			f, err := parser.ParseFile(fset, path, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			var imports []string
			for _, s := range f.Imports {
				name, _ := strconv.Unquote(s.Path.Value)
				imports = append(imports, name)
			}
			name, _ := filepath.Rel("../..", path)
			use(filepath.ToSlash(filepath.Dir(name)), filepath.ToSlash(name), imports)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestAssemblyStaysInOnePackage: what is fast and hard to read has one place.
func TestAssemblyStaysInOnePackage(t *testing.T) {
	for _, root := range []string{"cmd", "validate", "probe", "report"} {
		err := filepath.WalkDir(filepath.Join("../..", root), func(path string, d fs.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".s") && !strings.HasSuffix(filepath.ToSlash(filepath.Dir(path)),
				"validate/scan") {
				t.Errorf("%s: assembly belongs to validate/scan", path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
