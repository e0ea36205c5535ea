package main

import (
	_ "embed" // what is kept by hand
	"regexp"
	"strings"

	"golang.org/x/net/publicsuffix"
)

//go:embed throwaway.txt
var throwawayByHand string

// tops and parts are the top-level domains and the parts of names that throw-away domains have far more often
// than others.
var tops, parts = func() (map[string]bool, []string) {
	tops, parts := map[string]bool{}, []string(nil)
	for name := range handRows(throwawayByHand) {
		if top, ok := strings.CutPrefix(name, "."); ok {
			tops[top] = true
		} else {
			parts = append(parts, name)
		}
	}
	return tops, parts
}()

// throwaway reports whether a name is of the kind that is registered by the thousand for throw-away mail.
func throwaway(name string) bool {
	if tops[name[strings.LastIndexByte(name, '.')+1:]] {
		return true
	}
	registered := label(name)
	for _, part := range parts {
		if strings.Contains(registered, part) {
			return true
		}
	}
	return false
}

var short = regexp.MustCompile(`^[a-z]{1,4}$`)

// spoken tells a name of five letters that people can say from one that nobody chose: it has a vowel, and no
// three consonants together.
var (
	spoken   = regexp.MustCompile(`^[a-z]{5}$`)
	unspoken = regexp.MustCompile(`[bcdfghjklmnpqrstvwxz]{3}|^[^aeiouy]*$|[jqvwx][^aeiouylr]`)
)

// plainTops are the top-level domains under which companies, families and clubs have had plain words as names
// for decades.
var plainTops = regexp.MustCompile(`^(?:com|net|org|edu|[a-z]{2})$`)

// schools are the second-level domains of schools and authorities in many countries.
var schools = regexp.MustCompile(`\.(?:edu|gov|mil|ac)(?:\.[a-z]{2})?$`)

// mayBeACompany reports whether a name is of the kind that companies and schools hold for decades: a short
// one, a plain word, or one that not everybody can register. Throw-away services take what is left over.
func mayBeACompany(name string, words map[string]bool) bool {
	suffix, _ := publicsuffix.PublicSuffix(name)
	top := suffix[strings.LastIndexByte(suffix, '.')+1:]
	if schools.MatchString(name) {
		return true
	}
	registered := label(name)
	plain := words[registered] || (spoken.MatchString(registered) && !unspoken.MatchString(registered))
	return !tops[top] && (short.MatchString(registered) || (plain && plainTops.MatchString(top)))
}

// label is the registered label of a name, before its public suffix.
func label(name string) string {
	registrable, err := publicsuffix.EffectiveTLDPlusOne(name)
	if err != nil {
		registrable = name
	}
	registered, _, _ := strings.Cut(registrable, ".")
	return registered
}
