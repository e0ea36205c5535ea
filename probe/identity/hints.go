package identity

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"

	"github.com/prebounce/prebounce/probe/auth"
)

// Bounds beyond which filters are known to be wary. No provider publishes its own, so these are our choice.
const (
	manyLinks    = 10 // in a mail
	lettersALink = 40 // of text
	mostHints    = 20 // that are told
)

// spamWords are phrases that rules of public filters score (SpamAssassin's 20_phrases and 20_advance_fee, as of 2024).
// Each is a weak hint: a filter adds many of them up.
var spamWords = []string{
	"act now", "risk free", "risk-free", "100% free", "no obligation", "earn money", "make money fast",
	"work from home", "double your", "lose weight", "you have been selected", "you are a winner", "claim your prize",
	"dear friend", "click here now", "limited time offer", "once in a lifetime", "cheap meds", "viagra", "cialis",
	"gratis gewinn", "sie haben gewonnen", "geld verdienen", "vous avez gagné", "gagnez de l'argent", "has ganado",
	"gana dinero", "hai vinto", "guadagna subito",
}

// anchor is a link of an HTML part.
type anchor struct{ target, text string }

// contentHints are what is known to raise suspicion in the words and links of a message.
func (x *exam) contentHints() (all []fault) {
	l := x.letter
	if l.broken == nil && strings.TrimSpace(l.header.Get("Subject")) == "" {
		all = append(all, fault{Warn, "the subject is empty"})
	}
	text, links := "", 0
	for _, p := range l.parts {
		visible, anchors := p.text, []anchor(nil)
		if p.kind == "text/html" {
			visible, anchors = readHTML(p.text)
			links = max(links, len(anchors))
			all = append(all, disguised(anchors)...)
		} else {
			here := 0
			for range linkedHosts(p.text) {
				here++
			}
			links = max(links, here)
		}
		text += visible + "\n"
	}
	if letters := countLetters(text); links > manyLinks && letters < links*lettersALink {
		all = append(all, fault{Warn, fmt.Sprintf("%d links with only %d letters of text", links, letters)})
	}
	if found := phrases(l.header.Get("Subject") + "\n" + text); len(found) > 0 {
		all = append(all, fault{Warn, "filters score phrases such as " + strings.Join(found, ", ")})
	}
	if mostlyCapitals(text) {
		all = append(all, fault{Warn, "most of the text is in capitals"})
	}
	if whose := x.borrowed(l.verdict.From); whose != "" {
		all = append(
			all,
			fault{
				Warn,
				fmt.Sprintf(
					"the author's domain %s is not your own (%s): send from a domain of your own", cut(l.verdict.From),
					whose,
				),
			},
		)
	}
	return all[:min(len(all), mostHints)]
}

// disguised are the links whose text shows another host than the one they lead to, as phishing does.
func disguised(anchors []anchor) (all []fault) {
	for _, a := range anchors {
		shown, target := hostShown(a.text), hostShown(a.target)
		if shown == "" || target == "" || auth.SuffixOrganization(shown) == auth.SuffixOrganization(target) {
			continue
		}
		all = append(all, fault{Warn, fmt.Sprintf("a link shows %s and leads to %s", cut(shown), cut(target))})
	}
	return all[:min(len(all), mostHints)]
}

var (
	onlyHost = regexp.MustCompile(`(?i)^\s*(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:[/:?#]\S*)?\s*$`)
	someHost = regexp.MustCompile(`(?i)(?:https?://|\bwww\.)((?:[a-z0-9-]+\.)+[a-z]{2,})`)
)

// hostShown is the host of a text that is nothing but a link, or the first of a text with links in it.
func hostShown(text string) string {
	for _, shown := range []*regexp.Regexp{onlyHost, someHost} {
		if m := shown.FindStringSubmatch(text); m != nil {
			return strings.TrimPrefix(strings.ToLower(m[1]), "www.")
		}
	}
	return ""
}

// readHTML gives the visible text and the links of an HTML part.
func readHTML(text string) (visible string, anchors []anchor) {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(text))
	hidden, open, from := "", -1, 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String(), anchors
		case html.TextToken:
			if hidden == "" {
				b.Write(z.Text())
			}
		case html.StartTagToken:
			t := z.Token()
			if t.Data == "style" || t.Data == "script" || t.Data == "title" {
				hidden = t.Data
			}
			if target := attribute(t, "href"); t.Data == "a" && target != "" {
				anchors, open, from = append(anchors, anchor{target: target}), len(anchors), b.Len()
			}
		case html.EndTagToken:
			t := z.Token()
			if t.Data == hidden {
				hidden = ""
			}
			if t.Data == "a" && open >= 0 {
				anchors[open].text, open = b.String()[from:], -1
			}
		}
	}
}

func attribute(t html.Token, name string) string {
	if i := slices.IndexFunc(t.Attr, func(a html.Attribute) bool { return a.Key == name }); i >= 0 {
		return t.Attr[i].Val
	}
	return ""
}

// mostlyCapitals reports whether at least seven tenths of the letters of a text that is not short are capitals.
func mostlyCapitals(text string) bool {
	capitals, small := 0, 0
	for _, r := range text {
		switch {
		case unicode.IsUpper(r):
			capitals++
		case unicode.IsLower(r):
			small++
		}
	}
	return capitals >= lettersALink && capitals*3 >= small*7
}

func countLetters(text string) (n int) {
	for _, r := range text {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

func phrases(text string) (found []string) {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	for _, w := range spamWords {
		if strings.Contains(text, w) && len(found) < 5 {
			found = append(found, fmt.Sprintf("%q", w))
		}
	}
	return found
}
