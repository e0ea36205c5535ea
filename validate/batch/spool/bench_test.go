package spool

import "testing"

// BenchmarkFirst is the search for an earlier row with the same mailbox, once its partition is in memory.
func BenchmarkFirst(b *testing.B) {
	const rows = 1 << 16
	table := firsts{slots: make([]firstSlot, 1<<10)}
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		row := uint32(n % rows)
		if row == 0 {
			table.reset()
		}
		table.first(uint64(row%(rows/8*7))*0x9e3779b97f4a7c15, row, 1)
	}
}
