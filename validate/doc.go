// Package validate holds the words and the judgement: [Address], [Evidence], [Reason], [Verdict].
//
// A verdict is a pure function of facts and [Policy]; nothing here asks the network or opens a file.
package validate
