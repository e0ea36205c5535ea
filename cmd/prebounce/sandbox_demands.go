package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/report"
)

// demandsCommand prints what mail to reply.DOMAIN can ask for.
func demandsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "demands",
		Short: "Print the replies that mail to reply.DOMAIN can ask for",
		Long: `Demands prints what an address at reply.DOMAIN can ask for, and the reply: codes with a word
that chooses among their texts (the first digit may be 2, 4 or 5), classes of replies, and each reply of the corpus. A
number chooses among the replies of a class or a code: mailbox_full-2, 550-5.7.1-3.

As a recipient the address gets the reply at RCPT, as a sender at MAIL, as a user name at AUTH (with any password),
and CODE.reply.DOMAIN at EHLO; --set demand=CODE, or demand=CODE of a world's host, holds for everybody. Words behind
dots say when, how often and how slowly:

  421-4.7.0.connect   in place of the greeting; .ehlo, .mail, .rcpt
  454-4.7.0.starttls  in place of the TLS handshake (where --tls offers it)
  535-5.7.8.auth      after the name and the password
  550-5.7.26.data     after the message; .cmd at the command DATA
  550-5.1.1.bounce    accepted, and returned to the sender later
  451-4.3.0.x2        the first two times
  421-4.7.0.p10       in 10% of the cases
  450-4.2.1.5s        after 5 seconds
  hangup.data         the connection is closed; silent: nothing comes

What is not known, or comes too late for its stage, gets 504 5.5.4.`,
		Example: "  prebounce sandbox demands | grep spf",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			var b strings.Builder
			for _, d := range sandbox.Demands() {
				fmt.Fprintf(&b, "%-20s  %s\n", d[0], report.Plain(strings.ReplaceAll(d[1], "\n", " ")))
			}
			_, err := fmt.Fprint(c.OutOrStdout(), b.String())
			return err
		},
	}
}
