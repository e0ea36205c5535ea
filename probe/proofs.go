package probe

import (
	"strings"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/reply"
)

// proofs are what servers did at one domain in this course, and the refusals that have no meaning without. The zero
// value knows nothing.
type proofs struct {
	hosts   map[string]bool     // that accepted a recipient
	control string              // what the control recipient was told in this course, if that was a refusal
	open    []validate.Answered // refusals that something may yet prove
	// some of them are those of Microsoft's edge, which the control recipient must get as well
	edges bool
}

// proofs of a domain. They belong to the lane of the domain, which one goroutine works at a time.
func (t *hostSession) proofs(d *domain) *proofs {
	t.run.mu.Lock()
	defer t.run.mu.Unlock()
	c := t.run.plan.series
	if c.proofs == nil {
		c.proofs = make(map[string]*proofs)
	}
	p := c.proofs[d.name]
	if p == nil {
		p = new(proofs)
		c.proofs[d.name] = p
	}
	return p
}

// took notes that a host accepted a recipient, and returns the refusals that this proves.
func (p *proofs) took(host string) []validate.Answered {
	if p.hosts[host] {
		return nil
	}
	if p.hosts == nil {
		p.hosts = make(map[string]bool)
	}
	p.hosts[host] = true
	return p.prove()
}

// refused notes a refusal that proves nothing by itself, with what is known so far.
func (p *proofs) refused(found validate.Answered) validate.Answered {
	p.add(&found)
	p.open = append(p.open, found)
	p.edges = p.edges || found.EdgeRefusal()
	return found
}

// wantControl asks about the control recipient of a domain where only that can prove refusals: some host has accepted
// a recipient.
func (t *hostSession) wantControl(d *domain) {
	if p := t.proofs(d); p.edges && len(p.hosts) > 0 && p.control == "" {
		t.lane.askControl(d)
	}
}

// controlSaid notes the refusal of the control recipient, and returns the refusals that this proves.
func (p *proofs) controlSaid(text string) []validate.Answered {
	p.control = text
	return p.prove()
}

// prove returns the refusals of which more is known than when they were handed over.
func (p *proofs) prove() (more []validate.Answered) {
	for i := range p.open {
		if p.add(&p.open[i]) {
			more = append(more, p.open[i])
		}
	}
	return more
}

// add puts what is known into an answer, and reports whether that is new.
func (p *proofs) add(found *validate.Answered) bool {
	before := found.Proof
	if p.hosts[found.Host] {
		found.Proof |= validate.TookAnother
	}
	if p.control != "" && sameWords(p.control, found.Text) {
		found.Proof |= validate.LikeControl
	}
	return found.Proof != before
}

// sameWords reports whether two replies say the same, whatever stands for the recipient. What some hosts add in
// brackets is the machine that spoke and the moment.
func sameWords(a, b string) bool { return spoken(a) == spoken(b) }

func spoken(text string) string {
	r := reply.Parse(text)
	words, _, _ := strings.Cut(strings.ToLower(r.Text()), "[")
	r.Lines = nil
	return r.String() + " " + strings.Join(strings.Fields(words), " ")
}
