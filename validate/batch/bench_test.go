package batch

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/prebounce/prebounce/validate/contacts"
)

// mixed are addresses as they come in a contact list: nearly half at a few big providers, some roles,
// capitals, slips and repetitions.
func mixed(n int) []contacts.Record {
	rng := rand.New(rand.NewPCG(1, 2))
	big := []string{"gmail.com", "gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "gmx.de",
		"orange.fr"}
	first := []string{"anna", "ben", "clara", "david", "emma", "felix", "greta", "hugo", "ines", "jonas"}
	last := []string{"anders", "berg", "costa", "dubois", "evans", "fischer", "garcia", "hansen", "ivanov"}
	records := make([]contacts.Record, n)
	for i := range records {
		domain := big[rng.IntN(len(big))]
		if rng.IntN(100) >= 45 {
			domain = fmt.Sprintf("%s-%d.com", last[rng.IntN(len(last))], rng.IntN(20_000))
		}
		a := fmt.Sprintf("%s.%s%d@%s", first[rng.IntN(len(first))], last[rng.IntN(len(last))], rng.IntN(n), domain)
		switch rng.IntN(100) {
		case 0:
			a = "info@" + domain
		case 1:
			a = "Anna.Berg@" + "Acme-" + domain
		case 2:
			a = "anna..berg@" + domain
		}
		records[i] = contacts.Record{Kind: contacts.Row, Cells: [][]byte{[]byte(a)}}
	}
	return records
}

// BenchmarkAddress is the check of one address alone, on one core: parse, lists, hashes. What the search for
// duplicates takes is in spool.
func BenchmarkAddress(b *testing.B) {
	records := mixed(1 << 16)
	run := &Run{}
	j := &surveyJob{finder: addressFinder{run: run}, traits: run.traits(nil, 0, nil)}
	d := newDomains()
	sum := uint64(0)
	pass := func() {
		for at := 0; at < len(records); at += 1 << 12 {
			j.rows, j.names = j.rows[:0], j.names[:0]
			for i := at; i < at+1<<12; i++ {
				j.record(&records[i], d.seed)
			}
			sum += see(j, d)
		}
		for id := range d.ends { // each distinct domain once, as a run does
			run.Lists.Domain(d.view(uint32(id)))
		}
	}
	pass() // makes room
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		pass()
	}
	perAddress := float64(b.Elapsed().Nanoseconds()) / float64(b.N) / float64(len(records))
	b.ReportMetric(perAddress, "ns/address")
	b.ReportMetric(1e3/perAddress, "M/s")
}

// see numbers the domains of some rows.
func see(j *surveyJob, d *domains) (sum uint64) {
	for i := range j.rows {
		sum += d.near(j.rows[i].domain)
	}
	from := uint32(0)
	for i := range j.rows {
		r := &j.rows[i]
		if r.domain != 0 {
			d.add(r.domain, j.names[from:r.nameEnd], 1)
		}
		from = r.nameEnd
		sum += r.mailbox
	}
	return sum
}
