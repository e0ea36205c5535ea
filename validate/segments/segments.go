// Package segments is the vocabulary by which a forecast tells the rows of a list apart: who runs their mail servers
// ([Provider]), where their addresses come from ([Source]), how old they are ([Age]) and since what ([Sign]), and what
// another verifier called them ([Called]). A run counts rows by it, a forecast is made of it, and a history is kept by
// its names. The names are stable, the numbers are not.
package segments

import (
	"fmt"
	"slices"
	"strings"
)

// word is a type of this vocabulary whose values have names.
type word interface {
	Provider | Source | Age | Sign
	String() string
}

func namesOf[T word]() []string {
	switch any(T(0)).(type) {
	case Provider:
		return providerNames[:]
	case Source:
		return sourceNames[:]
	case Age:
		return ageNames[:]
	}
	return signNames[:]
}

// Named finds the value whose String is name: Named[Provider]("gmail") is Gmail.
func Named[T word](name string) (T, bool) {
	i := slices.Index(namesOf[T](), name)
	return T(max(i, 0)), i >= 0
}

// nameIn is the name that a table gives to a number, or the number itself where the table has no place for it.
func nameIn[T word](names []string, kind string, n T) string {
	if int(n) < len(names) {
		return names[n]
	}
	return fmt.Sprintf("%s(%d)", kind, uint8(n))
}

// Segment is a value of one of the three things by which a person can hold rows back: "provider=gmail",
// "source=purchased", "age=>4y".
type Segment string

// Of names the three segments of a row.
func Of(p Provider, s Source, a Age) [3]Segment {
	return [3]Segment{Segment("provider=" + p.String()), Segment("source=" + s.String()), Segment("age=" + a.String())}
}

// Parse reads a segment and refuses what no row can have.
func Parse(text string) (Segment, error) {
	what, value, _ := strings.Cut(text, "=")
	values, ok := map[string][]string{
		"provider": namesOf[Provider](), "source": namesOf[Source](), "age": namesOf[Age](),
	}[what]
	if !ok {
		return "", fmt.Errorf("invalid segment %q: want provider=NAME, source=NAME or age=RANGE", text)
	}
	if !slices.Contains(values, value) {
		return "", fmt.Errorf("invalid segment %q: want %s=%s", text, what, strings.Join(values, "|"))
	}
	return Segment(text), nil
}
