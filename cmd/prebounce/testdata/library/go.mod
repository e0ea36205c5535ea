module example.org/library

go 1.26.0

require github.com/prebounce/prebounce v0.0.0

replace github.com/prebounce/prebounce => ../../../..
