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
	isLetter = 1 << iota // in lower case
	isDigit
	isCapital
	isHyphen
	endsLabel
	// a hyphen or the end of a label: no two of them stand next to each other, and none at an end, but in
	// names worth a second look
	isEdge
	isAlien // not in a domain name of ASCII

	isLDH = isLetter | isDigit | isCapital | isHyphen // letters, digits, hyphen: RFC 5890 §2.3.1
)

var class, inDomain = func() (class, inDomain [256]uint8) {
	for c := range 256 {
		class[c], inDomain[c] = isBad, isAlien
		switch b := byte(c); {
		case 'a' <= b && b <= 'z':
			class[c], inDomain[c] = isText, isLetter
		case '0' <= b && b <= '9':
			class[c], inDomain[c] = isText, isDigit
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
	class['-'], inDomain['-'] = isText, isHyphen|isEdge
	class['.'], inDomain['.'] = isDot, endsLabel|isEdge
	class['@'] = isAt
	return class, inDomain
}()
