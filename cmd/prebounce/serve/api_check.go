package serve

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/prebounce/prebounce/report"
)

// Bounds of a request to check.
const (
	mostChecked    = 1000
	checkedAtOnce  = 16
	checkWait      = 10 * time.Second
	longestCheck   = 60 * time.Second
	longestAddress = 2000
)

// checkRequest is the body of a request to check.
type checkRequest struct {
	Address   *string  `json:"address"`
	Addresses []string `json:"addresses"`
	Timeout   float64  `json:"timeout"` // seconds; 0: the usual
}

func (q *checkRequest) wait() time.Duration {
	if q.Timeout == 0 {
		return checkWait
	}
	return time.Duration(q.Timeout * float64(time.Second))
}

// inputs are the addresses to check.
func (q *checkRequest) inputs() ([]string, error) {
	all := q.Addresses
	if q.Address != nil {
		all = append(all, *q.Address)
	}
	switch {
	case len(all) == 0, q.Address != nil && q.Addresses != nil:
		return nil, errors.New(`want {"address": "ann@example.com"}, or {"addresses": [...]}`)
	case len(all) > mostChecked:
		return nil, &tooMuch{fmt.Sprintf("%d addresses are too many: want up to %d, or a run", len(all), mostChecked),
			http.StatusRequestEntityTooLarge}
	case q.Timeout < 0 || q.Timeout > longestCheck.Seconds():
		return nil, fmt.Errorf("invalid timeout: want seconds, up to %.0f", longestCheck.Seconds())
	}
	for _, in := range all {
		if len(in) > longestAddress {
			return nil, fmt.Errorf("an address of %d octets is none: want up to %d", len(in), longestAddress)
		}
	}
	return all, nil
}

// pending stands for an address about which nothing is known yet.
type pending struct {
	Input   string `json:"input"`
	Pending bool   `json:"pending"`
}

// checkAnswer is the answer to a check: what the command check says, in order. An input that holds several
// addresses has several results.
type checkAnswer struct {
	Results []any `json:"results"`
	Pending int   `json:"pending"` // how many are not known yet: ask again
}

func (s *Server) apiCheck(w http.ResponseWriter, r *http.Request) {
	var q checkRequest
	err := read(w, r, &q)
	var inputs []string
	if err == nil {
		inputs, err = q.inputs()
	}
	if err == nil {
		err = visitorIn(r).spend(len(inputs) - 1) // one was spent at the door
	}
	if err != nil {
		failAPI(w, err)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), q.wait())
	defer cancel()
	answer, err := s.checkAll(ctx, inputs)
	switch {
	case err != nil:
		s.log.Error("checking", "error", err)
		failAPI(w, errNotReady)
	case answer.Pending > 0:
		s.metrics.pending.Add(float64(answer.Pending))
		w.Header().Set("Retry-After", "2")
		tell(w, http.StatusAccepted, answer)
	default:
		tell(w, http.StatusOK, answer)
	}
}

// errNotReady says that addresses can't be checked at present.
var errNotReady = errors.New("addresses can't be checked at present: prebounce's own messages say why")

// checkAll checks inputs, some at a time.
func (s *Server) checkAll(ctx context.Context, inputs []string) (*checkAnswer, error) {
	found := make([][]report.Address, len(inputs))
	failed := make([]error, len(inputs))
	places := make(chan struct{}, checkedAtOnce)
	var all sync.WaitGroup
	for i, in := range inputs {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			found[i], failed[i] = s.checkOne(ctx, in)
		})
	}
	all.Wait()
	a := &checkAnswer{Results: []any{}}
	for i, in := range inputs {
		switch {
		case failed[i] == nil:
			for _, one := range found[i] {
				a.Results = append(a.Results, one)
			}
		case ctx.Err() != nil || late(failed[i]):
			a.Results, a.Pending = append(a.Results, pending{in, true}), a.Pending+1
		default:
			return nil, failed[i]
		}
	}
	return a, nil
}

// late reports whether an error only says that there is no answer yet.
func late(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}

// checkOne checks one input.
func (s *Server) checkOne(ctx context.Context, input string) ([]report.Address, error) {
	if s.o.Check == nil {
		return nil, errNotReady
	}
	all, err := s.o.Check(ctx, input)
	s.metrics.checked(all)
	return all, err
}
