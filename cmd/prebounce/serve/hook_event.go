package serve

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/prebounce/prebounce/cmd/prebounce/serve/webhook"
	"github.com/prebounce/prebounce/report"
)

// event names what a webhook is told of a run, and is the same however often it is told; empty for a run that has not
// ended.
func (r *Run) event() string {
	state := r.State()
	if r.Began.IsZero() || !slices.Contains([]State{Done, Failed, Stopped}, state) {
		return ""
	}
	return fmt.Sprintf("%s_%d_%s", r.ID, r.Began.UnixMilli(), state)
}

// message is the body of a webhook. It holds no address, nor the name of a list.
type message struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      runEnded  `json:"data"`
}

// runEnded is a run that has ended.
type runEnded struct {
	Run    string            `json:"run"`
	Status State             `json:"status"`
	Exit   *int              `json:"exit,omitempty"`
	Rows   *rowTotals        `json:"rows,omitempty"` // of a run that is done
	Advice string            `json:"advice,omitempty"`
	Links  map[string]string `json:"links"`
}

type rowTotals struct {
	Read     int64 `json:"read"`
	Clean    int64 `json:"clean"`
	Review   int64 `json:"review"`
	Removed  int64 `json:"removed"`
	Rejected int64 `json:"rejected"`
}

// messageOf is what a webhook is told.
func messageOf(run *Run, address string, since time.Time) ([]byte, error) {
	d := runEnded{Run: run.ID, Status: run.State(), Links: map[string]string{"run": address + pathOf(run),
		"page": address + "/runs/" + run.ID}}
	if run.Ended != nil {
		d.Exit = &run.Ended.Exit
	}
	if d.Status == Done {
		d.Links["report"] = address + pathOf(run) + "/report.json"
		r, err := report.Load(run.out())
		if err != nil {
			return nil, err
		}
		d.Rows = &rowTotals{r.Rows, r.Clean, r.Review, r.Removed, r.Rejected}
		if r.Risk != nil {
			d.Advice = string(r.Risk.Verdict.Code)
		}
	}
	return json.Marshal(message{"run.ended", since.UTC(), d})
}

// keysOf are the keys of webhooks.
func keysOf(all []*webhook.Sender) (keys []string) {
	for _, w := range all {
		keys = append(keys, w.Key())
	}
	return keys
}
