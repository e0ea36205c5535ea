package scan

// Address holds the masks of the characters in an address.
type Address struct {
	At, Dots, Hyphens uint64
	LocalOnly         uint64 // underscores and plus signs, which no domain has
	Capitals          uint64
	P, L              uint64 // of either case
	Common            uint64 // all of the above, and the other letters and digits
}
