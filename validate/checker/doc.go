// Package checker is the front door for programs: it checks addresses one at a time, cleans a list from a
// reader into writers, and answers over HTTP.
//
// [Check] asks nobody. A [Checker] asks DNS, and mail hosts if it is given a prober; it remembers what DNS
// said, in memory unless it is given a store. A no of DNS is believed only while domains that can't be gone
// are seen (see [mx.Lookup.Doubt]).
//
// Nothing here prints, logs or keeps an address.
package checker
