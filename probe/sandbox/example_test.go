package sandbox_test

import (
	"bufio"
	"context"
	"fmt"
	"log"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// A world of one's own, and what its mail host says.
func ExampleStart() {
	world, err := sandbox.Parse(`
		shop.test     MX 10 mx.shop.test
		mx.shop.test  A 192.0.2.1
		mx.shop.test  SMTP exim drop=2
		shop.test     MAILBOX ann zoe=full
	`)
	if err != nil {
		log.Fatal(err)
	}
	box, err := sandbox.Start(context.Background(), world, sandbox.Options{Pace: 1000})
	if err != nil {
		log.Fatal(err)
	}
	defer box.Close()
	conn, err := box.Dial(context.Background(), "tcp", "192.0.2.1:25")
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "HELO probe.test\r\nMAIL FROM:<>\r\nRCPT TO:<bob@shop.test>\r\nRCPT TO:<zoe@shop.test>\r\n")
	lines := bufio.NewScanner(conn)
	for lines.Scan() && lines.Text() != "" {
		if lines.Text()[0] == '5' {
			fmt.Println(lines.Text())
		}
	}
	fmt.Println("refused:", box.Conduct()["mx.shop.test"].Refused)
	// Output:
	// 550 Unrouteable address
	// 550 mailbox quota exceeded
	// refused: 2
}
