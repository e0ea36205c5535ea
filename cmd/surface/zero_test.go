package main

import (
	"bytes"
	"context"
	"maps"
	"net/http/httptest"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"
)

// made are types without a zero value of their own: the machinery of package batch, which only its
// constructors make, and a name beside an interface.
var made = []string{"validate/batch/spool.", "validate/batch.NamedSource"}

// asking are the types whose zero values ask the system's resolvers: their context has ended, so that no test
// leaves this machine.
var asking = []string{"validate/dns.Client.", "probe/identity.", "probe/auth."}

// TestZeroValues calls every function and method of the public packages with zero values; none may panic.
func TestZeroValues(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		call(t, name, reflect.ValueOf(functions[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(types)) {
		if slices.ContainsFunc(made, func(p string) bool { return strings.HasPrefix(name, p) }) {
			continue
		}
		for _, value := range zeros(reflect.TypeOf(types[name]).Elem()) {
			of := value.Type()
			for i := range of.NumMethod() {
				call(t, name+"."+of.Method(i).Name, value.Method(i))
			}
		}
	}
}

// zeros are the values of a type that programs meet unawares: zero, and for numbers also one that no constant has.
func zeros(of reflect.Type) []reflect.Value {
	all := []reflect.Value{reflect.New(of)}
	odd := reflect.New(of)
	switch of.Kind() {
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uint:
		odd.Elem().SetUint(77)
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Int:
		odd.Elem().SetInt(-5)
	default:
		return all
	}
	return append(all, odd)
}

// call calls it as a subtest, so that the name of one that ends the process is in the log.
func call(t *testing.T, name string, f reflect.Value) {
	t.Run(strings.ReplaceAll(name, "/", ":"), func(t *testing.T) {
		defer func() {
			if p := recover(); p != nil {
				t.Errorf("panics: %v\n%.1500s", p, debug.Stack())
			}
		}()
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if slices.ContainsFunc(asking, func(p string) bool { return strings.HasPrefix(name, p) }) {
			cancel()
		}
		f.Call(zeroArguments(ctx, f.Type()))
	})
}

// zeroArguments are a context and otherwise empty values.
func zeroArguments(ctx context.Context, f reflect.Type) (in []reflect.Value) {
	for i := range f.NumIn() {
		of := f.In(i)
		switch {
		case f.IsVariadic() && i == f.NumIn()-1:
		case of == reflect.TypeFor[context.Context]():
			in = append(in, reflect.ValueOf(ctx))
		default:
			in = append(in, zeroOf(of))
		}
	}
	return in
}

// zeroOf is a value of the type with nothing in it: an empty reader, a writer to nowhere, a function that
// does nothing, the zero value behind a pointer. Everything else is its zero value, nil too.
func zeroOf(of reflect.Type) reflect.Value {
	for _, empty := range []any{new(bytes.Buffer), new(bytes.Reader), httptest.NewRecorder()} {
		if of.Kind() == reflect.Interface && of.NumMethod() > 0 && reflect.TypeOf(empty).Implements(of) {
			return reflect.ValueOf(empty)
		}
	}
	switch of.Kind() {
	case reflect.Pointer:
		return reflect.New(of.Elem())
	case reflect.Func:
		return reflect.MakeFunc(of, func([]reflect.Value) (out []reflect.Value) {
			for i := range of.NumOut() {
				out = append(out, zeroOf(of.Out(i)))
			}
			return out
		})
	}
	return reflect.Zero(of)
}
