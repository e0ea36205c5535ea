package report

import (
	"encoding"
	"encoding/json"
	"io"
	"reflect"
	"strings"
	"time"
)

// schemaVersion is the version of report.json. It grows when a field is removed or changes its meaning, not
// when one is added.
const schemaVersion = 1

// Schema writes the JSON Schema of report.json (https://json-schema.org/draft/2020-12). It is made from the
// types that are written, so that the two can't disagree.
func Schema(w io.Writer) error {
	s := schemaOf(reflect.TypeFor[Result](), nil)
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = "report.json of prebounce"
	s["description"] = "What a run found and what it forecasts. Arrays are never null. A field that is not " +
		"required is left out if there is nothing to say."
	s["properties"].(object)["schema_version"] = object{"const": schemaVersion}
	return indented(w, s)
}

type object = map[string]any

// schemaOf describes a type as encoding/json writes it. above are the types that it stands in.
func schemaOf(t reflect.Type, above []reflect.Type) object {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return object{"type": "string", "format": "date-time"}
	case t.Implements(reflect.TypeFor[json.Marshaler]()) ||
		reflect.PointerTo(t).Implements(reflect.TypeFor[json.Marshaler]()):
		return object{}
	case t.Implements(reflect.TypeFor[encoding.TextMarshaler]()):
		return object{"type": "string"}
	}
	for _, a := range above {
		if a == t {
			return object{}
		}
	}
	above = append(above[:len(above):len(above)], t)
	switch t.Kind() {
	case reflect.Pointer:
		return schemaOf(t.Elem(), above)
	case reflect.Struct:
		return structSchema(t, above)
	case reflect.Slice, reflect.Array:
		return object{"type": "array", "items": schemaOf(t.Elem(), above)}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": schemaOf(t.Elem(), above)}
	}
	return scalarSchema(t.Kind())
}

func scalarSchema(k reflect.Kind) object {
	switch k {
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Float32, reflect.Float64:
		return object{"type": "number"}
	case reflect.Interface:
		return object{}
	}
	return object{"type": "integer"}
}

func structSchema(t reflect.Type, above []reflect.Type) object {
	properties, required := object{}, []string{}
	for f := range fieldsOf(t) {
		s := schemaOf(f.Type, above)
		if f.Type.Kind() == reflect.Pointer && !f.optional && s["type"] != nil {
			s["type"] = []any{s["type"], "null"} // null is "not known"
		}
		properties[f.name] = s
		if !f.optional {
			required = append(required, f.name)
		}
	}
	return object{"type": "object", "properties": properties, "required": required}
}

// jsonField is a field as encoding/json writes it.
type jsonField struct {
	reflect.StructField
	name     string
	optional bool
}

// fieldsOf goes through the fields of a struct that are written, those of embedded ones among them.
func fieldsOf(t reflect.Type) func(func(jsonField) bool) {
	return func(yield func(jsonField) bool) {
		for i := range t.NumField() {
			f := t.Field(i)
			name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			embedded := f.Type
			if embedded.Kind() == reflect.Pointer {
				embedded = embedded.Elem()
			}
			switch {
			case name == "-" || (!f.IsExported() && !f.Anonymous):
			case f.Anonymous && name == "" && embedded.Kind() == reflect.Struct:
				for inner := range fieldsOf(embedded) {
					if !yield(inner) {
						return
					}
				}
			default:
				if name == "" {
					name = f.Name
				}
				if !yield(jsonField{f, name, strings.Contains(options, "omit")}) {
					return
				}
			}
		}
	}
}

// noNulls makes arrays and objects that are written, and that nobody made, empty ones: whoever reads JSON
// needs not look for null.
func noNulls(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			noNulls(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if tag := v.Type().Field(i).Tag.Get("json"); tag != "-" && v.Field(i).CanSet() {
				noNullsField(v.Field(i), strings.Contains(tag, ",omit"))
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			noNulls(v.Index(i))
		}
	}
}

func noNullsField(v reflect.Value, optional bool) {
	switch {
	case v.Kind() == reflect.Slice && v.IsNil() && !optional:
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	case v.Kind() == reflect.Map && v.IsNil() && !optional:
		v.Set(reflect.MakeMap(v.Type()))
	default:
		noNulls(v)
	}
}
