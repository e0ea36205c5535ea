// Package compare tells what became of the addresses between two finished runs, and sorts the results of a run by
// mailbox with memory that does not grow with the list.
package compare
