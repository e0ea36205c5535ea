package facts

import (
	"bytes"
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/limits"
	"github.com/prebounce/prebounce/validate/reply"
)

// Answers calls each for every stored answer that is wanted and fresh at now, in byte order of the keys. It uses one
// scan unless few keys are wanted. wanted maps keys (see Store.Key) to the caller's numbers and is not changed. A
// reply is returned as validate.Said; a postponed question as validate.Postponed with Tries, Again, Detail, Host,
// Operator and Via.
//
// The control of an answer is that of its domain if that is newer, and otherwise the control that was stored with the
// answer, for limits.ControlLife.
//
// The error is that of ctx. If the file cannot be read, the store turns itself off; answers passed to each before that
// remain valid.
func (s *Store) Answers(ctx context.Context, now time.Time, wanted map[[16]byte]uint32,
	each func(id uint32, a validate.Answer)) error {
	if len(wanted) == 0 || s.isClosed() || s.whyOff() != nil {
		return ctx.Err()
	}
	if err := s.answers(ctx, &picker{now: now, wanted: wanted, each: each,
		shapes: make(reader[domainAnswer])}); err != nil {
		return s.giveUp(ctx, err)
	}
	return ctx.Err()
}

// HasAnswers reports whether the store holds any answers.
func (s *Store) HasAnswers(ctx context.Context) bool {
	if s.isClosed() || s.whyOff() != nil {
		return false
	}
	one := 0
	found, _, err := s.ask(ctx, "SELECT 1 FROM answer LIMIT 1", nil, &one)
	return found && err == nil
}

func (s *Store) answers(ctx context.Context, p *picker) (err error) {
	if p.controls, err = s.controls(ctx, p.now); err != nil {
		return err
	}
	for _, keys := range ranges(p.wanted) {
		if err := s.scan(ctx, keys, p); err != nil {
			return err
		}
	}
	return nil
}

// picker hands on what is wanted of what is held.
type picker struct {
	now      time.Time
	wanted   map[[16]byte]uint32
	each     func(uint32, validate.Answer)
	controls controls
	shapes   reader[domainAnswer]
}

// pick takes a row: what is each answer's own as an answer, the rest as its shape.
func (p *picker) pick(key, shape []byte, own validate.Answer) {
	if len(key) != len(keyRange{}.first) {
		return
	}
	id, ok := p.wanted[[16]byte(key)]
	if !ok {
		return
	}
	if a, ok := p.shapes.read(string(shape), parseAnswer); ok {
		a.Tries, a.At, a.Again = own.Tries, own.At, own.Again
		a.Control = p.controls.of(a, p.now)
		p.each(id, a.Answer)
	}
}

// keyRange is from its first key to its last, both included.
type keyRange struct{ first, last [16]byte }

// fewKeys is how many are looked up faster one by one than by reading all that is held, if that is much.
const fewKeys = 1000

func ranges(wanted map[[16]byte]uint32) []keyRange {
	if len(wanted) > fewKeys {
		return []keyRange{{last: [16]byte(bytes.Repeat([]byte{0xff}, 16))}}
	}
	var all []keyRange
	for key := range wanted {
		all = append(all, keyRange{key, key})
	}
	slices.SortFunc(all, func(a, b keyRange) int { return bytes.Compare(a.first[:], b.first[:]) })
	return all
}

func (s *Store) scan(ctx context.Context, keys keyRange, p *picker) error {
	const q = `SELECT address, tries, at, again, ` + answerColumns + ` FROM answer
		WHERE address BETWEEN ?2 AND ?3 AND until > ?1 AND asked <= ?1 AND until <= asked + ?4 AND again <= ?5 ORDER BY address`
	rows, err := s.db.QueryContext(ctx, q, p.now.Unix(), keys.first[:], keys.last[:],
		int64(longestAnswer/time.Second), nanos(p.now.Add(limits.AgainLife+limits.Lateness)))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var key, shape sql.RawBytes
		var tries int
		var at, again int64
		if err := rows.Scan(&key, &tries, &at, &again, &shape); err != nil {
			return err
		}
		p.pick(key, shape, validate.Answer{Tries: tries, At: moment(at), Again: moment(again)})
	}
	return rows.Err()
}

// answerColumns selects, as one text, what many answers have in common. Of the columns, only the last may
// hold a shapeMark.
const answerColumns = "said || char(31) || domain || char(31) || stage || char(31) || host || char(31) || operator " +
	"|| char(31) || " +
	"sender || char(31) || control || char(31) || proof || char(31) || via || char(31) || detail || char(31) || text"

// domainAnswer is an answer and the domain of whom it is about.
type domainAnswer struct {
	domain string
	validate.Answer
}

func parseAnswer(shape string) (a domainAnswer, ok bool) {
	parts := strings.SplitN(shape, shapeMark, 11)
	if len(parts) != 11 {
		return a, false
	}
	a.domain, a.Host, a.Operator, a.Sender, a.Via, a.Detail, a.Text = parts[1], parts[3], parts[4], parts[5], parts[8],
		parts[9], parts[10]
	proof, err := strconv.ParseUint(parts[7], 10, 8)
	if err != nil {
		return a, false
	}
	a.Proof = validate.Proof(proof)
	a.Status = validate.Postponed
	if parts[0] == "1" {
		a.Status = validate.Said
	}
	a.Stage, ok = stageByName[parts[2]]
	a.Control = controlByName[parts[6]]
	return a, ok
}

var stageByName = func() map[string]reply.Stage {
	byName := make(map[string]reply.Stage)
	for s := reply.StageUnknown; s <= reply.DATA; s++ {
		byName[s.String()] = s
	}
	return byName
}()

// controls are what is known of domains at a moment.
type controls map[string]struct {
	control validate.Control
	asked   int64
}

func (s *Store) controls(ctx context.Context, now time.Time) (controls, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT domain, control, asked FROM control WHERE until > ?1 AND asked <= ?1",
		now.Unix())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	known := make(controls)
	for rows.Next() {
		var domain, control string
		var asked int64
		if err := rows.Scan(&domain, &control, &asked); err != nil {
			return nil, err
		}
		c := known[domain]
		c.control, c.asked = controlByName[control], asked
		known[domain] = c
	}
	return known, rows.Err()
}

// of is what the domain's control makes of an answer.
func (c controls) of(a domainAnswer, now time.Time) validate.Control {
	own := a.Control
	if now.Unix() >= a.At.Unix()+int64(limits.ControlLife/time.Second) {
		own = validate.ControlUnknown
	}
	if its, ok := c[a.domain]; ok && a.Status == validate.Said && (own == validate.ControlUnknown ||
		its.asked > a.At.Unix()) {
		return its.control
	}
	return own
}
