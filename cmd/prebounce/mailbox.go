package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/prebounce/prebounce/cmd/prebounce/imap"
)

// passwordVariable is where the password of --imap may stand, beside a file.
const passwordVariable = "IMAP_PASSWORD"

// registerIMAP defines the flags that read bounces from a mailbox.
func registerIMAP(f *pflag.FlagSet, urls *[]string) {
	f.StringArrayVar(urls, "imap", nil, "read bounces from the mailbox `URL`, imaps://user@host/Folder, and change "+
		"nothing there; the password comes from "+
		passwordVariable+" or --imap-password-file (repeatable)")
	f.String("imap-password-file", "", "read the password of --imap from the first line of `FILE`")
}

// isMailbox reports whether an argument names a mailbox of an IMAP server.
func isMailbox(path string) bool {
	return strings.HasPrefix(path, "imaps://") || strings.HasPrefix(path, "imap://")
}

// eachMailbox copies a mailbox into a file that has no name, and hands it over as one export.
func eachMailbox(c *cobra.Command, url string, use func(*exportFile) error) (err error) {
	m, err := imap.Parse(url)
	if err != nil {
		return usageError(err, "--imap imaps://user@host/Folder")
	}
	if forAgent(c) {
		say(c.ErrOrStderr(), "%s is not read: prebounce mcp asks nobody but DNS", m)
		return nil
	}
	password, err := mailboxPassword(c)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp("", "prebounce-*.mbox") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	n, err := m.Copy(c.Context(), f, password)
	if err = errors.Join(err, f.Close()); err != nil {
		return &exit{code: exitFailed, err: fmt.Errorf("reading %s: %w", m, err),
			hints: []string{"check the address, the folder and the password"}}
	}
	if n == 0 {
		say(c.ErrOrStderr(), "%s holds no mails", m)
		return nil
	}
	return useExport(c, f.Name(), &exportFile{name: m.String()}, use)
}

// mailboxPassword is the first line of the file, else the variable.
func mailboxPassword(c *cobra.Command) (string, error) {
	file := ""
	if flag := c.Flags().Lookup("imap-password-file"); flag != nil {
		file = flag.Value.String()
	}
	if file == "" {
		password := os.Getenv(passwordVariable)
		if password == "" {
			return "", usageError(errors.New("no password for the mailbox"),
				"--imap-password-file FILE, or the variable "+passwordVariable)
		}
		return password, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	password, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimRight(password, "\r"), nil
}
