// Package batch runs one list through the judgement: survey, resolve, forecast, judge, split.
//
// The list is read twice. The first read (survey) parses each row's addresses, collects the distinct domains
// and finds the duplicates; then each distinct domain is looked at once, and a [Forecaster] is told how many
// rows there are of which kinds; the second read (split) only judges from what is known by then and copies
// each row to its output, taking few of them apart once more. Each read is cut into blocks that a pool works
// and hands on in order.
//
// Between the reads a row costs twelve bytes in a temporary file and an address sixteen more for the search
// for duplicates; memory grows with the distinct domains alone.
package batch
