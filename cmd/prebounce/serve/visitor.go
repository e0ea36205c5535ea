package serve

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"golang.org/x/time/rate"
)

// visitor is who sends a request: what it may do, and how often. The zero value is the person, who may do everything.
type visitor struct {
	digest  [sha256.Size]byte
	rights  []right // nil: all
	limiter *rate.Limiter
}

func visitorOf(t Token) *visitor {
	v := &visitor{digest: t.digest, rights: t.rights}
	if t.burst > 0 {
		v.limiter = rate.NewLimiter(t.limit, t.burst)
	}
	return v
}

// refusal says why a visitor may not do what it asks for.
type refusal struct {
	status int
	why    string
	wait   time.Duration // until asking again makes sense; zero: never
}

func (e *refusal) Error() string { return e.why }

// may refuses what takes another right. A token for everything is the person's own.
func (v *visitor) may(need right) error {
	if v.rights == nil || need == toAnybody || slices.Contains(v.rights, need) {
		return nil
	}
	return &refusal{http.StatusForbidden, fmt.Sprintf("this token lacks the right %q: see prebounce help api", need), 0}
}

// spend takes n of what a visitor may do in a time, and refuses what is beyond it.
func (v *visitor) spend(n int) error {
	if v.limiter == nil || n <= 0 {
		return nil
	}
	if n > v.limiter.Burst() {
		return &refusal{http.StatusRequestEntityTooLarge,
			fmt.Sprintf("%d at once are more than this token's rate: want up to %d", n, v.limiter.Burst()), 0}
	}
	now := time.Now()
	r := v.limiter.ReserveN(now, n)
	wait := r.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	r.CancelAt(now)
	return &refusal{http.StatusTooManyRequests, "this token's rate is used up: ask again later", wait}
}

type visitorKey struct{}

func withVisitor(r *http.Request, v *visitor) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), visitorKey{}, v))
}

// visitorIn is who sends a request that was let in.
func visitorIn(r *http.Request) *visitor { return r.Context().Value(visitorKey{}).(*visitor) }

// needs lets h answer those who have a right, within their rate.
func needs(what right, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := visitorIn(r)
		err := v.may(what)
		if err == nil {
			err = v.spend(1)
		}
		if err != nil {
			failAPI(w, err)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// retryAfter tells in whole seconds, rounded up, when asking again makes sense.
func retryAfter(w http.ResponseWriter, wait time.Duration) {
	if wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
}
