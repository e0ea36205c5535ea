package reply

import (
	"regexp"
	"sync"
)

// lazily compiles a regular expression when it is first used. Most runs read no bounce mail and no log.
func lazily(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
