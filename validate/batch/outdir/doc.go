// Package outdir makes a folder of outputs that appears whole or not at all.
//
// It is built in a hidden folder beside its place, on which the run holds a lock, and put into its place at the end: in one
// call of the system where an earlier folder is replaced. A manifest lists the files of ours, so that nobody else's are ever
// replaced. Whatever fails, and whenever the process is killed, either what was there before is there, whole, or the new
// folder is; what remains beside it is swept by the next run.
package outdir
