package facts

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/limits"
)

// sampleFacts makes n distinct domains, in no order, on twenty operators' mail hosts.
func sampleFacts(n int, asked time.Time) (domains []string, mails []validate.Mail) {
	pick := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		domains = append(domains, fmt.Sprintf("customer-%08x.example", uint32(i)*2654435761))
		mails = append(mails, sampleMail(pick.IntN(20), asked))
	}
	return domains, mails
}

func sampleMail(operator int, asked time.Time) validate.Mail {
	m := validate.Mail{Status: validate.HasMX, Operator: fmt.Sprintf("operator%02d.example", operator),
		TTL: time.Hour, Asked: asked}
	for i := range 3 {
		m.Hosts = append(m.Hosts, validate.MailHost{
			Name:       fmt.Sprintf("mx%d.operator%02d.example", i, operator),
			Preference: uint16(10 * i),
			Addrs: []netip.Addr{netip.AddrFrom4([4]byte{192, 0, 2, byte(10*i + operator)}),
				netip.MustParseAddr(fmt.Sprintf("2001:db8:%x::%x", i, operator))},
		})
	}
	return m
}

// BenchmarkWrite writes a million facts through the store and the same rows through a bare loop, and reports the
// store's rate as a part of the bare one.
func BenchmarkWrite(b *testing.B) {
	const n = 1_000_000
	domains, mails := sampleFacts(n, time.Now())
	var bare, ours time.Duration
	for b.Loop() {
		bare += bareInsert(b, domains, mails)
		ours += storeInsert(b, domains, mails)
	}
	b.ReportMetric(bare.Seconds()/ours.Seconds(), "of-bare-rate")
	b.ReportMetric(n*float64(b.N)/ours.Seconds(), "facts/s")
}

func storeInsert(b *testing.B, domains []string, mails []validate.Mail) time.Duration {
	start := time.Now()
	s, err := Open(b.Context(), filepath.Join(b.TempDir(), "facts.db"))
	if err != nil {
		b.Fatal(err)
	}
	for i, d := range domains {
		s.Put(d, mails[i])
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

// bareInsert is what anyone would write with the driver: one statement, transactions of 20,000 rows.
func bareInsert(b *testing.B, domains []string, mails []validate.Mail) time.Duration {
	var rows []row
	for i, d := range domains {
		r, _ := toRow(d, mails[i])
		rows = append(rows, r)
	}
	start := time.Now()
	path := filepath.Join(b.TempDir(), "bare.db")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		b.Fatal(err)
	}
	db, err := connect(path, 0)
	if err != nil {
		b.Fatal(err)
	}
	for _, q := range append([]string{"PRAGMA journal_mode = wal"}, migrations...) {
		if _, err := db.Exec(q); err != nil {
			b.Fatal(err)
		}
	}
	for len(rows) > 0 {
		batch := rows[:min(batchRows, len(rows))]
		rows = rows[len(batch):]
		bareBatch(b, db, batch)
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

func bareBatch(b *testing.B, db *sql.DB, batch []row) {
	tx, err := db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	stmt, err := tx.Prepare("INSERT OR REPLACE INTO domain VALUES (?,?,?,?,?,?,?,?)")
	if err != nil {
		b.Fatal(err)
	}
	for _, r := range batch {
		if _, err := stmt.Exec(r.name, r.status, r.operator, r.hosts, r.detail, r.ttl, r.asked, r.until); err != nil {
			b.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkLoad reads 200,000 fresh facts.
func BenchmarkLoad(b *testing.B) {
	const n = 200_000
	asked := time.Now()
	domains, mails := sampleFacts(n, asked)
	path := filepath.Join(b.TempDir(), "facts.db")
	s, err := Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	for i, d := range domains {
		s.Put(d, mails[i])
	}
	s.Close()
	if s, err = Open(b.Context(), path); err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for b.Loop() {
		got := 0
		if err := s.Load(b.Context(), asked, func(string, validate.Mail) { got++ }); err != nil || got != n {
			b.Fatal(got, err, s.Notes())
		}
	}
}

// BenchmarkPutAnswers commits ten answers at a time, as a lane does, each time about other addresses.
func BenchmarkPutAnswers(b *testing.B) {
	s, err := Open(b.Context(), filepath.Join(b.TempDir(), "facts.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	ten := make([]KeyedAnswer, 10)
	for n := 0; b.Loop(); n++ {
		for i := range ten {
			ten[i] = KeyedAnswer{Key: s.Key(fmt.Sprintf("%d.%d@example.com", n, i)), Domain: "example.com",
				Answer: said("550 5.1.1 The email account that you tried to reach does not exist. Please try " +
					"double-checking the recipient's address")}
		}
		if err := s.PutAnswers(b.Context(), ten); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	if err := s.whyOff(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkAnswers reads 100,000 answers that are all wanted.
func BenchmarkAnswers(b *testing.B) {
	const n = 100_000
	s, err := Open(b.Context(), filepath.Join(b.TempDir(), "facts.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	all, wanted := make([]KeyedAnswer, n), make(map[[16]byte]uint32, n)
	for i := range all {
		key := s.Key(fmt.Sprintf("%d@example.com", i))
		all[i] = KeyedAnswer{Key: key, Domain: "example.com", Answer: said(fmt.Sprintf("550 5.1.1 User unknown %d",
			i%1000))}
		wanted[key] = uint32(i)
	}
	if err := s.PutAnswers(b.Context(), all); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		got := 0
		if err := s.Answers(b.Context(), noon, wanted, func(uint32, validate.Answer) { got++ }); err != nil ||
			got != n {
			b.Fatal(got, err, s.Notes())
		}
	}
}

// BenchmarkTake takes one of five caps, as a lane's are, with a thousand spent in the longest window.
func BenchmarkTake(b *testing.B) {
	s, err := Open(b.Context(), filepath.Join(b.TempDir(), "facts.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	caps := []limits.Cap{
		{Key: "host 192.0.2.1", Most: 10, Within: time.Minute}, {Key: "session 192.0.2.1", Most: 1,
			Within: 6 * time.Second},
		{Key: "operator google", Most: 300, Within: time.Hour}, {Key: "operator google", Most: 1000, Within: day},
		{Key: "own 192.0.2.9", Most: 30, Within: time.Minute},
	}
	now := noon
	for b.Loop() {
		now = now.Add(90 * time.Second) // 960 a day
		if n, _, err := s.Take(b.Context(), now, 1, caps...); err != nil || n != 1 {
			b.Fatal(n, err)
		}
	}
}
