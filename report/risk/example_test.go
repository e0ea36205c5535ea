package risk_test

import (
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/segments"
)

// A list is tallied row by row, forecast, and looked up row by row.
func Example() {
	send := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	tally := risk.NewTally(send)
	reader := risk.Row{
		Provider: segments.Gmail,
		Source:   segments.Confirmed,
		Sign:     segments.Survived,
		Date:     send.AddDate(0, -1, 0),
	}
	for range 9_000 {
		tally.Add(reader, 1)
	}
	tally.Add(risk.Row{Settled: validate.NoDomain}, 700)
	tally.Add(risk.Row{Settled: validate.Duplicate}, 300)

	ses, _ := risk.ProfileNamed("ses")
	forecast, err := risk.Predict(tally, risk.Options{Profile: ses})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(forecast.Verdict.Code)
	fmt.Println(forecast.Verdict.Because)
	address, _ := forecast.Address(tally, reader)
	fmt.Printf("%.4f %s\n", address.P, address.Basis)
	// Output:
	// CLEAN_FIRST
	// As is, 7.3% (6.9-8.3%) would bounce, after cleaning 0.3% (0-1.3%). Amazon SES reviews accounts at 5%; the chance to exceed that is >99.9%, after cleaning <0.1%.
	// 0.0025 prior
}

// A sending service of one's own is a few lines.
func ExampleParseProfile() {
	profile, err := risk.ParseProfile(strings.NewReader("name = house\nwarn = 2%\nact  = 4%\n"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(profile.Title, profile.Target, profile.Kind)
	// Output: house 0.04 assumed
}
