package bounces

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/prebounce/prebounce/validate/reply"
)

// mostDepth bounds how deep wrappings lie in each other: an array of notifications, the notification, its
// message, a list in it.
const mostDepth = 8

// wrappings are keys under which services put their records: pages of an API, webhooks, queues. What is below
// is read for itself.
var wrappings = map[string]string{
	"items":     "Mailgun's events API",
	"eventdata": "Mailgun's webhooks",
	"bounces":   "Postmark's bounces API",
	"events":    "Brevo's events API",
	"data":      "Klaviyo's API",
	"emails":    "Mailchimp's reports API",
	"detail":    "Amazon EventBridge",
	"records":   "Amazon Lambda and SQS",
	"sns":       "Amazon Lambda",
}

// letters are keys under which such a record stands as text.
var letters = map[string]string{"message": "Amazon SNS", "body": "Amazon SQS"}

// jsonReader walks JSON values, one after the other or in arrays, and never holds more than one record.
type jsonReader struct {
	in      *bounded
	dec     *json.Decoder
	mapping *Mapping
	count   *Count
	records int
	yield   func(Event) bool
	known   bool     // some object was of a kind that is known
	strange []string // keys of the first that wasn't
}

// errStopped ends a walk whose reader wants no more.
var errStopped = errors.New("stopped")

func readJSON(b *bufio.Reader, m *Mapping, n *Count) reader {
	return func(yield func(Event) bool) error {
		n.Unit = "record"
		j := &jsonReader{mapping: m, count: n, yield: yield}
		err := j.walk(b)
		switch {
		case errors.Is(err, errStopped):
			return nil
		case err != nil:
			return err
		case !j.known && j.strange != nil:
			return &UnknownError{What: "keys", Names: j.strange}
		}
		return nil
	}
}

// walk reads values up to the end.
func (j *jsonReader) walk(r io.Reader) error {
	j.in = &bounded{r: r}
	j.dec = json.NewDecoder(j.in)
	j.dec.UseNumber()
	for {
		if err := j.value(0); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func (j *jsonReader) value(depth int) error {
	j.in.left = maxRecord
	if depth > mostDepth {
		return fmt.Errorf("its values lie more than %d deep", mostDepth)
	}
	token, err := j.dec.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('['):
		return j.array(depth)
	case json.Delim('{'):
		return j.object(depth)
	}
	return nil
}

func (j *jsonReader) array(depth int) error {
	for j.dec.More() {
		if err := inside(j.value(depth + 1)); err != nil {
			return err
		}
	}
	_, err := j.dec.Token()
	return inside(err)
}

// object reads the keys of an object: what is wrapped in it one by one, the rest as one record.
func (j *jsonReader) object(depth int) error {
	fields, kept := map[string]any{}, int64(0)
	for j.dec.More() {
		token, err := j.dec.Token()
		if err != nil {
			return inside(err)
		}
		name := normal(fmt.Sprint(token))
		if wrappings[name] != "" {
			if err := inside(j.value(depth + 1)); err != nil {
				return err
			}
			j.known = j.known || j.strange == nil
			continue
		}
		var v any
		from := j.dec.InputOffset()
		if err := j.dec.Decode(&v); err != nil {
			return inside(err)
		}
		if kept += j.dec.InputOffset() - from + int64(len(name)); kept > maxRecord {
			return errTooLong
		}
		if _, twice := fields[name]; !twice {
			fields[name] = tidy(v)
		}
	}
	if _, err := j.dec.Token(); err != nil {
		return inside(err)
	}
	return j.record(fields, depth)
}

// inside turns an end where there should be none into an error.
func inside(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// record reads an object that is not a wrapping.
func (j *jsonReader) record(fields map[string]any, depth int) error {
	for name := range letters {
		if text, ok := fields[name].(string); ok && strings.HasPrefix(strings.TrimSpace(text), "{") {
			return j.letter(text, depth)
		}
	}
	f := formatOf(j.mapping, func(name string) bool { return at(fields, name) != nil })
	if f == nil && j.mapping == nil {
		if all := loggedIn(fields); len(all) > 0 {
			return j.logged(all)
		}
	}
	if f == nil {
		if len(fields) > 0 {
			j.records++
			j.count.Pass(j.records)
		}
		if j.strange == nil && len(fields) > 0 {
			j.strange = slices.Sorted(maps.Keys(fields))
		}
		return nil
	}
	j.known, j.count.Format = true, f.name
	j.records++
	for _, item := range items(fields, f.each) {
		e, ok := f.event(func(name string) string {
			if rest, isItem := strings.CutPrefix(name, "each"); isItem {
				return scalar(at(item, strings.TrimPrefix(rest, ".")))
			}
			return scalar(at(fields, name))
		})
		e.at = j.records
		switch {
		case ok && !j.yield(e):
			return errStopped
		case !ok:
			j.count.left(&e, j.records)
		}
	}
	return nil
}

// letter reads a record that stands as text in another. Its length is bounded by that of the record around it.
func (j *jsonReader) letter(text string, depth int) error {
	in, dec := j.in, j.dec
	defer func() { j.in, j.dec = in, dec }()
	j.in = &bounded{r: strings.NewReader(text)}
	j.dec = json.NewDecoder(j.in)
	j.dec.UseNumber()
	return inside(j.value(depth + 1))
}

// tidy writes the keys of objects as [normal] does. Of keys that come to the same, the first by the alphabet counts.
func tidy(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if _, twice := out[normal(key)]; !twice {
				out[normal(key)] = tidy(v[key])
			}
		}
		return out
	case []any:
		for i := range v {
			v[i] = tidy(v[i])
		}
	}
	return v
}

// at finds what stands under a name; dots lead into objects. It is nil if nothing does. No name is the thing itself.
func at(v any, name string) any {
	if name == "" {
		return v
	}
	for part := range strings.SplitSeq(name, ".") {
		object, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = object[part]
	}
	return v
}

// mostItems are as many recipients as one record may have: Amazon allows fifty.
const mostItems = 1000

// items are the recipients in the list under a name; without one, the record is about one recipient.
func items(fields map[string]any, each string) []any {
	if each == "" {
		return []any{nil}
	}
	list, _ := at(fields, each).([]any)
	return list[:min(len(list), mostItems)]
}

// scalar writes a string, a number or a truth value.
func scalar(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case json.Number:
		return v.String()
	case bool:
		return fmt.Sprint(v)
	}
	return ""
}

// loggedIn are the recipients in a line of a log that a collector wrapped in JSON.
func loggedIn(fields map[string]any) []reply.Bounce {
	for _, name := range []string{"message", "msg", "log", "line"} {
		if text, ok := fields[name].(string); ok {
			return reply.LogLines(text)
		}
	}
	return nil
}

func (j *jsonReader) logged(all []reply.Bounce) error {
	j.known, j.count.Format = true, plain
	for _, b := range all {
		to := addressOf(b.Address)
		if to != "" && !j.yield(Event{Address: to, Fate: fateOf(b.Finding.Class), Rule: b.Finding.Rule,
			Format: plain}) {
			return errStopped
		}
	}
	return nil
}
