package main

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/validate/batch"
)

// progress shows how far a run is: a bar on a terminal, a plain line every ten seconds elsewhere.
type progress struct {
	w     io.Writer
	every time.Duration

	phase batch.Phase
	bar   *progressbar.ProgressBar // nil unless stderr is a terminal
	said  time.Time
}

// newProgress returns what a run calls, what asking mail hosts calls, and what ends the show; all do nothing if quiet.
func newProgress(w io.Writer, quiet bool) (step func(batch.Phase, int64, int64), asked func(probe.Progress),
	end func()) {
	if quiet {
		return nil, nil, func() {}
	}
	p := &progress{w: w, every: 10 * time.Second, said: time.Now(), phase: 0xff}
	if isTerminal(w) {
		return p.draw, p.drawAsked, p.clear
	}
	return p.print, p.printAsked, func() {}
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

// askingPhase is the phase in which mail hosts are asked, behind those of a run.
const askingPhase batch.Phase = 0xfe

// drawAsked shows the time that the slowest lane will take yet, which says more than how many are answered.
func (p *progress) drawAsked(a probe.Progress) {
	if p.phase != askingPhase {
		p.clear()
		p.phase = askingPhase
		p.bar = progressbar.NewOptions(a.Questions,
			progressbar.OptionSetWriter(p.w),
			progressbar.OptionEnableColorCodes(os.Getenv("NO_COLOR") == ""),
			progressbar.OptionSetPredictTime(false),
			progressbar.OptionClearOnFinish())
	}
	p.bar.Describe("asking mail hosts, " + left(a))
	p.bar.Set(a.Settled)
}

func (p *progress) printAsked(a probe.Progress) {
	if time.Since(p.said) < p.every || a.Questions == 0 {
		return
	}
	p.said = time.Now()
	say(p.w, "asking mail hosts: %d of %d, %s", a.Settled, a.Questions, left(a))
}

func left(a probe.Progress) string {
	if a.Left == 0 {
		return "almost done"
	}
	return "about " + span(a.Left) + " left"
}
