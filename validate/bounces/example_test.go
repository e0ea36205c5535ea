package bounces_test

import (
	"fmt"
	"strings"

	"github.com/prebounce/prebounce/validate/bounces"
)

func ExampleRead() {
	const export = `email,reason,status,created
ann@firm.example,"550 5.1.1 no such user",5.1.1,1772445660
bob@firm.example,"550 5.7.1 your address is on a block list",5.7.1,1772445661
`
	for e, err := range bounces.Read(strings.NewReader(export), nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(e.Address, e.Fate, e.At.Format("2006-01-02"))
	}
	// Output:
	// ann@firm.example dead 2026-03-02
	// bob@firm.example untold 2026-03-02
}

func ExampleParseMapping() {
	m, err := bounces.ParseMapping("address=Kunde,reply=Grund")
	if err != nil {
		fmt.Println(err)
		return
	}
	for e := range bounces.Read(strings.NewReader("Kunde;Grund\nann@firm.example;550 5.1.1 no such user\n"), m) {
		fmt.Println(e.Address, e.Fate)
	}
	// Output: ann@firm.example dead
}
