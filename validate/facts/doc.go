// Package facts stores facts between runs in one SQLite file: what DNS said about a domain, what a mail server said
// about a recipient, and when.
//
// It stores facts, not verdicts: a verdict is computed from the facts each time. A fact expires (see [Store.Put] and
// [Store.PutAnswers]), and a failure is not a fact. Domains and the envelope sender are stored in clear text. No other
// address is: it is stored only as its [Store.Key].
//
// The store also holds what is needed to ask politely: how much was asked ([Store.Take]), who is asking now
// ([Store.Lease]) and which operators are cooling down ([Store.CoolDown]). No purge removes that.
//
// A run does not depend on the store. Open renames a damaged file and starts a fresh one. A full disk, a lock that is
// not released or damage that is found later turns the store off, and the run continues without it; [Store.Notes]
// reports this. From then on, the limits hold within this process only.
//
// Several processes may share a file. Committed data survives a kill; at most the DNS facts of the last 200 ms are
// lost. The file can be read with the sqlite3 shell: "SELECT name, status, hosts FROM domain".
package facts
