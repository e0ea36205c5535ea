package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestLibraryPackagesKeepToThemselves: whoever embeds them gets no output, no exit, no state that two of them would
// share, and decides by a context when they end.
func TestLibraryPackagesKeepToThemselves(t *testing.T) {
	n := 0
	for _, root := range []string{"../../validate", "../../probe", "../../report"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.IsDir() {
				return err
			}
			if d.Name() == "testdata" {
				return fs.SkipDir
			}
			p := parsePackage(t, path)
			n += len(p.files)
			for _, complaint := range p.complaints() {
				t.Error(complaint)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n < 100 {
		t.Errorf("only %d files were looked at", n)
	}
}

// TestTheGuardSeesWhatItIsFor: each line is an offence or none.
func TestTheGuardSeesWhatItIsFor(t *testing.T) {
	const head = "package p\nvar state int\nvar table = map[string]int{}\n"
	for line, want := range map[string]string{
		`func f() { fmt.Println() }`:                     "fmt.Println",
		`func f() { fmt.Fprintln(w) }`:                   "",
		`func f() { println() }`:                         "println",
		`func f() { log.Fatal() }`:                       "log.Fatal",
		`func f() { slog.Info("") }`:                     "slog.Info",
		`func f() { os.Exit(1) }`:                        "os.Exit",
		`func f() { use(os.Stdout) }`:                    "os.Stdout",
		`func f() { g(context.Background()) }`:           "context.Background",
		`func f() { state = 1 }`:                         "state is changed",
		`func f() { state++ }`:                           "state is changed",
		`func f() { table["a"] = 1 }`:                    "table is changed",
		`func f() { delete(table, "a") }`:                "table is changed",
		`func f() { for state = range 3 { } }`:           "state is changed",
		`func f() { state := 1; state++ }`:               "",
		`func f(state int) { state = 1 }`:                "",
		`func f() { for state := range 3 { g(state) } }`: "",
		`func f() { x.state = 1 }`:                       "",
		`func init() { state = 1 }`:                      "",
		`var mu sync.Mutex`:                              "mu is shared",
		`var n atomic.Int64`:                             "n is shared",
		`var pool = sync.Pool{}`:                         "pool is shared",
		`var lazy = sync.OnceValue(g)`:                   "",
		`type s struct { ctx context.Context }`:          "a context is kept",
		`func f(ctx context.Context) {}`:                 "",
		`func f(n int, ctx context.Context) {}`:          "a context comes first",
	} {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "p.go", head+line, 0)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		got := newPackage(fset, f).complaints()
		if (want == "") != (len(got) == 0) || (want != "" && !strings.Contains(got[0], want)) {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
}

// sourcePackage is a package as it is written, without types.
type sourcePackage struct {
	fset  *token.FileSet
	files []*ast.File
	specs map[any]bool    // the declarations of its variables
	vars  map[string]bool // their names
	found []string

	function string // being looked at
}

func parsePackage(t *testing.T, dir string) *sourcePackage {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name.Name != "main" {
			files = append(files, f)
		}
	}
	return newPackage(fset, files...)
}

func newPackage(fset *token.FileSet, files ...*ast.File) *sourcePackage {
	p := &sourcePackage{fset: fset, files: files, specs: map[any]bool{}, vars: map[string]bool{}}
	for _, f := range files {
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.VAR {
				continue
			}
			for _, s := range g.Specs {
				p.specs[s] = true
				for _, name := range s.(*ast.ValueSpec).Names {
					p.vars[name.Name] = true
				}
			}
		}
	}
	return p
}

func (p *sourcePackage) complain(at ast.Node, format string, args ...any) {
	p.found = append(p.found, fmt.Sprintf("%s: %s", p.fset.Position(at.Pos()), fmt.Sprintf(format, args...)))
}

func (p *sourcePackage) complaints() []string {
	for _, f := range p.files {
		for _, d := range f.Decls {
			p.function = ""
			if fn, ok := d.(*ast.FuncDecl); ok {
				p.function = f.Name.Name + "." + fn.Name.Name
			}
			if p.function != f.Name.Name+".init" {
				ast.Inspect(d, p.look)
			}
		}
	}
	for s := range p.specs {
		p.shared(s.(*ast.ValueSpec))
	}
	return p.found
}

// forbidden are names of other packages that speak, leave, or are everybody's.
var forbidden = []string{"os.Exit", "os.Stdout", "os.Stderr", "os.Stdin", "context.Background", "context.TODO",
	"fmt.Print", "fmt.Printf", "fmt.Println", "signal.Notify"}

// excused have no context to hand on: what closing the store has yet to write outlives the one of who closes it, a
// proxy.Dialer is called without one, and the sandbox's own records keep nobody waiting.
var excused = map[string]map[string]bool{
	"facts.releaseAll":     {"context.Background": true},
	"facts.forgetNoes":     {"context.Background": true},
	"facts.sweep":          {"context.Background": true},
	"facts.commit":         {"context.Background": true},
	"smtp.Dial":            {"context.Background": true},
	"sandbox.authenticate": {"context.Background": true},
}

func (p *sourcePackage) look(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.SelectorExpr:
		if x, ok := n.X.(*ast.Ident); ok && x.Obj == nil {
			name := x.Name + "." + n.Sel.Name
			if (slices.Contains(forbidden, name) || x.Name == "log" || x.Name == "slog") && !excused[p.function][name] {
				p.complain(n, "%s in %s", name, p.function)
			}
		}
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			p.changed(n.Lhs...)
		}
	case *ast.IncDecStmt:
		p.changed(n.X)
	case *ast.RangeStmt:
		if n.Tok == token.ASSIGN {
			p.changed(n.Key, n.Value)
		}
	case *ast.CallExpr:
		p.builtin(n)
	case *ast.StructType:
		for _, f := range n.Fields.List {
			if isContext(f.Type) {
				p.complain(f, "a context is kept")
			}
		}
	case *ast.FuncType:
		for i, f := range n.Params.List {
			if i > 0 && isContext(f.Type) {
				p.complain(f, "a context comes first")
			}
		}
	}
	return true
}

func isContext(e ast.Expr) bool {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := s.X.(*ast.Ident)
	return ok && x.Name == "context" && s.Sel.Name == "Context"
}

func (p *sourcePackage) builtin(c *ast.CallExpr) {
	f, ok := c.Fun.(*ast.Ident)
	switch {
	case !ok || f.Obj != nil:
	case f.Name == "print" || f.Name == "println":
		p.complain(c, "%s", f.Name)
	case f.Name == "delete" || f.Name == "clear":
		p.changed(c.Args[0])
	}
}

// changed complains of what a variable of the package is the root of.
func (p *sourcePackage) changed(places ...ast.Expr) {
	for _, e := range places {
		if id := root(e); id != nil && id.Name != "_" && p.vars[id.Name] && (id.Obj == nil || p.specs[id.Obj.Decl]) {
			p.complain(id, "%s is changed", id.Name)
		}
	}
}

// root is the variable that a place is part of.
func root(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.IndexExpr:
			e = x.X
		case *ast.SelectorExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}

// shared complains of variables that are made to be changed.
func (p *sourcePackage) shared(s *ast.ValueSpec) {
	kinds := append([]ast.Expr{s.Type}, s.Values...)
	for _, k := range kinds {
		if lit, ok := k.(*ast.CompositeLit); ok {
			k = lit.Type
		}
		if sel, ok := k.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && (x.Name == "sync" || x.Name == "atomic") {
				p.complain(s, "%s is shared", s.Names[0].Name)
			}
		}
	}
}
