// Package exports interprets the columns of contact exports: who opted out, complained or never confirmed, which
// address bounced, and when it was last mailed.
//
// The knowledge is one table. It has a row for each system (the columns it is recognised by, whether it sends, whether
// it stops at the first hard bounce) and a row for each fact that a column states, with its values, its direction and
// its source. An unverified fact is marked as reported and sends a contact to review at most.
//
// The package reads no files. Read takes a file name, the header and a sample of cells, and returns the columns that
// have a meaning; [Fit.Add] then reads one cell.
package exports
