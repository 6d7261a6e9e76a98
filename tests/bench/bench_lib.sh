# bench_lib.sh: what the benches share. Source it, call begin_bench.
#
# The runner sets RACEFILL, BENCH_QUICK and BENCH_OUT.
# shellcheck shell=bash
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
RACEFILL=${RACEFILL:-$root/build/racefill}
BENCH_QUICK=${BENCH_QUICK:-0}
BENCH_OUT=${BENCH_OUT:-/dev/stdout}
build=$(dirname "$RACEFILL")

unset RACEFILL_DB RACEFILL_CONFIG RACING_API_BASE_URL RACEFILL_STATE_DIR \
  CREDENTIALS_DIRECTORY PGPASSWORD PGPASSFILE
export RACING_API_USERNAME=demo RACING_API_PASSWORD=demo
export SIM_USERNAME=demo SIM_PASSWORD=demo
export TZ=UTC LC_ALL=C.UTF-8

bench=
work=
pg_dir=
declare -a started=()

note() { printf '%s: %s\n' "$bench" "$*" >&2; }

fail() { # REASON [FILE...]
  note "$1"
  shift
  [[ $# -gt 0 ]] && tail -n 20 "$@" >&2
  exit 1
}

end_bench() {
  local pid
  for pid in "${started[@]}"; do
    kill -KILL "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
  done
  if [[ -n $pg_dir ]]; then
    pg_ctl -m immediate stop
    rm -rf "$pg_dir"
  fi
  rm -rf "$work"
}

begin_bench() { # NAME
  bench=$1
  work=$(mktemp -d "${TMPDIR:-/tmp}/racefill-bench-$1-XXXXXX") || exit 1
  trap end_bench EXIT
  trap 'exit 130' INT TERM
}

is_quick() { [[ $BENCH_QUICK == 1 ]]; }

# figure TEXT VALUE UNIT [MUST AGAINST]: MUST is `>= 20`, `< 150`, or nothing.
figure() {
  local ok=true
  if [[ -n ${4:-} ]]; then
    awk -v x="$2" -v op="${4%% *}" -v y="${4#* }" 'BEGIN {
      exit !(op == ">=" ? x >= y : op == "<=" ? x <= y : op == "<" ? x < y : x > y)
    }' || ok=false
  fi
  jq -cn --arg bench "$bench" --arg figure "$1" --argjson value "$2" \
    --arg unit "$3" --arg must "${4:-}" --argjson ok "$ok" \
    --arg against "${5:-}" '$ARGS.named' >>"$BENCH_OUT" ||
    fail "no value for: $1"
}

# median: of the numbers on stdin, one a line.
median() {
  sort -g | awk '{ x[NR] = $1 } END { print x[int((NR + 1) / 2)] }'
}

# -- a private PostgreSQL, set up as it comes: every commit reaches the disk ----

become=()
[[ $(id -u) -eq 0 ]] &&
  become=(setpriv --reuid=postgres --regid=postgres --clear-groups)

pg_bin() {
  local version
  for version in 15 16 17 14; do
    [[ -x /usr/lib/postgresql/$version/bin/initdb ]] &&
      { echo "/usr/lib/postgresql/$version/bin"; return; }
  done
  fail 'no PostgreSQL server is installed'
}

pg_ctl() { # ARGUMENT...
  (cd / && "${become[@]}" "$(pg_bin)/pg_ctl" -D "$pg_dir/data" -w \
    -l "$pg_dir/log" -o "-k $pg_dir -c listen_addresses=" "$@") >/dev/null 2>&1
}

start_postgres() {
  pg_dir=$(mktemp -d "${TMPDIR:-/tmp}/racefill-pg-XXXXXX") || exit 1
  [[ $(id -u) -eq 0 ]] && chown postgres "$pg_dir"
  (cd / && "${become[@]}" "$(pg_bin)/initdb" -D "$pg_dir/data" -U postgres \
    -E UTF8 --locale=C.UTF-8 -A trust) >"$work/initdb.log" 2>&1 ||
    fail 'initdb fails' "$work/initdb.log"
  pg_ctl start || fail 'PostgreSQL does not start' "$pg_dir/log"
}

pg_url() { echo "postgresql://postgres@/$1?host=$pg_dir"; }

pg_sql() { # DATABASE: SQL on stdin
  psql -X -q -A -t -v ON_ERROR_STOP=1 "$(pg_url "$1")" ||
    fail 'PostgreSQL refuses the SQL'
}

make_database() { # NAME
  echo "CREATE DATABASE $1" | pg_sql postgres
}
