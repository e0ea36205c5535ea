package smtp

// What tests of the prober with real servers take from here.
var (
	Postfix = postfix
	Exim    = exim
)
