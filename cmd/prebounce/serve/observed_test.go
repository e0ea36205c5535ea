package serve

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

// TestAlertsAndDashboardUseWhatIsThere: each name of a metric in them, and each label, is one of ours.
func TestAlertsAndDashboardUseWhatIsThere(t *testing.T) {
	there := describedMetrics(t, open(t, nil, nil).Server)
	for file, least := range map[string]int{"prometheus-alerts.yml": 10, "grafana-dashboard.json": 15} {
		b, err := os.ReadFile("../../../samples/nightly/" + file)
		if err != nil {
			t.Fatal(err)
		}
		text := string(b)
		if strings.HasSuffix(file, ".json") {
			text = expressions(t, b)
		}
		found := regexp.MustCompile(`\b(prebounce_[a-z0-9_]+)(?:\{([^}]*)\})?`).FindAllStringSubmatch(text, -1)
		if len(found) < least {
			t.Errorf("%s names %d metrics", file, len(found))
		}
		for _, m := range found {
			labels, ok := there[m[1]]
			if !ok {
				t.Errorf("%s: there is no %s", file, m[1])
			}
			for _, l := range regexp.MustCompile(`(\w+)(?:=|!=|=~|!~)"`).FindAllStringSubmatch(m[2], -1) {
				if !strings.Contains(labels, " "+l[1]+" ") {
					t.Errorf("%s: %s has no label %s", file, m[1], l[1])
				}
			}
		}
		grouped := regexp.MustCompile(`by \(([a-z_, ]+)\) \((?:increase|rate)\((\w+)`)
		for _, by := range grouped.FindAllStringSubmatch(text, -1) {
			for label := range strings.SplitSeq(by[1], ", ") {
				if !strings.Contains(there[by[2]]+"le ", " "+label+" ") {
					t.Errorf("%s: %s has no label %s", file, by[2], label)
				}
			}
		}
	}
}

// describedMetrics are the metrics that /metrics can show, with their labels between blanks.
func describedMetrics(t *testing.T, s *Server) map[string]string {
	t.Helper()
	all, descs := map[string]string{}, make(chan *prometheus.Desc)
	go func() { s.metrics.all.Describe(descs); close(descs) }()
	form := regexp.MustCompile(`fqName: "(\w+)".*variableLabels: \{([^}]*)\}`)
	for d := range descs {
		m := form.FindStringSubmatch(d.String())
		if m == nil {
			t.Fatalf("unknown form: %s", d)
		}
		labels := " " + strings.ReplaceAll(m[2], ",", " ") + " "
		all[m[1]] = labels
		if strings.HasSuffix(m[1], "_seconds") { // a histogram
			all[m[1]+"_bucket"], all[m[1]+"_count"], all[m[1]+"_sum"] = labels+"le ", labels, labels
		}
	}
	return all
}

// expressions are the queries of a dashboard, a line each.
func expressions(t *testing.T, dashboard []byte) string {
	t.Helper()
	var d struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(dashboard, &d); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, p := range d.Panels {
		if p.Title == "" || len(p.Targets) == 0 {
			t.Errorf("a panel shows nothing: %+v", p)
		}
		for _, target := range p.Targets {
			all = append(all, target.Expr)
		}
	}
	return strings.Join(all, "\n")
}
