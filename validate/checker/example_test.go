package checker_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/validate/checker"
	"github.com/prebounce/prebounce/validate/dns"
	"github.com/prebounce/prebounce/validate/mx"
)

// A sign-up form, without asking anyone.
func ExampleCheck() {
	for _, typed := range []string{"ann@shop.de", "ann@@shop.de", "info@shop.de"} {
		r := checker.Check(typed)
		fmt.Printf("%s: %v, %s, meant %q\n", typed, r.Send, r.Reason, r.Suggestion)
	}
	// Output:
	// ann@shop.de: true, not_probed, meant ""
	// ann@@shop.de: false, bad_syntax, meant "ann@shop.de"
	// info@shop.de: false, role, meant ""
}

// A sign-up form that asks DNS within two seconds; what DNS said is remembered for an hour at least. The
// sandbox stands in for the world: leave its lines out, and Servers, Dial, AllowPrivate and Canaries, to ask
// the real one.
func ExampleChecker_Check() {
	world, err := sandbox.Parse("shop.example.de MX 10 mx.shop.example.de\nmx.shop.example.de A 192.0.2.1")
	if err != nil {
		panic(err)
	}
	box, err := sandbox.Start(context.Background(), world, sandbox.Options{})
	if err != nil {
		panic(err)
	}
	defer box.Close()
	client := &dns.Client{Servers: []string{sandbox.ResolverAddr}, Dial: box.Dial}
	defer client.Close()
	lookup := &mx.Lookup{DNS: client, AllowPrivate: true, Canaries: []string{"shop.example.de"}}
	check := &checker.Checker{Resolver: lookup}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	for _, typed := range []string{"ann@shop.example.de", "ann@gone.example.de"} {
		r, err := check.Check(ctx, typed)
		fmt.Println(typed, r.Verdict, r.Reason, err)
	}
	// Output:
	// ann@shop.example.de unknown not_probed <nil>
	// ann@gone.example.de undeliverable no_domain <nil>
}

// A list from a reader into three writers.
func ExampleChecker_Clean() {
	list := strings.NewReader("name,email\nAnn,ann@shop.de\nInfo,info@shop.de\nBob,bob@@shop.de\n")
	var clean, review, removed strings.Builder
	sum, err := new(checker.Checker).Clean(context.Background(), list, checker.Outputs{Clean: &clean, Review: &review,
		Removed: &removed})
	if err != nil {
		panic(err)
	}
	fmt.Println(sum.Clean, sum.Review, sum.Removed)
	fmt.Print(clean.String(), review.String())
	// Output:
	// 1 1 1
	// name,email
	// Ann,ann@shop.de
	// name,email,pb_status,pb_reason,pb_detail,pb_suggestion
	// Info,info@shop.de,risky,role,rfc2142,
}

// A handler with fifty callers side by side.
func ExampleChecker_ServeHTTP() {
	server := httptest.NewServer(new(checker.Checker))
	defer server.Close()
	var callers sync.WaitGroup
	answers := make([]int, 50)
	for i := range answers {
		callers.Go(func() {
			r, err := http.Post(server.URL, "application/json", strings.NewReader(`{"address": "ann@shop.de"}`))
			if err != nil {
				return
			}
			defer r.Body.Close()
			answers[i] = r.StatusCode
		})
	}
	callers.Wait()
	fmt.Println(answers[0], answers[49])
	// Output: 200 200
}
