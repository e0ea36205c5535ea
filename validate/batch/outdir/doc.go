// Package outdir creates a folder of outputs that appears whole or not at all.
//
// The folder is built as a hidden folder next to its final place. The run holds a lock on it and moves it into place
// at the end, with a single system call if it replaces an earlier folder. A manifest lists the files that prebounce
// wrote, so that no other file is ever replaced. If a run fails or is killed, the old folder or the new one is in
// place and complete; the next run removes leftovers.
package outdir
