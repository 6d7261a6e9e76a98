# monitor_lib.sh: what the tests of the remote monitor share; source after
# lib.sh.
# shellcheck shell=bash

# wait_until WHAT LIMIT COMMAND...: tries twice a second.
wait_until() {
  local what=$1 until=$((SECONDS + $2))
  shift 2
  until "$@"; do
    ((SECONDS < until)) || fail "waited in vain: $what" "$dir/err" "$work"/*.err
    sleep 0.5
  done
}

# start_service [ARGUMENT...]: a run that takes long, with a monitor; sets
# run_pid. Needs dir and port.
start_service() {
  start_run "$dir" "sqlite:$dir/racefill.db" --start-date 2020-01-01 \
    --end-date 2024-12-31 --set "monitor.port=$port" "$@"
  wait_until 'the monitor answers' 90 monitor_answers
}

monitor() { "$RACEFILL" monitor --state-dir "$dir" "$@"; }
ctl() { "$RACEFILL" ctl --state-dir "$dir" "$@"; }

monitor_answers() {
  kill -0 "$run_pid" 2>/dev/null || fail 'the service ended' "$dir/err"
  monitor --once --json >"$work/once.json" 2>"$work/once.err"
}

# seen EXPRESSION: does the snapshot satisfy it now?
seen() {
  monitor --once --json 2>"$work/once.err" | jq -e "$1" >/dev/null
}

# start_viewer NAME: prints a snapshot a second to NAME.out; sets viewer_pid.
start_viewer() {
  # Not through monitor(): the process itself must hear the signals.
  "$RACEFILL" monitor --state-dir "$dir" --interval 1 --json \
    >"$work/$1.out" 2>"$work/$1.err" &
  viewer_pid=$!
  started+=("$viewer_pid")
}

# is_let_go PID...: has the service let each of these viewers go?
is_let_go() {
  local pid
  for pid in "$@"; do
    grep -q "lets a viewer go viewer=\".* $pid\"" "$dir/err" || return 1
  done
}

views_of() { cat "$work/$1.out" 2>/dev/null | wc -l; }
has_views() { (($(views_of "$1") >= $2)); }
