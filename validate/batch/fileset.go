package batch

// fileSet is a set of files: a number of fileSets. 0 is none.
type fileSet uint16

// fileSets numbers the sets of files that addresses stand in: few of all that there could be.
type fileSets struct {
	names   []string
	members []fileMembers // of each set, from 1
	numbers map[fileMembers]fileSet
}

// fileMembers is how a set is made: another set and a file more.
type fileMembers struct {
	rest fileSet
	file int
}

func (f *fileSets) begin(name string) { f.names = append(f.names, name) }

// with is a set with the present file in it. Beyond 65,535 sets a file more is forgotten.
func (f *fileSets) with(s fileSet) fileSet {
	m := fileMembers{s, len(f.names) - 1}
	if m.file < 0 || (s != 0 && f.members[s-1].file == m.file) {
		return s
	}
	n, known := f.numbers[m]
	switch {
	case known:
		return n
	case len(f.members) == 1<<16-1:
		return s
	case f.numbers == nil:
		f.numbers = map[fileMembers]fileSet{}
	}
	f.members = append(f.members, m)
	n = fileSet(len(f.members))
	f.numbers[m] = n
	return n
}

// add adds rows to the counts of all files of a set.
func (f *fileSets) add(counts []int64, s fileSet, rows int64) {
	for ; s != 0; s = f.members[s-1].rest {
		counts[f.members[s-1].file] += rows
	}
}
