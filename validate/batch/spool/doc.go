// Package spool is the machinery for reading a list twice: a pool of workers whose results arrive in the order of the
// list, unnamed temporary files, records partitioned on disk, and the search for duplicates among them.
//
// It knows rows by number and addresses by hash. It knows nothing about mail, reasons or forecasts.
package spool
