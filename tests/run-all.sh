#!/usr/bin/env bash
# Every check of the project, one after the other; the last line counts what passed and what failed.
set -uo pipefail
cd "$(dirname "$0")/.."

logs=$(mktemp -d "${TMPDIR:-/tmp}/guiyan-test.XXXXXX")
trap 'rm -rf "$logs"' EXIT
passed=0 failed=0 summary=()

# sum PATTERN FILE: adds up the first number of every match.
sum() { sed 's/\x1b\[[0-9;]*m//g' "$2" | grep -oE "$1" | grep -oE '[0-9]+' | awk '{ n += $1 } END { print n + 0 }'; }

# step NAME COMMAND…: runs it; counts its tests, or itself where it counts none.
step() {
  local name=$1 log="$logs/log"; shift
  printf '\n== %s\n' "$name"
  local status=0 ok bad
  "$@" 2>&1 | tee "$log" || status=$?
  ok=$(sum '[0-9]+ passed' "$log") bad=$(sum '[0-9]+ failed' "$log")
  if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
  if [ "$status" -eq 0 ] && [ "$bad" -ne 0 ]; then bad=0; fi
  if [ "$ok" -eq 0 ] && [ "$bad" -eq 0 ]; then ok=1; fi
  passed=$((passed + ok)) failed=$((failed + bad))
  summary+=("$(printf '%-42s %4d passed, %d failed' "$name" "$ok" "$bad")")
}

in_pwa() { (cd pwa && "$@"); }

step 'packages of the pages'              make pwa/node_modules/.package-lock.json
step 'formatting (Rust)'                  cargo fmt --check
step 'formatting (pages)'                 in_pwa npm run --silent format:check
step 'import rules (pages)'               in_pwa npm run --silent lint
step 'types (pages)'                      in_pwa npm run --silent check
step 'unit tests (pages)'                 in_pwa npm run --silent test
step 'clippy, warnings as errors'         cargo clippy --locked --all-targets -- -D warnings
step 'Rust tests, SQLite and PostgreSQL'  tests/with-postgres.sh cargo test --locked --no-fail-fast
# These drive the program that the tests above were built with: a second build for release would cost as long as all the rest.
export GUIYAN_BIN=$PWD/target/debug/guiyan
step 'pages'                              make pwa/dist/index.html
step 'faults of PostgreSQL and of servers' python3 tests/faults/postgres.py
step 'browser tests'                      in_pwa npm run --silent e2e

printf '\n'
printf '%s\n' "${summary[@]}"
printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
