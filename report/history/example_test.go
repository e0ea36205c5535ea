package history_test

import (
	"fmt"
	"os"
	"time"

	"github.com/prebounce/prebounce/report/history"
	"github.com/prebounce/prebounce/report/risk"
)

func Example() {
	sent := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	count := history.NewCounter(sent)
	for i := range 2000 {
		bounced := i < 14
		count.Add(risk.Row{Provider: risk.Gmail, Source: risk.Form, Created: sent.AddDate(-1, 0, 0)}, bounced, 0)
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
	list.AddN(risk.Row{Provider: risk.Gmail, Source: risk.Form, Created: sent.AddDate(-1, 0, 0)}, 5000)
	forecast, err := risk.Predict(list, risk.Options{Params: &params})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("learned from", n, "campaign; of the next", forecast.Rows, "contacts", risk.Percent(forecast.Rate.AsIs.Mean), "would bounce")
	if err := f.Write(os.Stdout); err != nil {
		fmt.Println(err)
	}
}
