package known

import "strings"

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

// tlds are the slips in the last label. Some are top-level domains themselves (co, cm, om), which takes more to believe.
var tlds = map[string]string{
	"con": "com", "cmo": "com", "ocm": "com", "comm": "com", "vom": "com", "xom": "com", "cim": "com", "cpm": "com", "ckm": "com",
	"coom": "com", "ccom": "com", "comn": "com", "coim": "com", "clm": "com", "cok": "com", "co": "com", "cm": "com", "om": "com",
	"nte": "net", "nett": "net", "ent": "net", "ner": "net", "neet": "net",
	"ogr": "org", "rog": "org", "orgg": "org", "prg": "org", "orh": "org",
	"edy": "edu", "eud": "edu",
}

// fixTLD sets the last label right. One that nobody can register is wrong for certain; a country's is taken for .com only
// where a target says so.
func (p *Prior) fixTLD(domain string, seen int) string {
	dot := strings.LastIndexByte(domain, '.')
	if dot <= 0 {
		return ""
	}
	right := tlds[domain[dot+1:]]
	if right == "" {
		return ""
	}
	if _, listed := splitSuffix(domain[dot+1:]); !listed {
		return domain[:dot+1] + right
	}
	return p.instead(domain[:dot], domain[dot+1:], seen)
}

// instead finds the target of that name under .com, or under a suffix that a country's .co was cut from. Where both are
// targets, the list has to say clearly which.
func (p *Prior) instead(name, typed string, seen int) string {
	var best, second *target
	for n := len(name); n <= min(len(name)+len(".com.xx"), maxTarget); n++ {
		for i := range p.all[n] {
			t := &p.all[n][i]
			if t.name != name || t.suffix != "com" && !(typed == "co" && strings.HasPrefix(t.suffix, "co.")) {
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
	if best == nil || second != nil && best.count <= 10*second.count || !q.enough(best, closeness{edits: 1}) {
		return ""
	}
	return best.domain
}

// slip is a way to type something else than was meant. It tells whether it may have happened where typed[i:] and meant[j:]
// part, and whether it is an odd one, that fingers seldom make.
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

// added: a doubled character, or a key beside the one before or after it, is no odd one.
func added(typed, meant string, i, j int) (odd, applies bool) {
	if i >= len(typed) || i == 0 {
		return true, i < len(typed)
	}
	near := typed[i] == typed[i-1] || neighbours(typed[i], typed[i-1]) || j < len(meant) && neighbours(typed[i], meant[j])
	return !near, true
}
