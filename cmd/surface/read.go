package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
)

const module = "github.com/prebounce/prebounce/"

// surface is what one package exports.
type surface struct {
	path  string // below the module
	name  string
	lines []string // a line for each name
	funcs []string // functions without type parameters
	types []string // types without type parameters
}

// read finds the public packages: what lies below validate, probe and report, but for programs and internal packages.
func read(root string) (all []surface, err error) {
	for _, top := range []string{"probe", "report", "validate"} {
		err = filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.IsDir() {
				return err
			}
			if d.Name() == "testdata" || d.Name() == "internal" {
				return fs.SkipDir
			}
			one, err := readPackage(root, path)
			if err == nil && one.name != "" && one.name != "main" {
				all = append(all, one)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

func readPackage(root, folder string) (s surface, err error) {
	rel, err := filepath.Rel(root, folder)
	if err != nil {
		return s, err
	}
	s.path = filepath.ToSlash(rel)
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return s, err
	}
	fset := token.NewFileSet()
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
		if err != nil {
			return s, err
		}
		if elsewhere(file) {
			continue
		}
		s.name = f.Name.Name
		for _, d := range f.Decls {
			s.add(d)
		}
	}
	return s, nil
}

// elsewhere reports whether a file is for another system only; what it exports has a twin in a file for Linux.
func elsewhere(file string) bool {
	base := strings.TrimSuffix(filepath.Base(file), ".go")
	for _, end := range []string{"_other", "_windows", "_darwin", "_generic"} {
		if strings.HasSuffix(base, end) {
			return true
		}
	}
	return false
}

func (s *surface) add(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		s.function(d)
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				s.typ(spec)
			case *ast.ValueSpec:
				s.values(d.Tok.String(), spec)
			}
		}
	}
}
