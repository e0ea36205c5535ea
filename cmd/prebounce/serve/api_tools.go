package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// apiExplain says what a reply or bounce means, in the words of the command explain.
func (s *Server) apiExplain(w http.ResponseWriter, r *http.Request) {
	text, err := r.URL.Query().Get("reply"), error(nil)
	if r.Method == http.MethodPost {
		var q struct {
			Text string `json:"text"`
		}
		err, text = read(w, r, &q), q.Text
	}
	if err == nil && strings.TrimSpace(text) == "" {
		err = errors.New(`want ?reply=..., or the body {"text": "550 5.1.1 ..."}`)
	}
	if err != nil {
		failAPI(w, err)
		return
	}
	said := s.command(r.Context(), pasted(text), "explain", "--format=jsonl", "-")
	replies := decodeLines[json.RawMessage](said.Out)
	if len(replies) == 0 {
		problem(w, http.StatusUnprocessableEntity, strings.Join(append([]string{"no reply was found in it"},
			said.Words...), "; "))
		return
	}
	tell(w, http.StatusOK, map[string]any{"replies": replies})
}

// apiDoctor examines a sender, in the words of the command doctor.
func (s *Server) apiDoctor(w http.ResponseWriter, r *http.Request) {
	args, err := s.doctorArgs(r)
	if err != nil {
		failAPI(w, err)
		return
	}
	said := s.command(r.Context(), nil, args...)
	if !json.Valid([]byte(said.Out)) {
		problem(w, http.StatusUnprocessableEntity, strings.Join(append([]string{"there is no diagnosis"},
			said.Words...), "; "))
		return
	}
	tell(w, http.StatusOK, json.RawMessage(said.Out))
}

func (s *Server) doctorArgs(r *http.Request) ([]string, error) {
	args := append([]string{"doctor", "--format=json", "--verbose"}, s.network()...)
	var names []string
	for _, f := range senderFlags {
		names = append(names, f.name)
		value := strings.TrimSpace(r.URL.Query().Get(f.name))
		if !fitsFlag(value, f.most, f.not) {
			return nil, fmt.Errorf("invalid %s: %q", f.name, value)
		}
		if value != "" {
			args = append(args, "--"+f.name+"="+value)
		}
	}
	for name := range r.URL.Query() {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("invalid %s: want %s", name, strings.Join(names, ", "))
		}
	}
	if len(r.URL.Query()) == 0 {
		return nil, errors.New("whom to examine? want ?from=news@example.com, and any of " + strings.Join(names, ", "))
	}
	return args, nil
}
