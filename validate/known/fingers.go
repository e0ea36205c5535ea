package known

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

// rows are the keys of a keyboard; each row stands half a key to the right of the one above it.
var rows = [...]string{"1234567890-", "qwertyuiop", "asdfghjkl", "zxcvbnm"}

// looksLike are the characters that eyes mistake for each other.
var looksLike = [...]string{"l1i", "0o"}

// nearKeys holds, for each character, those that are easily hit or read for it.
var nearKeys = func() (sets [256]letters) {
	for _, a := range []byte(strings.Join(rows[:], "")) {
		for _, b := range []byte(strings.Join(rows[:], "")) {
			if a != b && adjacent(a, b) {
				sets[a] |= letter(b)
			}
		}
	}
	return sets
}()

func neighbours(a, b byte) bool { return nearKeys[a]&letter(b) != 0 }

func adjacent(a, b byte) bool {
	for _, set := range looksLike {
		if strings.IndexByte(set, a) >= 0 && strings.IndexByte(set, b) >= 0 {
			return true
		}
	}
	ra, ca := key(a)
	rb, cb := key(b)
	if ra < 0 || rb < 0 {
		return false
	}
	if ra > rb {
		ra, ca, rb, cb = rb, cb, ra, ca
	}
	switch rb - ra {
	case 0:
		return ca-cb == 1 || cb-ca == 1
	case 1:
		return ca == cb || ca == cb+1
	}
	return false
}

func key(c byte) (row, column int) {
	for row, keys := range rows {
		if column := strings.IndexByte(keys, c); column >= 0 {
			return row, column
		}
	}
	return -1, -1
}

// tlds are the slips in the last label. Some are top-level domains themselves (co, cm, om), which takes more
// to believe.
var tlds = map[string]string{
	"con": "com", "cmo": "com", "ocm": "com", "comm": "com", "vom": "com", "xom": "com", "cim": "com", "cpm": "com",
	"ckm":  "com",
	"coom": "com", "ccom": "com", "comn": "com", "coim": "com", "clm": "com", "cok": "com", "co": "com", "cm": "com",
	"om":  "com",
	"nte": "net", "nett": "net", "ent": "net", "ner": "net", "neet": "net",
	"ogr": "org", "rog": "org", "orgg": "org", "prg": "org", "orh": "org",
	"edy": "edu", "eud": "edu",
}

// tops are the top-level domains that an unknown one is taken for where it is an edit away.
var tops = [...]string{"com", "net", "org", "info"}

// fixTLD sets the last labels right. A last one that nobody can register is wrong for certain; a country's is
// taken for .com only where a target says so.
func (p *Prior) fixTLD(domain string, seen int) string {
	dot := strings.LastIndexByte(domain, '.')
	if dot <= 0 {
		return ""
	}
	name, top := domain[:dot], domain[dot+1:]
	if fixed := fixSecond(name, top); fixed != "" {
		return fixed
	}
	right := tlds[top]
	_, listed := splitSuffix(top)
	switch {
	case listed && right != "":
		return p.instead(name, top, seen)
	case listed:
		return ""
	case right == "":
		right = nearTop(top)
	}
	if right == "" {
		return p.sameName(name, top)
	}
	return name + "." + right
}

// nearTop is the one of the usual top-level domains that an unknown one is an edit away from.
func nearTop(top string) (right string) {
	if len(top) < 3 {
		return ""
	}
	for _, t := range tops {
		switch n, _ := edits(top, t, 0, 0, 1); {
		case n > 1:
		case right != "":
			return ""
		default:
			right = t
		}
	}
	return right
}

// sameName is the one target of that name whose last label a few slips of the fingers may have turned into an
// unknown one.
func (p *Prior) sameName(name, top string) (meant string) {
	if len(top) < 3 {
		return ""
	}
	for n := len(name) + 3; n <= min(len(name)+len(top)+1+maxEdits, maxTarget); n++ {
		for i := range p.all[n] {
			t := &p.all[n][i]
			if t.name != name || strings.Contains(t.suffix, ".") {
				continue
			}
			if top == t.suffix {
				return "" // it is a target itself
			}
			if n, odd := edits(top, t.suffix, 0, 0, maxEdits); n > maxEdits || odd {
				continue
			}
			if meant != "" {
				return ""
			}
			meant = t.domain
		}
	}
	return meant
}

