package known

import (
	_ "embed" // the lists are part of the program
	"encoding/json"
	"time"
)

//go:embed data/disposable.txt
var disposableText string

//go:embed data/free.txt
var freeText string

//go:embed data/roles.txt
var rolesText string

//go:embed data/filter.bin
var filterBits string

//go:embed data/MANIFEST.json
var manifestText string

//go:embed hand/alias.txt
var aliasText string

//go:embed hand/consumers.txt
var consumersText string

//go:embed hand/guard.txt
var guardText string

//go:embed hand/mailboxes.txt
var mailboxesText string

//go:embed hand/places.txt
var placesText string

//go:embed hand/providers.csv
var providersText string

//go:embed hand/targets.txt
var targetsText string

//go:embed hand/typos.txt
var typosText string

// The tables kept by hand come with the program and never change.
var (
	aliases   = table(aliasText)
	consumers = table(consumersText)
	guards    = table(guardText)
	places    = table(placesText)
	providers = table(providersText)
	targets   = table(targetsText)
	typos     = table(typosText)

	byHand = newFilter(hashes(domainSeed, aliases, consumers, guards, providers, targets))
)

// lists are the tables that can be replaced by newer ones.
type lists struct {
	disposable table // domain, tab, Sources in hexadecimal
	free       table // domain
	roles      table // local part, tab, kind
	openings   *openings
	filter     filter
	manifest   string
}

var embedded = lists{table(disposableText), table(freeText), table(rolesText), openingsOf(table(rolesText)),
	filter(filterBits), manifestText}

// lists are the ones in use: those of the program unless others were opened.
func (l *Lists) lists() *lists {
	if l == nil || l.opened == nil {
		return &embedded
	}
	return l.opened
}

// Age is how old the newest source of the lists in use is.
func (l *Lists) Age(now time.Time) time.Duration {
	made, _ := time.Parse(time.DateOnly, l.Version()) // a test holds our own to it
	return now.Sub(made)
}

// Source is a list that others keep and ours are made from.
type Source struct {
	Name        string `json:"name"`
	Version     string `json:"version"`
	Date        string `json:"date"` // of its release: 2006-01-02
	Licence     string `json:"licence"`
	Integrity   string `json:"integrity"` // of the package: the registry's hash
	Count       int    `json:"count"`     // entries that were read
	Description string `json:"description"`
}

// List is one of our own lists, as it is searched.
type List struct {
	Name   string `json:"name"`
	Count  int    `json:"count,omitempty"`
	SHA256 string `json:"sha256"`
}

// manifest describes a set of lists; it lies beside them as MANIFEST.json.
type manifest struct {
	Format  int      `json:"format"`
	Date    string   `json:"date"`
	Lists   []List   `json:"lists"`
	Sources []Source `json:"sources"`
}

// format counts the ways in which lists were written; one program reads one.
const format = 1

func (l *Lists) manifest() (m manifest) {
	json.Unmarshal([]byte(l.lists().manifest), &m) // ours is tested, an opened one was parsed before
	return m
}

// Sources tells what the lists in use are made from.
func (l *Lists) Sources() []Source { return l.manifest().Sources }

// Lists tells what is in use, with what is kept by hand.
func (l *Lists) Lists() (all []List) {
	for _, list := range l.manifest().Lists {
		if list.Name != filterFile {
			all = append(all, list)
		}
	}
	for _, f := range []file{{"alias.txt", aliasText}, {"consumers.txt", consumersText},
		{"providers.csv", providersText}} {
		all = append(all, List{f.name, table(f.text).count(), checksum(f.text)})
	}
	return all
}

// Version is the date of the newest source of the lists in use: 2006-01-02.
func (l *Lists) Version() string { return l.manifest().Date }
