package probe

import "github.com/prebounce/prebounce/validate/limits"

// Memory remembers for one process what asking politely needs, where there is no store that does so across
// runs and processes. The zero value is ready.
type Memory = limits.Memory
