// Package exports knows what the columns of contact exports say about a contact: that a person opted out, complained
// or never confirmed, that an address bounced, and when it was last mailed.
//
// The knowledge is one table: a row for each system (by which columns it is recognised, whether it sends, whether it
// stops at the first hard bounce) and a row for each fact that a column states, with its values, its direction and
// its source. A fact that nobody could check is marked [Reported], and sends a contact to review at most.
//
// The package reads no files. [Read] takes a file's name, the header's names and a sample of cells, and returns the
// columns that say something; [Column.Says] then reads one cell.
package exports
