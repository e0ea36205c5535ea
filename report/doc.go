// Package report tells what a run found: in words for a person ([Text], [Card]), as JSON for a machine ([JSON], [Address]).
//
// Nothing from a list or a server reaches a terminal unescaped: see [Plain].
package report
