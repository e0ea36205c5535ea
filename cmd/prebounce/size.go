package main

import (
	"errors"
	"strconv"
	"strings"
)

// size is a flag such as 500M or 20G, in octets.
type size int64

var sizeUnits = map[string]int64{"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}

func (s *size) String() string {
	if *s == 0 {
		return ""
	}
	return strconv.FormatInt(int64(*s), 10)
}

func (s *size) Type() string { return "size" }

func (s *size) Set(text string) error {
	number := strings.TrimRight(strings.ToUpper(text), "BKMGT")
	unit, ok := sizeUnits[strings.TrimSuffix(strings.ToUpper(text)[len(number):], "B")]
	n, err := strconv.ParseInt(number, 10, 32)
	if err != nil || !ok || n < 1 {
		return errors.New("want a size such as 500M or 20G")
	}
	*s = size(n * unit)
	return nil
}
