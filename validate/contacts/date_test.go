package contacts

import (
	"testing"
	"time"
)

func TestDates(t *testing.T) {
	for _, c := range []struct {
		cell  string
		order Dates
		want  string // empty: no date
	}{
		{"2024-05-01", MonthFirst, "2024-05-01"},
		{"2024-05-01T10:11:12Z", MonthFirst, "2024-05-01"},
		{"2024-05-01 10:11:12.123+02:00", DayFirst, "2024-05-01"},
		{" 2024-05-01", MonthFirst, "2024-05-01"},
		{"'2024-05-01", MonthFirst, "2024-05-01"},
		{"2024/5/1", DayFirst, "2024-05-01"},
		{"2024.05.01", DayFirst, "2024-05-01"},
		{"2024. 5. 1.", DayFirst, "2024-05-01"},
		{"2024年5月1日", DayFirst, "2024-05-01"},
		{"20240501", MonthFirst, "2024-05-01"},
		{"20240501101112", MonthFirst, "2024-05-01"},

		{"05/01/2024", MonthFirst, "2024-05-01"},
		{"05/01/2024", DayFirst, "2024-01-05"},
		{"5/1/24 3:04 PM", MonthFirst, "2024-05-01"},
		{"1.5.2024", DayFirst, "2024-05-01"},
		{"01.05.2024, 10:11", DayFirst, "2024-05-01"},
		{"01-05-2024", DayFirst, "2024-05-01"},
		{"31/12/2023", MonthFirst, "2023-12-31"}, // can only be read so
		{"12/31/2023", DayFirst, "2023-12-31"},
		{"31/31/2023", DayFirst, ""},

		{"May 1, 2024", MonthFirst, "2024-05-01"},
		{"May 1, 2024 at 3:04 pm", DayFirst, "2024-05-01"},
		{"1 May 2024", MonthFirst, "2024-05-01"},
		{"01-May-24", MonthFirst, "2024-05-01"},
		{"Wed, 01 May 2024 10:11:12 +0000", MonthFirst, "2024-05-01"},
		{"1. Mai 2024", MonthFirst, "2024-05-01"},
		{"3. März 2024", MonthFirst, "2024-03-03"},
		{"mar. 5 nov. 2024", MonthFirst, "2024-11-05"}, // a Tuesday in France
		{"1 de mayo de 2024", MonthFirst, "2024-05-01"},
		{"2024 Dec 24", MonthFirst, "2024-12-24"},

		{"May 01 2024", DayFirst, "2024-05-01"},
		{"Mar 15, 2025 11:23:29", DayFirst, "2025-03-15"},
		{"12 Mar 2024", MonthFirst, "2024-03-12"},
		{"2024-05-06 07:08:09.123456 +0000 UTC", MonthFirst, "2024-05-06"},
		{"2024-05-06 07:08:09.123456789 +0200 CEST m=+0.000012", MonthFirst, "2024-05-06"},
		{"2024-02-21 10:00:00 +0100", DayFirst, "2024-02-21"},
		{"12-04-2022 09:30", DayFirst, "2022-04-12"},
		{"08/02/2026 10:45:00 AM", MonthFirst, "2026-08-02"},
		{"Wed May  1 10:11:12 2024", MonthFirst, "2024-05-01"},
		{"Wed May  1 10:11:12 UTC 2024", MonthFirst, "2024-05-01"},
		{"Wed May 01 2024 10:11:12 GMT+0200 (Central European Summer Time)", MonthFirst, "2024-05-01"},
		{"10:11 01.05.2024", DayFirst, "2024-05-01"},
		{"20240501T101112Z", MonthFirst, "2024-05-01"},
		{"1 травня 2024", MonthFirst, "2024-05-01"},
		{"2024. május 1.", MonthFirst, "2024-05-01"},
		{"1. toukokuuta 2024", MonthFirst, "2024-05-01"},
		{"1714521600123456", MonthFirst, "2024-05-01"},
		{"--", MonthFirst, ""},
		{"null", MonthFirst, ""},
		{"0", MonthFirst, ""},

		{"45413", MonthFirst, "2024-05-01"}, // a spreadsheet's
		{"45413.52", MonthFirst, "2024-05-01"},
		{"45413,52", MonthFirst, "2024-05-01"},
		{"1714521600", MonthFirst, "2024-05-01"},
		{"1714521600123", MonthFirst, "2024-05-01"},

		{"2024-02-29", MonthFirst, "2024-02-29"},
		{"2023-02-29", MonthFirst, ""},
		{"2100-02-01", MonthFirst, ""},
		{"1990-01-01", MonthFirst, "1990-01-01"},
		{"1989-12-31", MonthFirst, ""},
		{"1970-01-01", MonthFirst, ""},
		{"0000-00-00", MonthFirst, ""},
		{"0000-00-00 00:00:00", MonthFirst, ""},
		{"2024-5", MonthFirst, ""},
		{"2024-05-0x", MonthFirst, ""},
		{"2024-05-011", MonthFirst, ""},
		{"10:11:12", MonthFirst, ""},
		{"never", MonthFirst, ""},
		{"", MonthFirst, ""},
		{"12345", MonthFirst, ""}, // 1933
		{"123456", MonthFirst, ""},
		{"+49 30 1234567", MonthFirst, ""},
		{"192.168.1.12", MonthFirst, ""},
		{"Suite 5, Floor 12, 2024", MonthFirst, "2024-05-12"}, // which is why a name has to agree
	} {
		day, ok := c.order.Day([]byte(c.cell))
		got := ""
		if ok {
			got = time.Unix(int64(day)*24*60*60, 0).UTC().Format(time.DateOnly)
		}
		if got != c.want {
			t.Errorf("%q with %s is %q, want %q", c.cell, c.order, got, c.want)
		}
	}
}

func TestEveryDayIsReadAsItIsWritten(t *testing.T) {
	forms := []struct {
		layout string
		order  Dates
	}{
		{"2006-01-02", DayFirst}, {"2006/1/2", MonthFirst}, {"1/2/2006", MonthFirst}, {"2.1.2006", DayFirst},
		{"2 Jan 2006", MonthFirst},
		{"January 2, 2006", DayFirst}, {"20060102", MonthFirst},
	}
	for at := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2100; at = at.AddDate(0, 0, 1) {
		want := int32(at.Unix() / (24 * 60 * 60))
		for _, f := range forms {
			if got, ok := f.order.Day([]byte(at.Format(f.layout))); !ok || got != want {
				t.Fatalf("%s is day %d, %v, want %d", at.Format(f.layout), got, ok, want)
			}
		}
	}
}

func TestDatesAllocateNothing(t *testing.T) {
	cells := [][]byte{[]byte("2024-05-01T10:11:12Z"), []byte("1. März 2024"), []byte("5/1/24 3:04 PM"),
		[]byte("45413"), []byte("never")}
	if n := testing.AllocsPerRun(100, func() {
		for _, c := range cells {
			DayFirst.Day(c)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzDates(f *testing.F) {
	for _, s := range []string{"2024-05-01", "5/1/24 3:04 PM", "1. März 2024", "45413.52", "2024年5月1日",
		"Wed, 01 May 2024"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, d := range []Dates{MonthFirst, DayFirst} {
			if day, ok := d.Day([]byte(s)); ok && (day < monthStarts[0] || day >= monthStarts[len(monthStarts)-1]) {
				t.Errorf("%q is day %d", s, day)
			}
		}
	})
}
