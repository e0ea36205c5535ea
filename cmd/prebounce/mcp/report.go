package mcp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/report/risk"
)

// Bounds of a call to report.
const (
	largestReport = mostOutput
	longestReport = 16 << 10 // of its text
	mostReasons   = 100      // there are fewer
)

type reportIn struct {
	Folder string `json:"folder" jsonschema:"path of a finished run, below a folder that the person named"`
	ESP    string `json:"esp,omitempty" jsonschema:"the sending service to make the forecast for, such as ses"`
}

type reportOut struct {
	List     string    `json:"list"`
	Rows     int64     `json:"rows"`
	Clean    int64     `json:"clean" jsonschema:"rows that may be mailed"`
	Review   int64     `json:"review" jsonschema:"rows to look at first"`
	Removed  int64     `json:"removed" jsonschema:"rows not to mail"`
	Rejected int64     `json:"rejected" jsonschema:"rows that could not be read"`
	Reasons  []reason  `json:"reasons"`
	Forecast *forecast `json:"forecast,omitempty"`
	Text     string    `json:"text" jsonschema:"the report as a person reads it"`
}

type reason struct {
	Reason   string `json:"reason"`
	Verdict  string `json:"verdict"`
	List     string `json:"list"`
	Rows     int64  `json:"rows"`
	Sentence string `json:"sentence"`
}

// forecast is the middle of report.json's risk.
type forecast struct {
	Advice  string  `json:"advice" jsonschema:"the code of the verdict, such as SEND"`
	Because string  `json:"because"`
	Service string  `json:"service"`
	Line    float64 `json:"line" jsonschema:"the bounce rate at which the service steps in"`
	AsIs    rate    `json:"as_is" jsonschema:"of the list as it came"`
	Cleaned rate    `json:"cleaned" jsonschema:"of clean.csv"`
}

type rate struct {
	Rows   int64      `json:"rows"`
	Mean   float64    `json:"mean" jsonschema:"expected share of hard bounces"`
	CI95   [2]float64 `json:"ci95"`
	Exceed float64    `json:"p_exceed" jsonschema:"chance to exceed the line"`
}

// report reads the report of a run. A copy of report.json is all that the command sees.
func (t *tools) report(ctx context.Context, in *reportIn) (*reportOut, error) {
	if _, known := risk.ProfileNamed(in.ESP); in.ESP != "" && !known {
		return nil, fmt.Errorf("invalid esp %q: want a sending service such as ses or mailchimp", plain(in.ESP))
	}
	dir, err := t.copyReport(in.Folder)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	args := []string{"report", "--out=", "--esp=" + in.ESP}
	data, err := t.run(ctx, "", strings.NewReader(""), append(args, "--format=json", "--", dir)...)
	if err != nil {
		return nil, err
	}
	text, err := t.run(ctx, "", strings.NewReader(""), append(args, "--format=text", "--", dir)...)
	if err != nil {
		return nil, err
	}
	out, err := reported(data)
	if err != nil {
		return nil, err
	}
	out.Text = paragraph(strings.ReplaceAll(text.out, dir, in.Folder))
	return out, nil
}

// copyReport copies report.json, which holds no address, into a folder of its own.
func (t *tools) copyReport(folder string) (dir string, err error) {
	from, err := t.folders.open(filepath.Join(folder, "report.json"))
	if err != nil {
		return "", err
	}
	defer from.Close()
	if dir, err = os.MkdirTemp("", "prebounce-report-*"); err != nil {
		return "", err
	}
	to, err := os.OpenFile(filepath.Join(dir, "report.json"), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		var n int64
		n, err = io.Copy(to, io.LimitReader(from, largestReport+1))
		err = errors.Join(err, to.Close())
		if n > largestReport {
			err = errors.Join(err, errors.New("report.json is too large"))
		}
	}
	if err != nil {
		os.RemoveAll(dir)
	}
	return dir, err
}

func reported(said *said) (*reportOut, error) {
	out, more := &reportOut{}, struct{ Risk *forecasted }{}
	if decode(said.out, out) != nil || decode(said.out, &more) != nil || out.List == "" {
		return nil, said.failed("there is no report")
	}
	out.Reasons, _ = first(out.Reasons, mostReasons)
	out.Forecast = more.Risk.short()
	return out, nil
}

// forecasted is a forecast as report.json has it.
type forecasted struct {
	Rate struct {
		AsIs    rate `json:"as_is"`
		Cleaned rate `json:"cleaned"`
	}
	Threshold struct {
		Profile string
		Target  float64
		Exceed  struct {
			AsIs    float64 `json:"as_is"`
			Cleaned float64 `json:"cleaned"`
		} `json:"p_exceed"`
	}
	Verdict struct{ Code, Because string }
}

// short is nil if there is no forecast.
func (f *forecasted) short() *forecast {
	if f == nil {
		return nil
	}
	line := f.Threshold
	f.Rate.AsIs.Exceed, f.Rate.Cleaned.Exceed = line.Exceed.AsIs, line.Exceed.Cleaned
	return &forecast{Advice: f.Verdict.Code, Because: f.Verdict.Because, Service: line.Profile, Line: line.Target,
		AsIs: f.Rate.AsIs, Cleaned: f.Rate.Cleaned}
}

// paragraph is a text of several lines, safe to show and not too long.
func paragraph(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = report.Plain(strings.TrimSuffix(line, "\n")) + "\n"
		if b.Len()+len(line) > longestReport {
			b.WriteString("...\n")
			break
		}
		b.WriteString(line)
	}
	return b.String()
}
