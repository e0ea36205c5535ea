package serve

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestTheDescriptionHasTheRoutes, all of them and no other, and the fields of what is sent and answered.
func TestTheDescriptionHasTheRoutes(t *testing.T) {
	x := open(t, nil, nil)
	a, text := exchange(t, x.request(t, "GET", apiRoot+"/openapi.yaml", nil))
	if a.StatusCode != 200 || !strings.HasPrefix(text, "openapi: 3.1.0\n") {
		t.Fatalf("%s: %s", a.Status, text)
	}
	var described, there []string
	path := ""
	for _, m := range regexp.MustCompile(`(?m)^(?:  (/\S*):|    (get|put|post|delete|patch|head|options):)$`).FindAllStringSubmatch(text, -1) {
		if m[1] != "" {
			path = m[1]
			continue
		}
		described = append(described, strings.ToUpper(m[2])+" "+path)
	}
	for _, e := range x.endpoints() {
		there = append(there, e.method+" "+strings.ReplaceAll(e.path, "...}", "}"))
	}
	slices.Sort(described)
	slices.Sort(there)
	if !slices.Equal(described, there) {
		t.Errorf("it describes\n%s\nthere are\n%s", strings.Join(described, "\n"), strings.Join(there, "\n"))
	}
	for schema, v := range map[string]any{"Run": runView{}, "CheckRequest": checkRequest{},
		"CheckAnswer": checkAnswer{}} {
		_, part, _ := strings.Cut(text, "\n    "+schema+":\n")
		if end := regexp.MustCompile(`(?m)^    [A-Z]`).FindStringIndex(part); end != nil {
			part = part[:end[0]]
		}
		for f := range reflect.TypeOf(v).NumField() {
			name, _, _ := strings.Cut(reflect.TypeOf(v).Field(f).Tag.Get("json"), ",")
			if !strings.Contains(part, "\n        "+name+":") {
				t.Errorf("%s is described without %s", schema, name)
			}
		}
	}
}
