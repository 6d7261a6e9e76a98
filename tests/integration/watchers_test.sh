#!/usr/bin/env bash
# Many look at one run, not all of them kindly: of three viewers one is killed
# and one stopped, and the third goes on; scans, half-open connections, garbage
# and huge headers cost neither memory nor slots; the page answers afterwards.
source "$(dirname "$0")/lib.sh"
begin watchers_test

dir=$work/run
db=sqlite:$dir/racefill.db
start_simulator "$work/sim" "${small_world[@]}" --limit 12 --latency 40+-20
start_run "$dir" "$db" --start-date 2019-01-01 --end-date 2025-12-31 \
  --set gate.requests=10 --set page.port_file=page.url
tries=0
until [[ -s $dir/page.url ]]; do
  ((++tries < 600)) || fail 'no page.url' "$dir/err"
  sleep 0.1
done
url=$(cat "$dir/page.url")
port=${url##*:}
port=${port%/}

until_true() { # WHAT COMMAND...
  local what=$1 tries=0
  shift
  until "$@"; do
    ((++tries < 480)) || fail "$what" "$dir/err"
    sleep 0.25
  done
}
code_is() { [[ $(curl -s -o /dev/null --max-time 20 -w '%{http_code}' \
  "$url$2") == "$1" ]]; }
events_of() { grep -c '^event: status' "$work/viewer-$1" 2>/dev/null; }
has_events() { (($(events_of "$1") >= $2)); }
has_requests() { (($(curl -s --max-time 20 "${url}status.json" |
  jq '.gate.requests // 0') >= $1)); }
resident_kb() { awk '/^VmRSS/ { print $2 }' "/proc/$run_pid/status"; }

until_true 'the run becomes ready' code_is 200 readyz
until_true 'requests go out' has_requests 30

# -- three viewers ---------------------------------------------------------------
viewers=()
for i in 1 2 3; do
  curl -sN "${url}events" >"$work/viewer-$i" &
  viewers+=($!)
  started+=($!)
done
for i in 1 2 3; do
  until_true "viewer $i sees the run" has_events $i 2
done
kill -KILL "${viewers[0]}"
wait "${viewers[0]}" 2>/dev/null
kill -STOP "${viewers[1]}"
until_true 'the third viewer goes on' has_events 3 $(($(events_of 3) + 5))
kill -CONT "${viewers[1]}"
until_true 'the stopped one is served again' has_events 2 \
  $(($(events_of 2) + 3))
say 'three viewers, one killed, one stopped'

# -- abuse -----------------------------------------------------------------------
before=$(resident_kb)
trap '' PIPE # Those thrown out early must not end the test.
sockets=()
for ((i = 0; i < 150; ++i)); do
  { exec {socket}<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null || continue
  case $((i % 5)) in
    0) ;; # A scan, or a peer that says nothing.
    1) printf 'GET / HTTP/1.1\r\nHost: loc' ;;
    2) head -c 4096 /dev/urandom ;;
    3) printf 'GET / HTTP/1.1\r\nX: %s' "$(printf '%0100000d' 0)" ;;
    4) printf '\026\003\001\002\000\001\000\001\374\003\003' ;;
  esac 2>/dev/null >&"$socket"
  sockets+=("$socket")
done
until_true 'the third viewer goes on through the abuse' has_events 3 \
  $(($(events_of 3) + 5))
until_true 'the page answers again' code_is 200 healthz
for socket in "${sockets[@]}"; do
  exec {socket}>&-
done
grown=$(($(resident_kb) - before))
((grown < 20480)) || fail "memory has grown by $grown kB"
jq -e '.refused == 0' <<<"$(sim_stats)" >/dev/null ||
  fail "the gate lost its step: $(sim_stats)"
say "memory has grown by $grown kB"
kill -0 "$run_pid" 2>/dev/null || fail 'the run is gone' "$dir/err"

# Its viewers do not keep a run from leaving.
kill -TERM "$run_pid"
wait_run "$dir"
expect_status 130 "$dir" 'the watched run'
stop_simulator
finish
