#!/usr/bin/env bash
# Installs what the tests need and this machine lacks, with Debian's package manager, and says so.
set -euo pipefail

missing=()
[ -x /usr/bin/chromium ] || missing+=(chromium)
compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || command -v postgres >/dev/null || missing+=(postgresql)
command -v pdftoppm >/dev/null || missing+=(poppler-utils)
fc-list :lang=zh 2>/dev/null | grep -q . || missing+=(fontconfig fonts-noto-cjk)
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi

echo "tests need ${missing[*]}: installing with apt-get"
as=(); [ "$(id -u)" = 0 ] || as=(sudo)
export DEBIAN_FRONTEND=noninteractive
"${as[@]}" apt-get update -q
# A mirror may hiccup once.
"${as[@]}" apt-get install -yq --no-install-recommends "${missing[@]}" \
  || { sleep 5; "${as[@]}" apt-get update -q; "${as[@]}" apt-get install -yq --no-install-recommends "${missing[@]}"; }
