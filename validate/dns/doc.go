// Package dns asks resolvers, many questions at a time, and keeps apart what they say.
//
// A [Client] holds a few long-lived UDP sockets to each resolver, turns to TCP for what is truncated, and lets no more
// questions fly than a resolver bears. Answers are checked (source, id, question, the case of its letters) and bounded.
// What is a no, what is "don't know", and what can't be relied on stays visible in the [Answer].
//
// It is the only package of the project, the sandbox apart, that knows github.com/miekg/dns.
package dns
