#!/usr/bin/env bash
# One run at a time: a second start is refused by name or waits its turn; who died
# here is replaced at once, who is elsewhere after the lease's time; and who lost
# the lease without noticing writes nothing more.
source "$(dirname "$0")/lib.sh"
begin lease_test
make_truth "$work/truth.jsonl" "${small_world[@]}"
start_simulator "$work/sim" "${small_world[@]}" --limit 50 --latency 5
long=(--start-date 2024-01-01 --end-date 2024-03-30 --set gate.requests=2)
db=sqlite:$work/racefill.db

await() { # WHAT CONDITION...
  local what=$1 tries=0
  shift
  until "$@"; do
    ((++tries < 1200)) || fail "$what never came" "$work"/*/err
    sleep 0.05
  done
}
is_held_by() { [[ $(sql "$db" 'SELECT pid FROM racefill_lease
  WHERE holder IS NOT NULL' 2>/dev/null) == "$1" ]]; }
says() { grep -Eq -- "$2" "$work/$1/err"; }
has_arrivals() { [[ $(arrivals_count) -gt $1 ]]; }

# hold NAME: a long run that has the lease; sets holder.
hold() {
  start_run "$work/$1" "$db" "${long[@]}"
  holder=$run_pid
  await "the lease of $1" is_held_by "$holder"
}

# -- refused by name, or waits -----------------------------------------------------

hold first
run_racefill "$work/second" "$db" "${range[@]}"
expect_status 6 "$work/second" 'a second start'
tail -n 1 "$work/second/err" | grep -Eq "^racefill: .*lease.*pid $holder\b" ||
  fail 'the refusal does not name the holder' "$work/second/err"
start_run "$work/third" "$db" "${range[@]}" --wait
third=$run_pid
await 'the word that it waits' says third 'waits for the lease'
says third "pid $holder" || fail 'does not say for whom' "$work/third/err"
is_held_by "$holder" || fail 'the waiting one took the lease'
run_pid=$holder
kill -TERM "$holder"
wait_run "$work/first"
expect_status 130 "$work/first" 'the holder, interrupted'
run_pid=$third
wait_run "$work/third"
expect_status 0 "$work/third" 'the one that waited'
say 'refused by name; waited for its turn'

# -- one account, two databases ----------------------------------------------------

hold fourth_database
other=sqlite:$work/other.db
run_racefill "$work/stranger" "$other" "${range[@]}"
expect_status 6 "$work/stranger" 'a run with the account of another one'
tail -n 1 "$work/stranger/err" | grep -q "process $holder on this host" ||
  fail 'the refusal does not name the process' "$work/stranger/err"
[[ -z $(sql "$other" 'SELECT holder FROM racefill_lease
  WHERE holder IS NOT NULL') ]] || fail 'the refused one keeps its lease'
run_racefill "$work/sharing" "$other" --start-date 2024-03-01 \
  --end-date 2024-03-01 --fast --set gate.requests=3 --set gate.reserve=1
expect_status 0 "$work/sharing" 'a run that leaves a share'
start_run "$work/patient" "$other" --start-date 2024-03-01 \
  --end-date 2024-03-02 --fast --wait
patient=$run_pid
await 'the word that it waits' says patient "process $holder on this host"
run_pid=$holder
kill_run
run_pid=$patient
wait_run "$work/patient"
expect_status 0 "$work/patient" 'the one that waited for the account'
say 'one account, two databases: refused by name; waited for its turn'

# -- who died here is replaced at once ----------------------------------------------

hold fourth
seen=$(arrivals_count)
await 'its first request' has_arrivals "$seen"
run_pid=$holder
kill_run
seen=$(arrivals_count)
began=$(date +%s%N)
start_run "$work/fifth" "$db" "${long[@]}"
await 'the first request after the death' has_arrivals "$seen"
took=$((($(date +%s%N) - began) / 1000000))
is_held_by "$run_pid" || fail 'sends without the lease' "$work/fifth/err"
# 1.9 seconds are the gate's silence; the rest is for a busy machine. The lease
# itself would run for a minute.
((took < 15000)) || fail "the first request came after $took ms"
say "first request $took ms after the start that followed a kill -9"
kill_run

# -- who is elsewhere keeps it for its time -------------------------------------------

set_holder() { # SECONDS: from now to the end of a lease held elsewhere
  sql "$db" "UPDATE racefill_lease SET holder = 'far pid 1', host = 'far',
    boot_id = 'b', pid = 1, pid_start = '1', token = token + 1,
    expires_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '$1 seconds')" ||
    fail 'cannot set the lease'
}
set_holder +600
run_racefill "$work/sixth" "$db" "${range[@]}"
expect_status 6 "$work/sixth" 'a start while another host holds the lease'
grep -q 'far pid 1' "$work/sixth/err" || fail 'does not name the far holder' \
  "$work/sixth/err"
set_holder -1
run_racefill "$work/seventh" "$db" "${range[@]}"
expect_status 0 "$work/seventh" 'a start after the lease of another host'
say 'another host: refused in its time, replaced after it'

# -- who lost it writes nothing more -----------------------------------------------

lost=sqlite:$work/lost.db
start_run "$work/eighth" "$lost" "${range[@]}" --set gate.requests=10
settles() { [[ $(sql "$lost" "SELECT COUNT(*) FROM racefill_days
  WHERE state = 'done'" 2>/dev/null || echo 0) -ge 2 ]]; }
await 'the first days' settles
# As another host would after the lease's time: a new token, and given back.
sql "$lost" "PRAGMA busy_timeout = 10000; BEGIN IMMEDIATE;
  UPDATE racefill_lease SET holder = NULL, token = token + 1;
  SELECT 'done ' || COUNT(*) FROM racefill_horses WHERE state <> 'pending';
  COMMIT" >"$work/taken" || fail 'cannot take the lease'
before=$(sed -n 's/^done //p' "$work/taken")
wait_run "$work/eighth"
expect_status 6 "$work/eighth" 'the holder that lost the lease'
tail -n 1 "$work/eighth/err" | grep -q '^racefill: lease_lost' ||
  fail 'does not say that the lease is lost' "$work/eighth/err"
[[ $(sql "$lost" 'SELECT COUNT(*) FROM racefill_horses
  WHERE state <> '"'pending'") -eq $before ]] ||
  fail 'wrote after it had lost the lease'
expect_no_false_done "$lost" "$work/truth.jsonl" 'the lost lease'
run_racefill "$work/ninth" "$lost" "${range[@]}"
expect_status 0 "$work/ninth" 'the next run'
expect_truth "$lost" "$work/truth.jsonl" 'after a lost lease'

stop_simulator
finish
