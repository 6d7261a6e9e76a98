#!/usr/bin/env bash
# Watching and steering a real run: three viewers, one killed, one stopped; the
# service killed and started again; orders with and without the token.
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=tests/integration/lib.sh
source "$here/lib.sh"
# shellcheck source=tests/integration/monitor_lib.sh
source "$here/monitor_lib.sh"
begin monitor_test

dir=$work/service
port=$(free_port)
start_simulator "$work/sim" "${small_world[@]}" --limit 50
calm=(--set gate.requests=5)

monitor --once >"$work/none.out" 2>"$work/none.err"
[[ $? -eq 2 && $(wc -l <"$work/none.err") -eq 1 ]] ||
  fail 'without any service: not one line and status 2' "$work/none.err"

start_service "${calm[@]}"
[[ $(stat -c %a "$dir/monitor") == 700 ]] || fail 'the papers are open to others'
[[ -z $(find "$dir/monitor" -type f ! -perm 600) ]] ||
  fail 'a paper is open to others'
jq -e '.schema == "racefill.snapshot/1" and .pid == '"$run_pid" \
  "$work/once.json" >/dev/null || fail 'not the snapshot of the service'
monitor --once >"$work/once.txt" || fail 'no plain text'
grep -q 'Days ' "$work/once.txt" || fail 'a picture without days' "$work/once.txt"
grep -q $'\x1b' "$work/once.txt" && fail 'escape codes into a file'
say 'papers are made, a viewer finds them by itself'

# -- three viewers, one killed, one stopped --------------------------------------

start_viewer killed
killed=$viewer_pid
start_viewer stopped
stopped=$viewer_pid
start_viewer third
third=$viewer_pid
for name in killed stopped third; do
  wait_until "views for $name" 60 has_views "$name" 2
done
kill -KILL "$killed"
kill -STOP "$stopped"
held=$(views_of third)
wait_until 'the third goes on' 60 has_views third $((held + 5))
wait_until 'the killed and the stopped one are let go' 90 \
  is_let_go "$killed" "$stopped"
kill -0 "$third" || fail 'the third viewer died' "$work/third.err"
say 'a killed and a stopped viewer are let go, the third goes on'

# -- steering ----------------------------------------------------------------------

ctl pause >"$work/ctl.out" 2>"$work/ctl.err" || fail 'no pause' "$work/ctl.err"
wait_until 'the pause shows' 60 seen .gate.paused
sleep 1 # What was granted before it arrives.
before=$(arrivals_count)
sleep 3
(($(arrivals_count) == before)) || fail 'calls go on while paused'
ctl resume --json >"$work/ctl.out" || fail 'no resume'
jq -e '.done and .exit_status == 0' "$work/ctl.out" >/dev/null ||
  fail 'no JSON answer' "$work/ctl.out"
wait_until 'the resume shows' 60 seen '.gate.paused | not'
goes_on() { (($(arrivals_count) > before)); }
wait_until 'calls go on' 60 goes_on
ctl retry failed >"$work/ctl.out" 2>"$work/ctl.err" ||
  fail 'no retry' "$work/ctl.err"
workers() { seen '[.actors[] | select(.name | startswith("racecard_fetcher"))] | length == '"$1"; }
for count in 8 1 4; do
  ctl set "concurrency.racecard_fetchers=$count" >"$work/ctl.out" 2>"$work/ctl.err" ||
    fail 'no set' "$work/ctl.err"
  wait_until "$count fetchers" 60 workers "$count"
done
say 'pause, resume, retry and concurrency work from outside'

# -- papers for elsewhere, and a wrong token ---------------------------------------

monitor --export-client "$work/client" >"$work/export.out" || fail 'no export'
[[ $(stat -c %a "$work/client") == 600 ]] || fail 'the export is open to others'
"$RACEFILL" ctl pause --client "$work/client" --attach "127.0.0.1:$port" \
  >"$work/far.out" 2>"$work/far.err" || fail 'no steering by --client' "$work/far.err"
wait_until 'the pause from elsewhere shows' 60 seen .gate.paused
ctl resume >/dev/null || fail 'no resume'
# A snapshot is older than the order that it answers: wait for the one after it.
wait_until 'the second resume shows' 60 seen '.gate.paused | not'
sed 's/^token=...../token=00000/' "$work/client" >"$work/poor"
chmod 600 "$work/poor"
"$RACEFILL" monitor --once --client "$work/poor" >"$work/far.out" ||
  fail 'watching needs no token'
"$RACEFILL" ctl pause --client "$work/poor" >"$work/far.out" 2>"$work/far.err"
[[ $? -eq 2 ]] && grep -q 'token is wrong or missing' "$work/far.err" ||
  fail 'steering without the token' "$work/far.err"
held=$(views_of third)
wait_until 'three snapshots more' 60 has_views third $((held + 3))
seen '.gate.paused | not' || fail 'paused without the token'
chmod 644 "$work/poor"
"$RACEFILL" monitor --once --client "$work/poor" >/dev/null 2>"$work/far.err"
[[ $? -eq 2 ]] || fail 'open papers are taken'
grep -rqF "$(cat "$dir/monitor/control.token")" "$dir/err" "$work"/*.out \
  "$work"/*.err && fail 'the token is in a log'
say 'watching needs papers, steering the token besides'

# -- the service dies and comes back -------------------------------------------------

kill_run
is_gone() { grep -q 'gone' "$work/third.err"; }
wait_until 'the viewer says gone' 60 is_gone
monitor --once >/dev/null 2>"$work/away.err"
[[ $? -eq 7 && $(wc -l <"$work/away.err") -eq 1 ]] ||
  fail 'with the service away: not one line and status 7' "$work/away.err"
start_service "${calm[@]}" --resume
sees_new() { tail -n 1 "$work/$1.out" | jq -e ".pid == $run_pid" >/dev/null; }
wait_until 'the third viewer is back' 90 sees_new third
kill -CONT "$stopped"
wait_until 'the stopped viewer is back' 120 sees_new stopped
say 'viewers come back by themselves'

ctl drain >"$work/ctl.out" 2>"$work/ctl.err" || fail 'no drain' "$work/ctl.err"
wait_run "$dir"
[[ $status -eq 130 || $status -eq 0 ]] ||
  fail "drained by ctl, but status $status" "$dir/err"

# Incomplete papers stop the start.
rm "$dir/monitor/server.key"
run_racefill "$dir" "sqlite:$dir/racefill.db" --test --start-date 2024-03-01 \
  --set "monitor.port=$port"
expect_status 2 "$dir" 'incomplete papers'
grep -q 'server.key is missing' "$dir/err" || fail 'no clear line' "$dir/err"
finish
