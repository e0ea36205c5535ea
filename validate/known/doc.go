// Package known answers what lists say about an address: is its domain disposable, an alias service or a free
// provider, who runs its mail hosts, is its local part a role's, which other spelling reaches the same
// mailbox, and is its domain a slip of the pen.
//
// The lists are sorted text that the program carries and searches in place, so they cost neither start-up
// time nor heap. What is under data is made from pinned packages (see gen) and can be replaced by a newer set
// at run time ([Open]); what is under hand is kept by hand and comes with the program. Nothing here asks the
// network.
package known

//go:generate go run ./gen -root ../..
