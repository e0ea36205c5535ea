package serve

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/report/risk"
)

// finding is one thing that the doctor looked at.
type finding struct {
	Check, About, Result, Says, Next string
	Evidence                         []string
}

// diagnosis is what the doctor found.
type diagnosis struct {
	Result  string
	Reports []struct {
		Of, Name, Result string
		Findings         []finding
	}
}

// senderFlags are what doctor takes from a form: how long each may be, and what it may not hold beside blanks
// and controls.
var senderFlags = []struct {
	name string
	most int
	not  string
}{{"from", 254, ","}, {"helo", 253, "@/,:"}, {"ip", 45, "@/,"}, {"esp", 40, "@/.,:"}}

// fitsFlag reports whether a text can be the value of a flag.
func fitsFlag(value string, most int, not string) bool {
	return len(value) <= most && !strings.ContainsAny(value, not) && strings.IndexFunc(value,
		func(r rune) bool { return r <= ' ' || r == 0x7f }) < 0
}

// doctor examines who sends.
func (s *Server) doctor(w http.ResponseWriter, r *http.Request) {
	if err := formOf(w, r); err != nil {
		s.fail(w, err)
		return
	}
	body := map[string]any{"Form": r.Form, "Services": risk.Profiles()}
	args := append([]string{"doctor", "--format=json", "--verbose"}, s.network()...)
	asked := false
	for _, f := range senderFlags {
		value := strings.TrimSpace(r.Form.Get(f.name))
		if value == "" {
			continue
		}
		if asked = fitsFlag(value, f.most, f.not); !asked {
			body["Error"] = "Please look at “" + f.name + "” again: " + report.Plain(value)
			break
		}
		args = append(args, "--"+f.name+"="+value)
	}
	if r.Method == http.MethodPost && asked {
		said := s.command(r.Context(), nil, args...)
		var d diagnosis
		if json.Unmarshal([]byte(said.Out), &d) == nil {
			body["Diagnosis"] = d
		}
		body["Said"] = said.Words
	}
	s.show(w, http.StatusOK, "doctor", view{Title: "Is it us?", Nav: "doctor", Body: body})
}
