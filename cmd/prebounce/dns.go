package main

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/prebounce/prebounce/validate/batch"
)

// dnsSettings are the flags about asking DNS.
type dnsSettings struct {
	off bool
}

func (d *dnsSettings) register(f *pflag.FlagSet) {
	f.BoolVar(&d.off, "no-dns", false, "don't ask DNS; the report says what that leaves open")
}

// prepare gives the run what it asks.
func (d *dnsSettings) prepare(c *cobra.Command, r *batch.Run, private bool) error {
	return nil
}
