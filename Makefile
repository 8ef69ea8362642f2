# Guiyan: every target says in one line what it does. Cold times on 2 cores: run 12 to 23 minutes, test 60.
SHELL := /bin/bash
GUIYAN := target/release/guiyan
PWA_SOURCES := $(shell find pwa/src pwa/public -type f 2>/dev/null) pwa/index.html pwa/vite.config.ts pwa/package-lock.json

.PHONY: run build test bench faults lint api dev tools clean

run: build ## build everything and serve the demo on http://127.0.0.1:8080
	$(GUIYAN) demo

build: pwa/dist/index.html ## the release binary with the pages inside
	cargo build --release --locked

test: tools ## install what tests need, then pass every test there is
	tests/run-all.sh

faults: tools ## kill -9, full and read-only disks, torn logs, clock jumps: the long form, 200 rounds
	GUIYAN_FAULT_ROUNDS=$${GUIYAN_FAULT_ROUNDS:-200} tests/with-postgres.sh cargo test --locked --test faults -- --nocapture --test-threads=1

bench: pwa/dist/index.html tools ## measure speed and memory against the engines themselves: a table, and a line of JSON a figure
	cargo bench --locked --bench guiyan-bench -- $(BENCH)

lint: pwa/node_modules/.package-lock.json ## formatting, clippy, types, import rules
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	cd pwa && npm run --silent check && npm run --silent lint

api: pwa/node_modules/.package-lock.json ## write the OpenAPI document and the TypeScript types made from it
	cargo run --quiet --locked -- openapi > pwa/src/api/openapi.json
	cd pwa && npm run --silent api

dev: pwa/node_modules/.package-lock.json ## the demo server (debug) on 8080; pages with hot reload on 5173
	cargo build --locked
	target/debug/guiyan demo & server=$$!; trap "kill $$server" EXIT; cd pwa && npm run dev

tools: ## chromium, fonts and PostgreSQL by the system's package manager, where absent
	@tests/install-tools.sh

clean: ## forget everything built
	cargo clean
	rm -rf pwa/dist pwa/node_modules

pwa/node_modules/.package-lock.json: pwa/package-lock.json
	cd pwa && npm ci --no-audit --no-fund
	@touch $@

pwa/dist/index.html: pwa/node_modules/.package-lock.json $(PWA_SOURCES)
	cd pwa && npm run --silent build
	@touch $@
