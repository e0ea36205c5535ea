// Package reply tells what an SMTP reply says, and whom it is about.
//
// [Parse] reads a reply as servers, logs and bounce mails write it. [Classify] answers three questions in
// this order: is the reply about us (our address, name, sender, rate), about the host, or about the mailbox?
// Only the last may cost a list a contact, so whatever can be read in two ways is [Undetermined], and a 4yz
// reply never removes anybody (RFC 5321 §4.2.1).
//
// The knowledge is in tables (data/*.tsv), not in branches: every enhanced status code of the IANA registry,
// basic codes, phrases in many languages, providers' own codes, operators that use a code their own way. Text
// is read first, the enhanced code second, the basic code last. Sentences that no phrase has as a whole are
// read by their subject (vocabulary.tsv): "does not exist" is about a contact only where a mailbox is what
// does not exist, and about us where it is the sender. A removal by words stands only if each other word of its
// sentence belongs to a phrase about a mailbox, or is small talk (strangers.go).
//
// Nothing here asks the network, and all functions may be called from several goroutines.
package reply
