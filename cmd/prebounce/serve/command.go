package serve

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/prebounce/prebounce/report"
)

// said is what a command said.
type said struct {
	Exit  int
	Out   string
	Words []string // complaints and hints
}

// longestCommand bounds how long a page waits.
const longestCommand = 2 * time.Minute

// command runs a command of prebounce. Text of the person goes into arguments only behind a flag's own "=",
// or behind "--".
func (s *Server) command(ctx context.Context, stdin io.Reader, args ...string) *said {
	ctx, cancel := context.WithTimeout(ctx, longestCommand)
	defer cancel()
	if stdin == nil {
		stdin = strings.NewReader("")
	}
	out, words := &bounded{most: 4 * mostJob}, &bounded{most: mostSaid}
	exit := s.o.Command(ctx, args, stdin, out, words)
	return &said{exit, out.String(), (&Job{}).words(words.String())}
}

// rename puts a name in the place of a path.
func (s *said) rename(path, name string) {
	s.Out = strings.ReplaceAll(s.Out, path, name)
	for i := range s.Words {
		s.Words[i] = strings.ReplaceAll(s.Words[i], path, name)
	}
}

// Text is standard output, safe to show.
func (s *said) Text() string {
	var b strings.Builder
	for line := range strings.Lines(s.Out) {
		b.WriteString(report.Plain(strings.TrimSuffix(line, "\n")) + "\n")
	}
	return b.String()
}

// pasted is a text of the person as standard input, whatever its line ends.
func pasted(text string) io.Reader {
	return strings.NewReader(strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\n") + "\n")
}
