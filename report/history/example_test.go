package history_test

import (
	"fmt"
	"os"
	"time"

	"github.com/prebounce/prebounce/report/history"
	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate/segments"
)

func Example() {
	sent := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	count := history.NewCounter(sent)
	for i := range 2000 {
		bounced := i < 14
		row := risk.Row{Provider: segments.Gmail, Source: segments.Form, Date: sent.AddDate(-1, 0, 0)}
		count.Add(row, bounced, 0)
	}
	var f history.File
	if err := f.Add(history.Campaign{Name: "spring", Sent: sent, Sorts: count.Sorts()}, false); err != nil {
		fmt.Println(err)
		return
	}
	params, n, err := f.Params(sent.AddDate(0, 1, 0))
	if err != nil {
		fmt.Println(err)
		return
	}
	list := risk.NewTally(sent.AddDate(0, 1, 0))
	list.Add(risk.Row{Provider: segments.Gmail, Source: segments.Form, Date: sent.AddDate(0, -10, 0)}, 5000)
	forecast, err := risk.Predict(list, risk.Options{Params: &params})
	if err != nil {
		fmt.Println(err)
		return
	}
	unlearned, err := risk.Predict(list, risk.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("learned from %d campaign; of the next %d contacts %s would bounce, not %s\n", n, forecast.Rows,
		risk.Percent(forecast.Rate.AsIs.Mean), risk.Percent(unlearned.Rate.AsIs.Mean))
	if err := f.Write(os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// learned from 1 campaign; of the next 5000 contacts 1.3% would bounce, not 2%
	// # prebounce history v1
	// # What earlier sends taught: counts, no addresses. Each C is a campaign, the S below it are its sorts of contacts.
	// # C	name	sent on	sent	bounced hard	tell nothing	forecast	95% from	to
	// # S	operator	source	age	days	traits	sent	bounced hard	forecast
	// # P	refused when asked	of these sent to	of these delivered	accepted when asked	of these sent to	of these bounced hard
	// C	spring	2026-03-02	2000	14	0	-	-	-
	// S	gmail	form	3-12m	365	-	2000	14	-
}
