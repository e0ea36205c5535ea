package batch

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/validate/contacts"
)

// TestShiftedRowsAreNeverRemoved: a row that holds its address as a whole, but out of step with the header,
// goes to review byte for byte and names that address, whatever else the list holds.
func TestShiftedRowsAreNeverRemoved(t *testing.T) {
	shifts := []string{
		"Smith, John%d,x,%s,Bonn,3\n",
		"\"Smith,%d,%s,Bonn\"\n",
		"{\"id\":%d,\"of\":2},x,%s,Bonn,1\n",
		"1,%d,x,%s,Bonn,4\n",
		"\"Ann \\\"%d, Lee\\\"\",x,%s,Bonn,2\n",
		"\"Lee \\\"%d\\\"\",\"say \\\"\",\"%s\",\"Bonn\",\"2\"\n",
		"Smith%d,%s\n",
		" Ann%d, \"Lee, Ann\", \"%s\", \"Bonn\", 7, 8\n",
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		var list, shifted strings.Builder
		list.WriteString("name,note,email,city,visits\n")
		n := 0
		for i := range 200 {
			address := fmt.Sprintf("p%d@fine%d.example", rnd.IntN(100), rnd.IntN(3))
			if rnd.IntN(4) > 0 {
				fmt.Fprintf(&list, "Ann,x,%s,Ulm,%d\n", address, i)
				continue
			}
			row := fmt.Sprintf(shifts[rnd.IntN(len(shifts))], i, address)
			list.WriteString(row)
			shifted.WriteString(address + "\n")
			n++
		}
		f := clean(t, list.String(), Run{Policy: lab()})
		for line := range strings.Lines(shifted.String()) {
			if want := "shifted_row," + strings.TrimSpace(line) + " is "; !strings.Contains(f.files["review.csv"],
				want) {
				t.Fatalf("review lacks %q:\n%s", want, list.String())
			}
		}
		if got := strings.Count(f.files["review.csv"], "shifted_row"); got != n {
			t.Fatalf("%d shifted rows in review, want %d", got, n)
		}
		if strings.Contains(f.files["removed.csv"], "bad_syntax") || strings.Contains(f.files["removed.csv"],
			"no_address") {
			t.Fatalf("rows were lost:\n%s", f.files["removed.csv"])
		}
	}
}

// TestTheBrakeOnReading: lists are written unless more than a fifth of the filled cells, and at least fifty,
// hold no address.
func TestTheBrakeOnReading(t *testing.T) {
	for _, c := range []struct {
		name                 string
		sound, broken, empty int
		shifted, other       int
		want                 bool
	}{
		{name: "no more than a fifth", sound: 200, broken: 50},
		{name: "more than a fifth", sound: 199, broken: 50, want: true},
		{name: "fewer than fifty", sound: 30, broken: 49},
		{name: "cells without anything, or a placeholder, don't count", sound: 20, empty: 500},
		{name: "nor do they hide others", sound: 100, broken: 50, empty: 5000, want: true},
		{name: "rows that are out of step don't count", sound: 100, shifted: 100},
		{name: "nor do those with an address in another column", sound: 100, other: 100},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b strings.Builder
			b.WriteString("name,email,email 2\n")
			for i := range c.sound {
				fmt.Fprintf(&b, "x,a%d@fine.example,\n", i)
			}
			for i := range c.broken {
				fmt.Fprintf(&b, "x,call me %d,\n", i)
			}
			for i := range c.empty {
				b.WriteString([]string{"x,,\n", "x,N/A,\n", "x,(no email),\n", "x,deleted,\n", "x,false,\n",
					"x,-,\n"}[i%6])
			}
			for i := range c.shifted {
				fmt.Fprintf(&b, "x, y,b%d@fine.example,z\n", i)
			}
			for i := range c.other {
				fmt.Fprintf(&b, "x,,c%d@fine.example\n", i)
			}
			r := Run{Policy: lab(), Source: openList(t, b.String(), contacts.Options{}),
				Dir: filepath.Join(t.TempDir(), "out")}
			_, err := r.Do(t.Context())
			if unreadable := (*UnreadableError)(nil); errors.As(err, &unreadable) != c.want || (!c.want && err != nil) {
				t.Errorf("error %v, want one: %v", err, c.want)
			}
			if _, err := os.Stat(r.Dir); (err != nil) != c.want {
				t.Errorf("the outputs: %v", err)
			}
		})
	}
}

// TestATableFarDownIsReadByItsOwnHeader: also where it starts behind the rows that decide how a list is read.
func TestATableFarDownIsReadByItsOwnHeader(t *testing.T) {
	var b strings.Builder
	b.WriteString("Name,Email,City\n")
	for i := range 3000 {
		fmt.Fprintf(&b, "Ann,a%d@fine.example,Ulm\n", i)
	}
	b.WriteString("Bob,email,Ulm\n\nEmail,Company,Name\n")
	for i := range 2000 {
		fmt.Fprintf(&b, "b%d@fine.example,Acme,Cid\n", i)
	}
	for _, workers := range []int{1, 3} {
		r := Run{Policy: lab(), Workers: workers, Source: openList(t, b.String(), contacts.Options{BlockSize: 5000})}
		f := do(t, r)
		if f.sum.Clean != 5000 || f.sum.Removed != 1 || f.sum.Other != 3 {
			t.Errorf("clean %d, removed %d, other %d; want 5000, 1, 3", f.sum.Clean, f.sum.Removed, f.sum.Other)
		}
		if notes := strings.Join(f.sum.Notes, "\n"); !strings.Contains(notes,
			`another table starts on line 3004; its addresses are read from "Email"`) {
			t.Errorf("notes:\n%s", notes)
		}
	}
}
