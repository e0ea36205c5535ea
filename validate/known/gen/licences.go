package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// sameLicence refuses a package whose licence is another than when it was chosen.
func (p *pkg) sameLicence() error {
	if p.From == "debian" {
		if !bytes.Contains(p.files[debianCopyright(p.Name)], []byte("Licensed under the Apache License, Version 2.0")) {
			return fmt.Errorf("the licence is no longer %s", p.Licence)
		}
		return nil
	}
	var about struct{ License string }
	if err := json.Unmarshal(p.files["package.json"], &about); err != nil {
		return fmt.Errorf("package.json: %w", err)
	}
	if about.License != p.Licence {
		return fmt.Errorf("the licence is %q, lock.json says %q", about.License, p.Licence)
	}
	return nil
}

func debianCopyright(name string) string { return "share/doc/" + name + "/copyright" }

// licenceText is the licence as the package carries it, or empty.
func (p *pkg) licenceText() string {
	if p.From == "debian" {
		return string(p.files[debianCopyright(p.Name)])
	}
	for _, name := range slices.Sorted(maps.Keys(p.files)) {
		base := strings.ToLower(path.Base(name))
		if path.Dir(name) == "." && strings.HasPrefix(base, "licen") {
			return string(p.files[name])
		}
	}
	return ""
}

const licencesHead = `# Data from others

The lists that prebounce carries (validate/known/data) are made from the packages below, with thanks. ` +
	"`make data`" + ` makes
them again and writes this file. prebounce itself is under the licence in LICENSE, which also holds the full text of the
Apache License, Version 2.0.
`

// licences is THIRD_PARTY_DATA.md.
func licences(packages map[string]*pkg) []byte {
	var b bytes.Buffer
	b.WriteString(licencesHead)
	for _, l := range locked {
		if l.Use == "check" {
			continue // read by the generator only; nothing of it is carried
		}
		fmt.Fprintf(&b, "\n## %s %s\n\n%s. Licence: %s.\n\n", l.Name, l.Version, l.Description, l.Licence)
		text := strings.TrimSpace(strings.ReplaceAll(packages[l.Name].licenceText(), "\r\n", "\n"))
		if text == "" {
			fmt.Fprintf(&b, "The package carries no licence text; its package.json says %q.\n", l.Licence)
			continue
		}
		fmt.Fprintf(&b, "```text\n%s\n```\n", text)
	}
	return b.Bytes()
}
