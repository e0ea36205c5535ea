package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/prebounce/prebounce/validate/batch"
)

// mailings are the flags about earlier sends whose recipients are known.
type mailings struct {
	files       []string
	days        []string
	suppressing bool
}

func (m *mailings) register(f *pflag.FlagSet) {
	f.StringArrayVar(&m.files, "mailed", nil,
		"read the recipients of an earlier send from `FILE`; those who did not bounce were alive then (repeatable; "+
			"needs --mailed-on)")
	f.StringArrayVar(&m.days, "mailed-on", nil,
		"give the `DATE` of each --mailed send, such as 2026-10-15 (repeatable, in the order of --mailed)")
	f.BoolVar(&m.suppressing, "suppressing-service", false,
		"say that the service of --mailed suppresses hard bounces, so the list no longer holds them")
}

// read reads the recipients of each send. They count only if what bounced of it is known, too.
func (m *mailings) read(c *cobra.Command, known *earlier, now time.Time) (out []batch.Mailing, err error) {
	const usage = "--mailed recipients.csv --mailed-on 2026-10-15"
	if len(m.files) != len(m.days) {
		return nil, usageError(fmt.Errorf("%d files of --mailed, but %d dates of --mailed-on", len(m.files),
			len(m.days)),
			usage)
	}
	if m.suppressing && len(m.files) == 0 {
		return nil, usageError(errors.New("--suppressing-service needs --mailed"), usage)
	}
	for i, path := range m.files {
		day, err := time.Parse(time.DateOnly, m.days[i])
		if err != nil || day.After(now) {
			return nil, usageError(fmt.Errorf("invalid --mailed-on %q: want the day of the send", m.days[i]), usage)
		}
		if !m.suppressing && !known.hasBouncesOf(day) {
			return nil, usageError(fmt.Errorf("--mailed %s: no file of --bounced has a hard bounce of the send of "+
				"%s, so it is unknown who survived it", path, m.days[i]),
				"add --bounced with the bounces of that send, or --suppressing-service if the service took them out")
		}
		sent := batch.Mailing{Set: &batch.AddressSet{}, Days: dayOf(now) - dayOf(day)}
		read, err := batch.ReadAddresses(c.Context(), path, sent.Set)
		if err != nil {
			return nil, earlierError(err, "the recipients", path)
		}
		known.notes = append(known.notes, fmt.Sprintf("%s: read %s mailed on %s%s", path,
			counted(read.Addresses, "address", "addresses"), m.days[i], passedOver(read.Passed, "line",
				read.FirstLine)))
		out = append(out, sent)
	}
	return out, nil
}

const secondsPerDay = 24 * 60 * 60

func dayOf(t time.Time) int64 { return t.Unix() / secondsPerDay }

// Deferred messages bounce after five days (RFC 5321 §4.5.4.1), and exports are late.
const mostBounceDays = 30

// hasBouncesOf reports whether something is known to have bounced hard of a send of a day.
func (e *earlier) hasBouncesOf(day time.Time) bool {
	for d := dayOf(day) - 1; d <= dayOf(day)+mostBounceDays; d++ {
		if e.bouncedOn[d] {
			return true
		}
	}
	return false
}
