package fleet

import (
	"time"

	"github.com/prebounce/prebounce/validate"
)

// batch is questions about one operator, which one worker asks.
type batch struct {
	Epoch    int           `json:"epoch"` // of the coordinator: how often it has come back
	Number   int           `json:"number"`
	Operator string        `json:"operator"`
	Until    time.Time     `json:"until"`    // by the server's clock: nobody waits for the answers any longer
	MaxWait  time.Duration `json:"max_wait"` // see [probe.Prober.MaxWait]
	RCPTs    int           `json:"rcpts"`    // at most; 0: any number
	Domains  []domain      `json:"domains"`
}

// domain is a domain of a batch with its questions.
type domain struct {
	Name      string        `json:"name"`
	Mail      validate.Mail `json:"mail"`
	Questions []question    `json:"questions"`
}

// question is one of a batch. Moments are the server's.
type question struct {
	ID     uint32           `json:"id"`
	Local  string           `json:"local"`
	Quoted bool             `json:"quoted,omitzero"`
	UTF8   bool             `json:"utf8,omitzero"`
	Tries  int              `json:"tries,omitzero"`
	Again  time.Time        `json:"again,omitzero"`
	Taken  *validate.Answer `json:"taken,omitzero"`
}

func (d *domain) address(q *question) validate.Address {
	return validate.Address{Local: q.Local, Domain: d.Name, Quoted: q.Quoted, UTF8: q.UTF8}
}

func (b *batch) size() (n int) {
	for i := range b.Domains {
		n += len(b.Domains[i].Questions)
	}
	return n
}

// found is what a worker hands back: answers, or that a batch is done.
type found struct {
	Epoch   int              `json:"epoch"`
	Number  int              `json:"number"`
	Answers []answered       `json:"answers,omitempty"`
	Done    *validate.Asking `json:"done,omitempty"` // how asking went in this batch, which is done
}

// answered is an answer, its moments the server's, and the mark of whom it is about.
type answered struct {
	Mark   []byte `json:"mark"`
	Domain string `json:"domain"`
	validate.Answered
}

// progress is what the server knows of a batch at work.
type progress struct {
	Holder string `json:"holder"` // who works on it
	Done   []byte `json:"done"`   // by the place of a question in the batch: a bit for those that are answered
}

func (p *progress) has(i int) bool { return i/8 < len(p.Done) && p.Done[i/8]&(1<<(i%8)) != 0 }

func (p *progress) add(i int) {
	for i/8 >= len(p.Done) {
		p.Done = append(p.Done, 0)
	}
	p.Done[i/8] |= 1 << (i % 8)
}
