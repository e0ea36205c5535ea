package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// text is a piece of source on one line.
func text(node any) string {
	var b bytes.Buffer
	if err := format.Node(&b, token.NewFileSet(), node); err != nil {
		return err.Error()
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func (s *surface) line(words ...string) {
	s.lines = append(s.lines, strings.Join(append([]string{s.path + ":"}, words...), " "))
}

var receiver = regexp.MustCompile(`^\*?(\w+)`)

func (s *surface) function(d *ast.FuncDecl) {
	if !d.Name.IsExported() {
		return
	}
	signature := strings.TrimPrefix(text(d.Type), "func")
	if d.Recv == nil {
		s.line("func", d.Name.Name+signature)
		if d.Type.TypeParams == nil {
			s.funcs = append(s.funcs, d.Name.Name)
		}
		return
	}
	of := text(d.Recv.List[0].Type)
	if m := receiver.FindStringSubmatch(of); m != nil && ast.IsExported(m[1]) {
		s.line("method", fmt.Sprintf("(%s) %s%s", of, d.Name.Name, signature))
	}
}

func (s *surface) typ(t *ast.TypeSpec) {
	if !t.Name.IsExported() {
		return
	}
	name := t.Name.Name
	of, isStruct := t.Type.(*ast.StructType)
	kind := ""
	switch {
	case isStruct:
		kind = "struct"
	case t.Assign.IsValid():
		kind = "= " + text(t.Type)
	default:
		kind = text(t.Type)
	}
	s.line("type", name, kind)
	if _, isInterface := t.Type.(*ast.InterfaceType); !isInterface && t.TypeParams == nil {
		s.types = append(s.types, name)
	}
	if isStruct {
		s.fields(name, of)
	}
}

func (s *surface) fields(owner string, of *ast.StructType) {
	for _, f := range of.Fields.List {
		if len(f.Names) == 0 {
			s.line("field", owner, text(f.Type))
		}
		for _, name := range f.Names {
			if name.IsExported() {
				s.line("field", owner+"."+name.Name, text(f.Type))
			}
		}
	}
}

func (s *surface) values(kind string, v *ast.ValueSpec) {
	for _, name := range v.Names {
		if name.IsExported() {
			s.line(kind, name.Name)
		}
	}
}

// list is every line, in order.
func list(all []surface) []byte {
	lines := map[string]bool{}
	for _, s := range all {
		for _, l := range s.lines {
			lines[l] = true
		}
	}
	return []byte(strings.Join(slices.Sorted(maps.Keys(lines)), "\n") + "\n")
}
