// Package facts is the store of facts: what DNS said about a domain and a mail host about a recipient, and when, kept
// between runs in one SQLite file.
//
// It holds facts, never verdicts: a verdict is computed from them anew. A fact has a best-before (see [Store.Put],
// [Store.PutAnswers]), and a failure is no fact. A domain stands in clear, and so does our own sender; another
// address never does: it is known by [Store.Key] alone.
//
// Beside the facts it holds what we owe to those who are asked: how much was asked ([Store.Take]), who asks at
// present ([Store.Lease]) and who is to be left alone ([Store.Rest]). No purge forgets that.
//
// The store is a help, not a need. [Open] sets a damaged or foreign file aside and begins a fresh one; a full disk, a
// lock that isn't given back or damage found later turns the store off, and the run goes on without. [Store.Notes]
// tells the person. What we owe is then known to this process alone, which still keeps to it.
//
// Several processes may share a file. What one of them committed outlives a kill; at most the facts that DNS gave in
// the last 200 ms are lost. The file can be read with the sqlite3 shell: "SELECT name, status, hosts FROM domain".
package facts
