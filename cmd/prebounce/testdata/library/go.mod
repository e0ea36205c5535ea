module example.org/library

require github.com/prebounce/prebounce v0.0.0

replace github.com/prebounce/prebounce => ../../../..
