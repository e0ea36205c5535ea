package facts

import (
	"time"

	"github.com/prebounce/prebounce/validate"
)

const day = 24 * time.Hour

// lives says how long a fact is good: for its TTL within these bounds. What isn't here is never stored.
var lives = map[validate.MailStatus]struct{ least, most time.Duration }{
	validate.HasMX:        {time.Hour, day},
	validate.ImplicitMX:   {time.Hour, day},
	validate.IsNullMX:     {day, day},
	validate.NXDomain:     {day, day},
	validate.NoMX:         {day, day},
	validate.Unresolvable: {day, day},
}

// bestBefore is the moment from which m must be asked anew; false if m is no fact to keep.
func bestBefore(m validate.Mail) (time.Time, bool) {
	life, ok := lives[m.Status]
	return m.Asked.Add(min(max(m.TTL, life.least), life.most)), ok
}
