package main

import (
	"fmt"
	"io"
	"log/slog"
	"regexp"
)

// logger writes a log in a format, without addresses; nil: nothing is logged.
func logger(format string, w io.Writer) (*slog.Logger, error) {
	o := &slog.HandlerOptions{ReplaceAttr: withoutAddresses}
	switch format {
	case "":
		return nil, nil
	case "text":
		return slog.New(slog.NewTextHandler(w, o)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, o)), nil
	}
	return nil, usageError(fmt.Errorf("invalid --log-format %q: want text or json", format), "--log-format json")
}

var anyAddress = regexp.MustCompile(`[^\s"'<>(),;:=]+@[^\s"'<>(),;:=]*`)

// withoutAddresses takes addresses out of what is logged, such as an error that quotes what a client sent.
func withoutAddresses(_ []string, a slog.Attr) slog.Attr {
	switch text := a.Value.Any().(type) {
	case string:
		a.Value = slog.StringValue(anyAddress.ReplaceAllString(text, "(address)"))
	case error:
		a.Value = slog.StringValue(anyAddress.ReplaceAllString(text.Error(), "(address)"))
	}
	return a
}
