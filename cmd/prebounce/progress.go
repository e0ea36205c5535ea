package main

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/prebounce/prebounce/validate/batch"
)

// progress shows how far a run is: a bar on a terminal, a plain line every ten seconds elsewhere.
type progress struct {
	w     io.Writer
	every time.Duration

	phase batch.Phase
	bar   *progressbar.ProgressBar // nil where stderr is no terminal
	said  time.Time
}

// newProgress returns what a run calls, and what ends the show; both do nothing if quiet.
func newProgress(w io.Writer, quiet bool) (step func(batch.Phase, int64, int64), end func()) {
	if quiet {
		return nil, func() {}
	}
	p := &progress{w: w, every: 10 * time.Second, said: time.Now(), phase: 0xff}
	if isTerminal(w) {
		return p.draw, p.clear
	}
	return p.print, func() {}
}

func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
}

func (p *progress) draw(phase batch.Phase, done, total int64) {
	if p.phase != phase {
		p.clear()
		p.phase = phase
		p.bar = progressbar.NewOptions64(total,
			progressbar.OptionSetWriter(p.w),
			progressbar.OptionSetDescription(phase.String()),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionSetPredictTime(true),
			progressbar.OptionEnableColorCodes(os.Getenv("NO_COLOR") == ""),
			progressbar.OptionClearOnFinish())
	}
	p.bar.Set64(done)
}

func (p *progress) clear() {
	if p.bar != nil {
		p.bar.Finish()
	}
}

func (p *progress) print(phase batch.Phase, done, total int64) {
	if time.Since(p.said) < p.every || total == 0 {
		return
	}
	p.said = time.Now()
	say(p.w, "%s: %d%%", phase, 100*done/total)
}
