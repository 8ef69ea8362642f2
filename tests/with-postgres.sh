#!/usr/bin/env bash
# Runs a command with a private PostgreSQL cluster: on a free port, in a temporary folder, stopped by its own pid at the end.
# The command finds its URL in GUIYAN_TEST_POSTGRES. PostgreSQL refuses to run as root, so root lends it an ordinary user.
set -euo pipefail

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
if [ -z "$bin" ]; then bin=$(dirname "$(command -v postgres)") || { echo "with-postgres: PostgreSQL is not installed; run 'make tools'" >&2; exit 1; }; fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/guiyan-pg.XXXXXX")
as=()
if [ "$(id -u)" = 0 ]; then
  user=postgres; id -u "$user" >/dev/null 2>&1 || user=nobody
  chown "$user" "$folder"
  as=(setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups)
fi

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"${as[@]}" "$bin/initdb" -D "$folder/data" -U guiyan --auth=trust --encoding=UTF8 --locale=C.UTF-8 >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; exit 1; }
# A test cluster is thrown away: it need not survive a power cut.
(cd "$folder" && exec "${as[@]}" "$bin/postgres" -D "$folder/data" -p "$port" -k "$folder" -c listen_addresses=127.0.0.1 \
  -c max_connections=400 -c fsync=off -c shared_buffers=64MB >"$folder/server.log" 2>&1) &
pid=$!
stop() {
  kill -INT "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  rm -rf "$folder"
}
trap stop EXIT

for _ in $(seq 100); do
  "$bin/pg_isready" -q -h 127.0.0.1 -p "$port" && break
  sleep 0.1
done
"$bin/pg_isready" -q -h 127.0.0.1 -p "$port" || { cat "$folder/server.log" >&2; exit 1; }

export GUIYAN_TEST_POSTGRES="postgres://guiyan@127.0.0.1:$port/postgres"
"$@"
