// Package spool is the machinery of the two reads of a list: a pool of workers whose results come in the order of the
// list, temporary files without a name, records kept in partitions on disk, and the search for duplicates among them.
//
// It knows rows by their numbers and addresses by their hashes. It knows nothing of mail, reasons or forecasts.
package spool
