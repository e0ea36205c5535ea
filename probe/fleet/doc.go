// Package fleet asks mail servers from several machines. A coordinator, which has the list, hands its questions to a
// server; workers with an address of their own take them, ask with a [probe.Prober], and hand back the answers.
//
// The server is NATS JetStream, embedded ([Serve]) or somebody's cluster; nothing else knows of NATS. It holds
// questions and answers as ciphertext: each run has a key, which the coordinator seals to every worker. What polite
// asking needs to know is there as well, so that limits hold over all workers: what an operator bears in an hour and a
// day is counted for the whole fleet, and the rest for each sending address. Moments are those of the server's clock;
// the clocks of the others are never compared.
//
// A question leaves the server once it is answered, and an answer once the coordinator has kept it. Whoever is killed
// loses nothing: what a worker held is handed to another, without what it had answered already, and a coordinator that
// comes back ([Coordinator.Journal]) takes the answers that were given meanwhile.
package fleet
