package known

import "strings"

// Operator runs mail hosts. The fields are those of hand/providers.csv, whose head explains the words.
type Operator struct {
	Name      string
	Kind      string // mailbox, hosting, gateway, forwarder, parking
	AcceptAll string // does RCPT take any local part: no, often, yes, unknown
	Probe     string // ask, gently, no
}

// OperatorOf says who runs a mail host, given as a lower-case A-label without the last dot: the longest suffix in the
// providers table that ends at a label. It does not allocate.
func OperatorOf(mxHost string) (o Operator, ok bool) {
	for h, suffix := range suffixes(mxHost) {
		if !byHand.has(h) {
			continue
		}
		if row, found := providers.find(suffix); found {
			o, ok = operator(row), true
		}
	}
	return o, ok
}

// Operators returns all of them by name.
func Operators() map[string]Operator {
	all := map[string]Operator{}
	for _, row := range providers.all() {
		o := operator(row)
		if _, again := all[o.Name]; !again {
			all[o.Name] = o
		}
	}
	return all
}

// OperatorNamed finds an operator by the name that [Domain] and [OperatorOf] use.
func OperatorNamed(name string) (Operator, bool) {
	for _, row := range providers.all() {
		if o := operator(row); o.Name == name {
			return o, true
		}
	}
	return Operator{}, false
}

func operator(row string) (o Operator) {
	for _, field := range [...]*string{&o.Name, &o.Kind, &o.AcceptAll, &o.Probe} {
		*field, row, _ = strings.Cut(row, ",")
	}
	return o
}
