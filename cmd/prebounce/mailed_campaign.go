package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/prebounce/prebounce/report/history"
	"github.com/prebounce/prebounce/report/risk"
)

// claimOfCampaign is what --mailed-campaign says: a campaign of the history went to these contacts. That a
// campaign and a list have the same name proves nothing, so only the user can say it.
func (s *forecastSettings) claimOfCampaign(now time.Time, list string) (risk.Claim, error) {
	if s.lastSent != "" {
		return risk.Claim{}, usageError(errors.New("--last-sent and --mailed-campaign both say when these contacts "+
			"were last mailed"),
			"give the one that is right")
	}
	past, err := historyOf(s.history, list)
	if err != nil {
		return risk.Claim{}, err
	}
	if past == nil {
		past = new(history.File)
	}
	latest, offers := time.Time{}, ""
	for _, c := range past.Campaigns {
		if c.Name == s.campaign && c.Sent.After(latest) && !c.Sent.After(now) {
			latest = c.Sent
		}
		if !strings.Contains(offers, fmt.Sprintf(" %q", c.Name)) {
			offers += fmt.Sprintf(" %q", c.Name)
		}
	}
	if latest.IsZero() {
		return risk.Claim{}, usageError(fmt.Errorf("invalid --mailed-campaign %q: want a campaign of the history",
			s.campaign), offerOf(offers))
	}
	return risk.Claim{LastSent: latest}, nil
}

func offerOf(names string) string {
	if names == "" {
		return "there is none yet: prebounce calibrate learns a campaign"
	}
	return "it has:" + names
}
