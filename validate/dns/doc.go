// Package dns asks resolvers many questions concurrently and reports exactly how each question ended.
//
// A Client keeps a few long-lived UDP sockets for each resolver, switches to TCP for truncated answers, and limits the
// queries in flight to what a resolver handles. Answers are checked (source, id, question, letter case) and bounded.
// The Answer keeps apart a negative answer, a failure and an answer that cannot be relied on.
//
// It is the only package of the project, besides the sandbox, that imports github.com/miekg/dns.
package dns
