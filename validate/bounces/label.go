package bounces

// Label returns what a service's own word for a bounce says of the mailbox, by the table that [Read] uses
// too. format is a name of [Formats]. It reports false for a word that the service does not document.
func Label(format, word string) (Fate, bool) {
	for _, f := range formats {
		if f.name == format {
			fate, ok := f.labels[normal(word)]
			if fate == noNews {
				fate = Untold
			}
			return fate, ok && word != ""
		}
	}
	return Untold, false
}
