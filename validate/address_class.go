package validate

// What a byte may be in an address: two tables, so that the parser's loops have one look-up per octet.

const (
	isBad  = iota // in neither part
	isText        // atext, RFC 5322 §3.2.3
	isDot
	isAt
	isHigh // part of a character outside ASCII
)

const (
	isAlien   = iota // not in a domain name
	isLetter         // lower-case letter, digit or hyphen
	isCapital        // capital letter
)

var class, inDomain = func() (class, inDomain [256]uint8) {
	for c := range 256 {
		switch b := byte(c); {
		case 'a' <= b && b <= 'z', '0' <= b && b <= '9', b == '-':
			class[c], inDomain[c] = isText, isLetter
		case 'A' <= b && b <= 'Z':
			class[c], inDomain[c] = isText, isCapital
		case b >= 0x80:
			class[c] = isHigh
		}
	}
	for _, c := range "!#$%&'*+/=?^_`{|}~" {
		class[c] = isText
	}
	class['.'], class['@'] = isDot, isAt
	return class, inDomain
}()
