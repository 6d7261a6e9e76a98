#!/usr/bin/env bash
# The service unit: systemd accepts it and finds little exposed.
set -uo pipefail
unit=$(cd "$(dirname "$0")/../.." && pwd)/conf/racefill.service
command -v systemd-analyze >/dev/null || {
  echo 'SKIP unit_test: no systemd-analyze here'
  exit 77
}

# Threshold in tenths: an exposure of at most 2.0.
out=$(systemd-analyze security --offline=true --threshold=20 --no-pager \
  "$unit" 2>&1) || {
  echo "FAIL unit_test: more is exposed than 2.0"
  tail -n 60 <<<"$out"
  exit 1
}
tail -n 1 <<<"$out"
# The program and its manual need not be installed here; all else must be right.
wrong=$(systemd-analyze verify "$unit" 2>&1 |
  grep 'racefill.service' | grep -v -e 'is not executable' -e "Command 'man ")
[[ -z $wrong ]] || {
  echo "FAIL unit_test: $wrong"
  exit 1
}
echo 'PASS unit_test'
