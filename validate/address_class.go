package validate

// What a byte may be in an address: two tables, so that the parser's loops have one look-up per octet.

// Bits, so that a loop can gather what it has seen.
const (
	isText  = 1 << iota // atext, RFC 5322 §3.2.3
	isUpper             // a capital letter, atext too
	isMark              // atext that people also put around or between addresses
	isDot
	isAt
	isHigh // part of a character outside ASCII
	isBad  // in neither part

	isAtext   = isText | isUpper | isMark
	endsLocal = isAt | isHigh | isBad // a dot-string of ASCII
)

const (
	isAlien   = 0 // not in a domain name of ASCII
	isLetter  = 1 // lower-case letter, digit or hyphen
	isCapital = 2
	endsLabel = 4
)

var class, inDomain = func() (class, inDomain [256]uint8) {
	for c := range 256 {
		class[c] = isBad
		switch b := byte(c); {
		case 'a' <= b && b <= 'z', '0' <= b && b <= '9':
			class[c], inDomain[c] = isText, isLetter
		case 'A' <= b && b <= 'Z':
			class[c], inDomain[c] = isUpper, isCapital
		case b >= 0x80:
			class[c] = isHigh
		}
	}
	for _, c := range "!#$%&*+=?^_{}~" {
		class[c] = isText
	}
	for _, c := range "'`/|" {
		class[c] = isMark
	}
	class['-'], inDomain['-'] = isText, isLetter
	class['.'], inDomain['.'] = isDot, endsLabel
	class['@'] = isAt
	return class, inDomain
}()
