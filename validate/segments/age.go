package segments

// Age is a range of time since the last sign of life.
type Age uint8

const (
	under3Months Age = iota
	under1Year
	under2Years
	under4Years
	over4Years
	UnknownAge
	numAges
)

var ageNames = [numAges]string{"<3m", "3-12m", "1-2y", "2-4y", ">4y", "unknown"}

func (a Age) String() string { return nameIn(ageNames[:], "age", a) }

// AgeOf returns the range of an age in quarters of a year.
func AgeOf(quarters int) Age {
	switch {
	case quarters < 1:
		return under3Months
	case quarters < 4:
		return under1Year
	case quarters < 8:
		return under2Years
	case quarters < 16:
		return under4Years
	}
	return over4Years
}

// MostQuarters is an age that all older ones count as.
const MostQuarters = 40

// Quarters returns how many whole quarters of a year some days are, at most [MostQuarters]: 1461 days are 16 of them.
func Quarters(days int64) int { return int(min(days*16/1461, MostQuarters)) }