// fixSecond sets right the label before a country's: "acme.con.br", and "acme.com.uk" where it has to be "co".
func fixSecond(name, top string) string {
	dot := strings.LastIndexByte(name, '.')
	if len(top) != 2 || dot <= 0 {
		return ""
	}
	second := name[dot+1:]
	right := tlds[second]
	switch {
	case second == "com":
		right = "co"
	case second == "co":
		right = "com"
	}
	if right == "" || IsPublicSuffix(second+"."+top) || !isRegistry(right+"."+top) {
		return ""
	}
	return name[:dot+1] + right + "." + top
}

// isRegistry reports whether a registry takes names below one of two labels.
func isRegistry(name string) bool {
	suffix, icann := publicsuffix.PublicSuffix(name)
	return icann && suffix == name
}

// instead finds the target of that name under .com, or under a suffix that a country's .co was cut from. Where both are
// targets, the list has to say clearly which.
func (p *Prior) instead(name, typed string, seen int) string {
	var best, second *target
	for n := len(name); n <= min(len(name)+len(".com.xx"), maxTarget); n++ {
		for i := range p.all[n] {
			t := &p.all[n][i]
			if t.name != name || (t.suffix != "com" && !(typed == "co" && strings.HasPrefix(t.suffix, "co."))) {
				continue
			}
			if best == nil || t.count > best.count {
				best, second = t, best
			} else if second == nil || t.count > second.count {
				second = t
			}
		}
	}
	q := query{seen: seen}
	if second != nil && best.count == 0 && second.count == 0 { // the list doesn't say
		best, second = p.onlyCountry(name)
	}
	if best == nil || (second != nil && best.count <= 10*second.count) || !q.enough(best, closeness{edits: 1}) {
		return ""
	}
	return best.domain
}

// onlyCountry is the giant under .com, where no more than one country's suffix stands beside it:
// "hotmail.co". Where several do, as for Yahoo, nobody knows which was cut off.
func (p *Prior) onlyCountry(name string) (best, second *target) {
	countries := 0
	for n := len(name); n <= min(len(name)+len(".com.xx"), maxTarget); n++ {
		for i := range p.all[n] {
			switch t := &p.all[n][i]; {
			case t.name != name:
			case t.suffix == "com" && t.kind == giant:
				best = t
			case strings.HasPrefix(t.suffix, "co."):
				countries++
				second = t
			}
		}
	}
	if best != nil && countries <= 1 {
		return best, nil
	}
	return best, second
}

// slip is a way to type something else than was meant. It reports whether it may have happened where
// typed[i:] and meant[j:] part, and whether it is an odd one, that fingers seldom make.
type slip struct {
	typed, meant int // how many characters of each it explains
	is           func(typed, meant string, i, j int) (odd, applies bool)
}

var slips = [...]slip{
	{2, 2, swapped}, {1, 1, replaced}, {0, 1, dropped}, {1, 0, added},
}

func swapped(typed, meant string, i, j int) (odd, applies bool) {
	return false, i+1 < len(typed) && j+1 < len(meant) && typed[i] == meant[j+1] && typed[i+1] == meant[j]
}

func replaced(typed, meant string, i, j int) (odd, applies bool) {
	if i >= len(typed) || j >= len(meant) {
		return false, false
	}
	return i == 0 || !neighbours(typed[i], meant[j]), true
}

func dropped(_, meant string, i, j int) (odd, applies bool) { return i == 0, j < len(meant) }

// added: a doubled character, or a key beside the one before or after it, is not odd.
func added(typed, meant string, i, j int) (odd, applies bool) {
	if i >= len(typed) || i == 0 {
		return true, i < len(typed)
	}
	near := typed[i] == typed[i-1] || neighbours(typed[i], typed[i-1]) || (j < len(meant) && neighbours(typed[i],
		meant[j]))
	return !near, true
}
