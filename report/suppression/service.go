package suppression

import (
	"slices"

	"github.com/prebounce/prebounce/report/risk"
)

// Service describes the files that a sending service imports.
type Service struct {
	Name  string
	Title string // what people call it
	ASCII bool   // it takes no address with other letters before the @

	Kind   risk.Grounds // what the row rests on: the service's own pages, or what its users say
	Source string       // those pages
	Date   string       // as of when they are described, as 2006-01-02

	Formats []Format // the first one unless another is asked for
}

// Format is a way to hand addresses to a service.
type Format struct {
	Name    string // csv, json or txt
	Ext     string // of the files, with the dot
	Imports [numKinds]Import
}

// Import describes how one kind of addresses is imported. A limit of zero means that none is known.
type Import struct {
	Rows   int    // addresses that one file may have
	Octets int64  // that one file may have
	Then   string // what to do with a file; FILE stands for its path and NAME for its name

	form form // nil: the service has no place for this kind, and the addresses go with the unsubscribes
}

// Services returns the services in the order of their table.
func Services() []Service { return slices.Clone(services) }

// Named finds a service.
func Named(name string) (Service, bool) {
	i := slices.IndexFunc(services, func(s Service) bool { return s.Name == name })
	if i < 0 {
		return Service{}, false
	}
	return services[i], true
}

// Format finds a format of the service; an empty name is the first.
func (s Service) Format(name string) (Format, bool) {
	i := slices.IndexFunc(s.Formats, func(f Format) bool { return f.Name == name || name == "" })
	if i < 0 {
		return Format{}, false
	}
	return s.Formats[i], true
}

// place is the kind under which the service files another one.
func (f *Format) place(k Kind) Kind {
	if f.Imports[k].form == nil {
		return Unsubscribe
	}
	return k
}
