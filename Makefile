# Everything that is done to this checkout. `make help` lists the goals.
SHELL := /bin/bash
.SHELLFLAGS := -e -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

PREFIX ?= /usr/local
DESTDIR ?=
RELEASE := .build-release
BIN := $(RELEASE)/release
STAGE := $(RELEASE)/stage
TARGET := $(DESTDIR)$(PREFIX)
# The executables by name: bin/ has a launcher for each.
EXECUTABLES := $(notdir $(wildcard bin/rd-*))

.PHONY: help deps build test demo bench lint stage install uninstall clean

help: ## list the goals
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

deps: ## install the Debian packages that are missing, or say which
	@.ci/deps && echo "Everything is there."

deps-%:
	@.ci/deps $*

# Coloured diagnostics are another command line to the compiler: on a terminal and off it, everything would be built anew.
build: deps-build ## build the executables for use
	swift build --configuration release --scratch-path $(RELEASE) --static-swift-stdlib --no-color-diagnostics

test: deps-test ## build for debugging and run every test
	@.ci/test

demo: deps-demo build ## load a file into a warehouse and look at it: make demo [DATA=path.csv]
	@pipelines/demo.sh $(if $(DATA),"$(DATA)")

bench: deps-bench build ## measure: make bench [BENCH="--quick"]
	@Benchmarks/run $(BENCH)

lint: deps-lint ## check how the sources look
	@.ci/lint

# The tree as it will stand under PREFIX, with what is generated from the options.
stage: deps-install build
	rm -rf $(STAGE)
	install -d $(STAGE)/bin $(STAGE)/share/retail-data-platform $(STAGE)/share/{zsh/site-functions,fish/vendor_completions.d}
	install -d $(STAGE)/share/bash-completion/completions
	install bin/rd $(STAGE)/bin
	install --strip $(EXECUTABLES:%=$(BIN)/%) $(STAGE)/bin
	cp -R sql pipelines $(STAGE)/share/retail-data-platform
	docs/man/generate --bin $(BIN) --out $(STAGE)/share/man/man1 $(EXECUTABLES)
	for name in $(EXECUTABLES); do \
	    $(BIN)/$$name --generate-completion-script bash > $(STAGE)/share/bash-completion/completions/$$name; \
	    $(BIN)/$$name --generate-completion-script zsh > $(STAGE)/share/zsh/site-functions/_$$name; \
	    $(BIN)/$$name --generate-completion-script fish > $(STAGE)/share/fish/vendor_completions.d/$$name.fish; \
	done

install: stage ## put everything under PREFIX (/usr/local): make install [PREFIX=...] [DESTDIR=...]
	find $(STAGE) -type f -perm -100 -printf '%P\n' | xargs -I {} install -D -m 755 "$(STAGE)/{}" "$(TARGET)/{}"
	find $(STAGE) -type f ! -perm -100 -printf '%P\n' | xargs -I {} install -D -m 644 "$(STAGE)/{}" "$(TARGET)/{}"
	@echo "Installed into $(TARGET)."

uninstall: ## take away what install put there
	rm -rf "$(TARGET)/share/retail-data-platform"
	cd "$(TARGET)" && for name in rd $(EXECUTABLES); do \
	    rm -f bin/$$name share/man/man1/$$name.1 share/bash-completion/completions/$$name \
	        share/zsh/site-functions/_$$name share/fish/vendor_completions.d/$$name.fish; \
	done

clean: ## remove what was built; the warehouse in .rd/ stays
	rm -rf .build .build-release .build-bench
