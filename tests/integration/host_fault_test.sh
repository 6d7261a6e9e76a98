#!/usr/bin/env bash
# What the host and the way to the API may do to a run, with the real program:
# disks that fill up or turn read-only, a clock that jumps an hour, a certificate
# of another host, an edge that shuts us out, a child that keeps dying. The run
# waits or ends with the reason, calls nothing done that is not, and a later run
# heals it. Names on the command line pick some.
source "$(dirname "$0")/lib.sh"
begin host_fault_test
THROW_AT_CONNECT=${THROW_AT_CONNECT:-$root/build/libthrow_at_connect.so}
last_day=2024-03-06
range=(--start-date "$first_day" --end-date "$last_day")
picked=("$@")
impatient=(--set http.backoff_initial_ms=20 --set http.backoff_max_ms=200
  --set gate.breaker_probe_seconds=1 --set http.deadline_seconds=2
  --set gate.retry_budget_floor=1000 --set checkpoint.every_days=1)
checks=0
mounted=()
more_cleanup() {
  local each
  for each in "${mounted[@]}"; do umount -l "$each"; done
}

make_truth "$work/truth.jsonl" "${small_world[@]}"
start_simulator "$work/sim" "${small_world[@]}" --limit 50 --latency 5

# want NAME: this one is to be tried; sets name, dir, db.
want() {
  name=$1
  dir=$work/$name
  db=sqlite:$dir/racefill.db
  began=$SECONDS
  mkdir -p "$dir"
  set_faults
  [[ ${#picked[@]} -eq 0 || " ${picked[*]} " == *" $name "* ]] || return 1
  sleep 1 # The window of the run before.
}

await() { # WHAT CONDITION...: while the run goes on
  local what=$1 tries=0
  shift
  until "$@"; do
    kill -0 "$run_pid" 2>/dev/null || fail "$name: the run ended before $what" \
      "$dir/out" "$dir/err"
    ((++tries < 1200)) || fail "$name: $what never came" "$dir/err"
    sleep 0.05
  done
}
says() { grep -Eq -- "$1" "$dir/err"; }
has_settled() {
  [[ $(sql "$db" "SELECT COUNT(*) FROM racefill_days WHERE state = 'done'" \
    2>/dev/null || echo 0) -ge $1 ]]
}

honest() { # [DB]: no crash, nothing falsely done
  grep -Eq 'terminate called|Sanitizer' "$dir/err" &&
    fail "$name: crashed" "$dir/err"
  expect_no_false_done "${1:-$db}" "$work/truth.jsonl" "$name"
}

# last_word PATTERN: the last line of all says it.
last_word() {
  tail -n 1 "$dir/err" | grep -Eq -- "^racefill: .*($1)" ||
    fail "$name: the last line does not say $1" "$dir/err"
}

# heals [DB]: a later run without the fault makes the tables true.
heals() {
  sleep 1
  run_racefill "$dir" "${1:-$db}" "${range[@]}" "${impatient[@]}"
  expect_status 0 "$dir" "$name, healed"
  whole "$@"
}
whole() { # [DB]
  expect_truth "${1:-$db}" "$work/truth.jsonl" "$name" >"$work/line"
  expect_state_files "$dir" must
  printf '%s in %d s\n' "$(cat "$work/line")" $((SECONDS - began))
  checks=$((checks + 1))
}

# -- the API ---------------------------------------------------------------------

if want a_block_page; then
  # Shut out by the edge: no call for five minutes, for each would prolong it.
  start_run "$dir" "$db" "${range[@]}" "${impatient[@]}" --set gate.requests=20
  await 'the first days' has_settled 1
  set_faults html:status=403
  await 'the reason' says 'gatekeeper waits.*blocked:'
  sleep 1 # What was under way arrives.
  before=$(arrivals_count)
  sleep 4
  [[ $(arrivals_count) -eq $before ]] || fail "$name: kept calling" "$dir/err"
  kill -TERM "$run_pid"
  wait_run "$dir"
  expect_status 130 "$dir" "$name"
  honest
  set_faults
  heals
fi

if want an_absurd_retry_after; then
  # Eleven days, -5, and nothing at all: capped, or taken for none.
  set_faults 429:count=1,after=5,retry=999999 429:count=1,after=12,retry=-5 \
    429:count=1,after=20,retry=99999999999999999999
  run_racefill "$dir" "$db" "${range[@]}" "${impatient[@]}" \
    --set gate.retry_after_max_seconds=2
  expect_status 0 "$dir" "$name"
  honest
  whole
fi

if want a_long_outage; then
  # The breaker opens, probes with one call at a time, and says so.
  start_run "$dir" "$db" "${range[@]}" "${impatient[@]}" --set gate.requests=20
  await 'the first days' has_settled 1
  set_faults 503
  await 'the open breaker' says 'gatekeeper waits.*breaker=(open|probing)'
  before=$(arrivals_count)
  sleep 10
  probes=$(($(arrivals_count) - before))
  ((probes >= 1 && probes <= 14)) ||
    fail "$name: $probes calls in 10 s with a probe a second" "$dir/err"
  kill -0 "$run_pid" || fail "$name: did not wait" "$dir/out" "$dir/err"
  honest
  set_faults
  wait_run "$dir"
  expect_status 0 "$dir" "$name"
  says 'gatekeeper goes on' || fail "$name: does not say that it goes on"
  expect_none "$db" "SELECT CAST(day AS TEXT) FROM racefill_days
    WHERE state = 'failed' UNION ALL SELECT horse_id FROM racefill_horses
    WHERE state = 'failed'" "$name: parked"
  whole
fi

# make_certificate NAME SAN
make_certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
    -days 2 -subj "/CN=$1" -addext "subjectAltName=$2" \
    -keyout "$work/$1.key" -out "$work/$1.pem" 2>/dev/null ||
    fail 'openssl makes no certificate'
}

if want a_certificate_of_another_host; then
  make_certificate other.example DNS:other.example
  make_certificate here IP:127.0.0.1,DNS:localhost
  plain=("$sim_pid" "$sim_dir" "$api_url" "$control_url")
  start_simulator "$work/tls" "${small_world[@]}" --limit 50 \
    --tls-cert "$work/other.example.pem" --tls-key "$work/other.example.key"
  run_racefill "$dir" "$db" "${range[@]}" "${impatient[@]}" \
    --set "api.ca_file=$work/other.example.pem"
  expect_status 7 "$dir" "$name"
  last_word 'certificate|tls_refused'
  [[ ! -s $sim_dir/arrivals.jsonl ]] || fail "$name: sent a request all the same"
  honest
  stop_simulator
  start_simulator "$work/tls" "${small_world[@]}" --limit 50 \
    --tls-cert "$work/here.pem" --tls-key "$work/here.key"
  run_racefill "$dir" "$db" "${range[@]}" "${impatient[@]}" \
    --set "api.ca_file=$work/here.pem"
  expect_status 0 "$dir" "$name, healed"
  whole
  stop_simulator
  sim_pid=${plain[0]} sim_dir=${plain[1]} api_url=${plain[2]}
  control_url=${plain[3]}
fi

# -- the clock ---------------------------------------------------------------------

faketime=$(find /usr/lib -name libfaketimeMT.so.1 2>/dev/null | head -n 1)

has_enriched() {
  [[ $(sql "$db" "SELECT COUNT(*) FROM racefill_horses WHERE state = 'done'" \
    2>/dev/null || echo 0) -ge $1 ]]
}

# jumps NAME OFFSET...: the wall clock jumps to each offset once 15 more horses
# are done; the monotonic one goes on, as the kernel's does.
jumps() {
  local horses=0 offset
  want "$1" || return 0
  [[ -n $faketime ]] || fail "$name: install faketime"
  shift
  echo +0 >"$dir/clock"
  export LD_PRELOAD=$faketime FAKETIME_TIMESTAMP_FILE=$dir/clock \
    FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1
  start_run "$dir" "$db" "${range[@]}" "${impatient[@]}" --set gate.requests=10
  unset LD_PRELOAD FAKETIME_TIMESTAMP_FILE FAKETIME_NO_CACHE \
    FAKETIME_DONT_FAKE_MONOTONIC
  for offset; do
    horses=$((horses + 15))
    await "$horses horses" has_enriched "$horses"
    echo "$offset" >"$dir/clock.new"
    mv "$dir/clock.new" "$dir/clock"
  done
  wait_run "$dir"
  expect_status 0 "$dir" "$name"
  [[ $(sql "$db" "SELECT COUNT(DISTINCT substr(updated_at, 1, 13))
    FROM racefill_horses") -ge 2 ]] ||
    fail "$name: the clock did not jump" "$dir/err"
  honest
  whole
}
jumps the_clock_jumps_ahead +3600
jumps the_clock_jumps_back -3600
jumps the_clock_jumps_to_and_fro +3600 -3600

# -- a child that keeps dying --------------------------------------------------------

if want a_child_keeps_dying; then
  LD_PRELOAD=$THROW_AT_CONNECT THROW_AT_PORT=${api_url##*:} \
    run_racefill "$dir" "$db" "${range[@]}" "${impatient[@]}"
  expect_status 5 "$dir" "$name"
  last_word 'gave_up: api_transport/.* keeps dying, last of: .*own making'
  [[ $(grep -c '^racefill: ' "$dir/err") -eq 1 ]] ||
    fail "$name: more than one last line" "$dir/err"
  says 'supervisor lost api_transport' || fail "$name: does not say who died"
  [[ $(sql "$db" 'SELECT exit_status FROM racefill_runs') == 5 ]] ||
    fail "$name: the run's record lacks its status"
  honest
  heals
fi

# -- disks ---------------------------------------------------------------------------

# disk NAME SIZE: sets disk to a small file system of its own.
disk() {
  disk=$work/disk-$1
  mkdir -p "$disk"
  mount -t tmpfs -o "size=$2" tmpfs "$disk" 2>/dev/null || return 1
  mounted+=("$disk")
}

if [[ $(id -u) -ne 0 ]] || ! disk probe 1m; then
  say 'disks: skipped, no tmpfs can be mounted here'
else
  # state_fault NAME STRIKE...: strikes the state directory in the middle. The
  # database goes on, the run ends by itself and says what it could not write.
  state_fault() {
    want "$1" || return 0
    shift
    disk "$name" 2m || fail 'no tmpfs'
    words=()
    run_words "$disk" "$db" "${range[@]}" "${impatient[@]}" \
      --set gate.requests=20
    "${words[@]}" >"$dir/out" 2>"$dir/err" &
    run_pid=$!
    started+=("$run_pid")
    await 'the first days' has_settled 2
    "$@" || fail "$name: cannot $*"
    wait_run "$dir"
    expect_status 8 "$dir" "$name"
    last_word 'disk_full|files_refused'
    honest
    expect_truth "$db" "$work/truth.jsonl" "$name, the tables" >/dev/null
    expect_state_files "$disk"
    mount -o remount,rw "$disk"
    rm -f "$disk/filler"
    heals
  }
  fill() { dd if=/dev/zero of="$disk/filler" bs=1k 2>/dev/null; true; }
  lock_disk() { mount -o remount,ro "$disk"; }
  state_fault a_full_state_directory fill
  state_fault a_read_only_state_directory lock_disk

  if want a_read_only_database; then
    disk "$name" 20m || fail 'no tmpfs'
    db=sqlite:$disk/racefill.db
    start_run "$dir" "$db" "${range[@]}" "${impatient[@]}" --set gate.requests=20
    await 'the first days' has_settled 2
    kill -TERM "$run_pid"
    wait_run "$dir"
    expect_status 130 "$dir" "$name, interrupted"
    lock_disk || fail 'cannot make the disk read-only'
    run_racefill "$dir" "$db" "${range[@]}" "${impatient[@]}"
    [[ $status -eq 3 || $status -eq 8 ]] ||
      fail "$name: exit status $status, expected 3 or 8" "$dir/out" "$dir/err"
    last_word 'read-only|readonly|store_refused|cannot'
    mount -o remount,rw "$disk"
    honest
    heals "$db"
  fi

  if want a_full_database; then
    disk "$name" 2m || fail 'no tmpfs'
    db=sqlite:$disk/racefill.db
    start_run "$dir" "$db" "${range[@]}" "${impatient[@]}" --set gate.requests=20
    await 'the first days' has_settled 2
    fill
    await 'the full disk' says 'waits.*store_full'
    honest
    rm "$disk/filler"
    wait_run "$dir"
    expect_status 0 "$dir" "$name"
    whole "$db"
  fi
fi

stop_simulator
[[ ${#picked[@]} -gt 0 || $checks -ge 8 ]] || fail "only $checks faults tried"
finish
