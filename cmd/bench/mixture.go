//go:build unix

package main

import (
	"bufio"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// mixture is a made-up contact list: the same parameters always give the same octets.
type mixture struct {
	rows, columns, domains int
	repeats                float64 // share of rows that repeat an earlier address
}

func (m mixture) name() string {
	return fmt.Sprintf("list-%d-%d-%d-%02.0f", m.rows, m.columns, m.domains, 100*m.repeats)
}

// make writes the list into dir and returns its path.
func (m mixture) make(dir string) (path string, err error) {
	path = filepath.Join(dir, m.name()+".csv")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	return path, m.write(path)
}

// write makes the list, unless it is there from an earlier run.
func (m mixture) write(path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	f, err := os.Create(path + ".part")
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	w.WriteString("id,first_name,last_name,email,company,created,source")
	for i := 7; i < m.columns; i++ {
		fmt.Fprintf(w, ",field_%d", i)
	}
	w.WriteByte('\n')
	g := &generator{mixture: m, rand: rand.New(rand.NewPCG(1, uint64(m.rows)))}
	for i := range m.rows {
		w.Write(g.row(i))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(path+".part", path)
}

type generator struct {
	mixture
	rand *rand.Rand
	buf  []byte
	old  [4096]string // addresses to repeat
}

var (
	firstNames = []string{"anna", "ben", "clara", "david", "emma", "felix", "greta", "hugo", "ines", "jonas", "karim",
		"lena", "maria", "noah", "olga", "paul", "rosa", "samir", "tina", "victor"}
	lastNames = []string{"anders", "berg", "costa", "dubois", "evans", "fischer", "garcia", "hansen", "ivanov", "jones",
		"kowalski", "lopez", "mueller", "novak", "olsen", "petit", "rossi", "smith", "tanaka", "weber"}
	sources = []string{"webform", "fair-2019", "import", "shop", "newsletter", "partner"}
	big     = []string{"gmail.com", "gmail.com", "gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com",
		"gmx.de", "web.de", "orange.fr", "aol.com", "libero.it"}
	rare  = []string{"mailinator.com", "yopmail.com", "gmial.com", "duck.com"}
	roles = []string{"info", "sales", "office", "noreply", "kontakt"}
	tops  = []string{"com", "de", "co.uk", "fr", "net", "org", "io", "nl"}
)

func (g *generator) pick(from []string) string { return from[g.rand.IntN(len(from))] }

func (g *generator) row(i int) []byte {
	first, last := g.pick(firstNames), g.pick(lastNames)
	company := last + " & Sons"
	if g.rand.IntN(33) == 0 {
		company = `"` + last + `, ""the"" shop"`
	}
	g.buf = fmt.Appendf(g.buf[:0], "%d,%s,%s,%s,%s,20%02d-%02d-%02d,%s", 100000+i, first, last,
		g.address(i, first, last),
		company,
		10+g.rand.IntN(16), 1+g.rand.IntN(12), 1+g.rand.IntN(28), g.pick(sources))
	for j := 7; j < g.columns; j++ {
		g.buf = fmt.Appendf(g.buf, ",%x", g.rand.Uint32()>>8)
	}
	return append(g.buf, '\n')
}

func (g *generator) address(i int, first, last string) string {
	if i > len(g.old) && g.rand.Float64() < g.repeats {
		return g.old[g.rand.IntN(len(g.old))]
	}
	a := g.fresh(i, first, last)
	g.old[i%len(g.old)] = a
	return a
}

// fresh is a new address: most are sound, some are what every list has.
func (g *generator) fresh(i int, first, last string) string {
	switch n := g.rand.IntN(1000); {
	case n < 5:
		return first + ".." + last + "@" + g.domain()
	case n < 8:
		return first + last
	case n < 28:
		return g.pick(roles) + "@" + g.domain()
	case n < 48:
		return first + "@" + "ACME-" + g.domain()
	case n < 53:
		return first + last + "@" + g.pick(rare)
	case n < 55:
		return ""
	}
	return fmt.Sprintf("%s.%s%d@%s", first, last, i, g.domain())
}

// domain is a big provider's for nearly half of the rows, else one of many with a long tail.
func (g *generator) domain() string {
	if g.rand.IntN(100) < 45 {
		return g.pick(big)
	}
	n := int(math.Pow(float64(g.domains), g.rand.Float64()))
	if g.rand.IntN(3) == 0 {
		n = g.rand.IntN(g.domains)
	}
	return domainName(n)
}

func domainName(n int) string {
	return fmt.Sprintf("%s-%d.%s", lastNames[n%len(lastNames)], n, tops[n%len(tops)])
}
