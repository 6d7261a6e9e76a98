# gate_lib.sh: what gate.sh, relay.sh and delayer.sh share. Each figure has a
# simulator of its own with the strict limit: two arrivals in any sliding
# second, refused ones counted. Source it, call begin_bench.
#
# From the environment: RACEFILL (the binary; the helpers lie beside it),
# BENCH_QUICK=1 for a minute a figure, BENCH_OUT (JSON lines are appended),
# BENCH_SECONDS to set the length by hand.
# shellcheck shell=bash
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
RACEFILL=${RACEFILL:-$here/../../build/racefill}
BENCH_OUT=${BENCH_OUT:-/dev/stdout}
helpers=$(dirname "$RACEFILL")
unset RACEFILL_DB RACEFILL_CONFIG RACING_API_BASE_URL RACEFILL_STATE_DIR \
  CREDENTIALS_DIRECTORY
export RACING_API_USERNAME=demo RACING_API_PASSWORD=demo
export SIM_USERNAME=demo SIM_PASSWORD=demo TZ=UTC LC_ALL=C.UTF-8

bench_name=
work=
declare -a started=()
failures=0

say() { printf '%s: %s\n' "$bench_name" "$*" >&2; }

die() {
  say "$@"
  exit 1
}

cleanup() {
  local pid
  for pid in "${started[@]}"; do
    kill -KILL "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
  done
  declare -F more_cleanup >/dev/null && more_cleanup
  if [[ -n ${KEEP:-} ]]; then
    say "kept: $work"
  else
    rm -rf "$work"
  fi
}

begin_bench() { # NAME QUICK_SECONDS FULL_SECONDS: sets seconds
  bench_name=$1
  [[ -x $RACEFILL ]] || die "no binary at $RACEFILL"
  work=$(mktemp -d "${TMPDIR:-/tmp}/racefill-bench-$1-XXXXXX") || exit 1
  trap cleanup EXIT
  trap 'exit 130' INT TERM
  seconds=$3
  [[ ${BENCH_QUICK:-0} == 1 ]] && seconds=$2
  seconds=${BENCH_SECONDS:-$seconds}
}

# What stands for another machine shall not wait for this one's compilers: at
# real-time priority where we may. The run under test has no such favour.
steady=()
chrt -f 10 true 2>/dev/null && steady=(chrt -f 10)

need_helper() {
  [[ -x $helpers/$1 ]] || die "no $helpers/$1: build the target gate_bench"
}

wait_for_file() { # FILE PID
  local tries=0
  until [[ -s $1 ]]; do
    kill -0 "$2" 2>/dev/null || die "$1 does not come: its process ended"
    ((++tries < 600)) || die "$1 does not come"
    sleep 0.1
  done
}

# start_server NAME LATENCY_MS [COMMAND TO RUN IT UNDER... -- ARGUMENT...]
start_server() {
  local name=$1 latency=$2 under=()
  shift 2
  while [[ $# -gt 0 && $1 != -- ]]; do
    under+=("$1")
    shift
  done
  shift $(($# > 0))
  mkdir -p "$work/$name"
  setsid "${under[@]}" "$RACEFILL" simulate --seed 5 --races-per-day 3 --latency \
    "$latency" --port-file "$work/$name/port.json" --arrivals \
    "$work/$name/arrivals.jsonl" "$@" >"$work/$name/server.log" 2>&1 &
  started+=("$!")
  wait_for_file "$work/$name/port.json" "$!"
}

server_url() { jq -r .url "$work/$1/port.json"; }

# start_client NAME URL [COMMAND TO RUN IT UNDER... -- ARGUMENT...]: a real run,
# its process in client_pid.
start_client() {
  local name=$1 url=$2 under=()
  shift 2
  while [[ $# -gt 0 && $1 != -- ]]; do
    under+=("$1")
    shift
  done
  shift $(($# > 0))
  setsid "${under[@]}" "$RACEFILL" run --api-url "$url" --state-dir \
    "$work/$name/state" --db "sqlite:$work/$name/racefill.db" \
    --non-interactive --start-date 2016-01-01 --end-date 2025-06-30 "$@" \
    >"$work/$name/client.log" 2>&1 &
  client_pid=$!
  started+=("$client_pid")
}

# cpu_share PID SECONDS: user and system time of a process, of one core.
cpu_share() {
  awk -v hz="$(getconf CLK_TCK)" -v seconds="$2" \
    '{ sub(/.*\) /, ""); printf "%.4f", ($12 + $13) / hz / seconds }' \
    "/proc/$1/stat" 2>/dev/null || echo 1
}

# Of NAME's arrivals from second FROM on to second TO, counted from the first.
arrivals() { # NAME FROM TO JQ-EXPRESSION
  jq -s --argjson from "$2" --argjson to "$3" "sort_by(.t_ns)
    | (.[0].t_ns // 0) as \$zero
    | map(select((.t_ns - \$zero) / 1e9 | . >= \$from and . < \$to)) | $4" \
    "$work/$1/arrivals.jsonl"
}

# (n - 2) / (2 x seconds from the first to the last).
utilisation() { # NAME
  arrivals "$1" 0 1e9 'if length < 3 then 0 else
    ((length - 2) / 2 / ((.[-1].t_ns - .[0].t_ns) / 1e9)
    * 10000 | round / 10000) end'
}

# Good answers a second so far, as a share of the limit.
useful() { # NAME
  local url span
  url=$(jq -r .control "$work/$1/port.json")
  span=$(arrivals "$1" 0 1e9 '(.[-1].t_ns - .[0].t_ns) / 1e9')
  curl -sS "$url/sim/stats" |
    jq --argjson s "$span" '(.by_status["200"] // 0) / 2 / $s
      * 10000 | round / 10000'
}

refused() { # NAME [FROM TO]
  arrivals "$1" "${2:-0}" "${3:-1e9}" 'map(select(.refused)) | length'
}

# figure NAME VALUE UNIT OPERATOR BOUND [AGAINST]: appends one line.
figure() {
  jq -nc --arg bench "$bench_name" --arg figure "$1" --argjson value "$2" \
    --arg unit "$3" --arg how "$4" --argjson bound "$5" --arg against \
    "${6:-}" '{bench: $bench, figure: $figure, value: $value, unit: $unit,
      must: "\($how) \($bound)", ok: (if $how == ">=" then $value >= $bound
        elif $how == "<" then $value < $bound
        else $value <= $bound end), against: $against}' \
    >"$work/figure" || die "no figure: $*"
  cat "$work/figure" >>"$BENCH_OUT"
  jq -r '"\(.figure): \(.value) \(.unit) (must be \(.must))"
    + (if .ok then "" else "  MISSED" end)' "$work/figure" >&2
  [[ $(jq .ok "$work/figure") == true ]] || failures=$((failures + 1))
}

finish_bench() { exit $((failures > 0)); }
