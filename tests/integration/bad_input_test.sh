#!/usr/bin/env bash
# Every mistake gets one line that says what and what to do, its exit status,
# and leaves nothing half-written.
source "$(dirname "$0")/lib.sh"
begin bad_input_test

log_line='^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z (debug|info|warn|error)'
checks=0

# expect_refusal NAME STATUS PATTERN: of the run whose output lies in $dir.
expect_refusal() {
  local name=$1 wanted=$2 pattern=$3 lines
  expect_status "$wanted" "$dir" "$name"
  lines=$(grep -Ev "$log_line" "$dir/err")
  [[ $(grep -c . <<<"$lines") -eq 1 ]] ||
    fail "$name: expected one line besides the log" "$dir/err"
  [[ $lines == racefill:\ * ]] || fail "$name: no line of ours: $lines"
  grep -Eqi -- "$pattern" <<<"$lines" ||
    fail "$name: the line does not say $pattern: $lines"
  grep -q 'SECRET' "$dir/out" "$dir/err" && fail "$name: tells the password"
  checks=$((checks + 1))
  say "$name: $lines"
}

# try NAME STATUS PATTERN ARGUMENT...: a run in a fresh folder; $api_url is up.
try() {
  local name=$1 wanted=$2 pattern=$3
  shift 3
  dir=$work/${name// /_}
  db=sqlite:$dir/racefill.db
  run_racefill "$dir" "$db" "$@"
  expect_refusal "$name" "$wanted" "$pattern"
}

expect_no_file() {
  [[ ! -e $1 ]] || fail "half-written: $1"
}

expect_nothing_settled() { # DB
  [[ ! -e ${1#sqlite:} ]] && return
  expect_none "$1" "SELECT day || ' ' || state FROM racefill_days
    WHERE state NOT IN ('pending', 'running', 'failed')" 'a day is settled'
  expect_none "$1" 'SELECT race_id FROM ra_mst_races' 'half-written'
}

start_simulator "$work/sim" "${small_world[@]}" --limit 50

# -- "Go on?" ---------------------------------------------------------------------

long=(--start-date 2023-03-01 --end-date "$last_day")
# Without --non-interactive; the answer comes by standard input.
ask_words() { # NAME
  dir=$work/$1
  mkdir -p "$dir"
  words=("$RACEFILL" run --db "sqlite:$dir/racefill.db" --state-dir "$dir/state"
    --api-url "$api_url" "${long[@]}")
}
tables() { sqlite3 "$dir/racefill.db" .tables; }

ask_words unconfirmed
"${words[@]}" <<<'no' >"$dir/out" 2>"$dir/err"
status=$?
expect_refusal 'not confirmed' 2 'not confirmed'
[[ -z $(tables) ]] || fail "not confirmed, but made tables: $(tables)"
for signal in INT TERM; do
  ask_words "asked_$signal"
  mkfifo "$dir/answer"
  # A shell lets background jobs ignore SIGINT; a program may take it back.
  env --default-signal=INT "${words[@]}" <"$dir/answer" >"$dir/out" \
    2>"$dir/err" &
  run_pid=$!
  started+=("$run_pid")
  exec 8>"$dir/answer"
  tries=0
  until grep -q 'Type yes' "$dir/out"; do
    ((++tries < 200)) || fail 'it does not ask' "$dir/out" "$dir/err"
    sleep 0.05
  done
  kill -"$signal" "$run_pid"
  tries=0
  while kill -0 "$run_pid" 2>/dev/null; do
    ((++tries < 100)) || fail "SIG$signal does not end the question"
    sleep 0.05
  done
  exec 8>&-
  wait "$run_pid"
  status=$?
  [[ $status -gt 128 ]] || fail "SIG$signal at the question: status $status"
  [[ -z $(tables) ]] || fail 'the unanswered question made tables'
  say "SIG$signal ends the question"
done

# -- command line ----------------------------------------------------------------

try 'no such day' 2 '2024-02-30' --start-date 2024-02-30
expect_no_file "$dir/racefill.db"
try 'end before start' 2 'end.*start|start.*end|before|after' \
  --start-date 2024-03-02 --end-date 2024-03-01
expect_no_file "$dir/racefill.db"
try 'start after today' 2 'begins on 2999-01-01, after its end, today' \
  --start-date 2999-01-01
expect_no_file "$dir/racefill.db"
try 'unknown flag' 2 '--frobnicate' --frobnicate
expect_no_file "$dir/racefill.db"
try 'near flag' 2 '--start-date' --strat-date 2024-03-01
try 'unknown key' 2 'gate.reqests.*gate.requests' --set gate.reqests=3
try 'ill-typed key' 2 'gate.requests' --set gate.requests=many
try 'out of range' 2 'gate.requests' --set gate.requests=-1

dir=$work/password
mkdir -p "$dir"
"$RACEFILL" run --db 'postgresql://me:SECRET@127.0.0.1/racing' \
  --state-dir "$dir" >"$dir/out" 2>"$dir/err"
status=$?
expect_refusal 'password in argv' 2 'RACEFILL_DB|password'
"$RACEFILL" run --api-url 'https://me:SECRET@127.0.0.1/' --state-dir "$dir" \
  >"$dir/out" 2>"$dir/err"
status=$?
expect_refusal 'password in the API URL' 2 'RACING_API|password'

# -- conf ------------------------------------------------------------------------

try 'missing conf' 2 'nowhere.conf' --config "$work/nowhere.conf" "${range[@]}"
mkdir "$work/folder.conf"
try 'conf is a folder' 2 'folder.conf' --config "$work/folder.conf" \
  "${range[@]}"
: >"$work/empty.conf"
try 'empty conf' 2 'empty' --config "$work/empty.conf" "${range[@]}"
expect_no_file "$dir/racefill.db"
printf 'gate.requests 2\n' >"$work/wrong.conf"
try 'conf without =' 2 'wrong.conf' --config "$work/wrong.conf" "${range[@]}"
printf 'gate.requests = 2\n' >"$work/secret.conf"
chmod 000 "$work/secret.conf"
if [[ $(id -u) -ne 0 ]]; then
  try 'unreadable conf' 2 'secret.conf' --config "$work/secret.conf" \
    "${range[@]}"
else
  # Root reads everything; somebody else tries.
  dir=$work/unreadable
  mkdir -p "$dir"
  chmod 755 "$work"
  chown nobody "$dir"
  setpriv --reuid=nobody --regid=nogroup --clear-groups "$RACEFILL" run \
    --config "$work/secret.conf" --state-dir "$dir" --db "sqlite:$dir/a.db" \
    >"$dir/out" 2>"$dir/err"
  status=$?
  # A binary that nobody can reach, below /root for instance, proves nothing.
  if [[ $status -eq 126 || $status -eq 127 ]]; then
    say 'unreadable conf: skipped, user nobody cannot run the binary'
  else
    expect_refusal 'unreadable conf' 2 'secret.conf'
  fi
fi

# -- the provider ----------------------------------------------------------------

RACING_API_PASSWORD=SECRET try 'wrong API password' 4 \
  'password|credential|RACING_API' "${range[@]}"
expect_nothing_settled "$db"
RACING_API_PASSWORD= try 'no API password' 2 'RACING_API_PASSWORD' \
  "${range[@]}"
kept=$api_url
api_url=http://127.0.0.1:1
try 'unreachable host' 7 'refused|reach' "${range[@]}" --set http.attempts=2 \
  --set http.backoff_initial_ms=50
expect_nothing_settled "$db"
api_url=http://no-such-host.invalid
try 'unknown host' 7 'no-such-host|reach|resolve' "${range[@]}" \
  --set http.attempts=2 --set http.backoff_initial_ms=50
expect_nothing_settled "$db"
api_url=$kept

# -- the database ----------------------------------------------------------------

dir=$work/no_database
mkdir -p "$dir"
head -c 20000 /dev/urandom >"$dir/racefill.db"
cp "$dir/racefill.db" "$work/before"
run_racefill "$dir" "sqlite:$dir/racefill.db" "${range[@]}"
expect_refusal 'no database' 3 'database'
cmp -s "$dir/racefill.db" "$work/before" || fail 'no database: file was changed'
run_racefill "$dir" "sqlite:$dir/no/such/folder.db" "${range[@]}"
expect_refusal 'no folder for the database' 3 'folder.db'
run_racefill "$dir" 'oracle://here/db' "${range[@]}"
expect_refusal 'unknown database' 2 'oracle|sqlite'

# -- the lease -------------------------------------------------------------------

dir=$work/lease
start_run "$dir" "sqlite:$dir/racefill.db" --start-date 2024-01-01 \
  --end-date 2024-03-30 --set gate.requests=2
tries=0
until [[ -n $(sql "sqlite:$dir/racefill.db" 'SELECT holder FROM racefill_lease
    WHERE holder IS NOT NULL' 2>/dev/null) ]]; do
  ((++tries < 1200)) || fail 'the first run takes no lease' "$dir/err"
  sleep 0.05
done
holder=$run_pid
mkdir "$work/second"
run_racefill "$work/second" "sqlite:$dir/racefill.db" "${range[@]}"
dir=$work/second expect_refusal 'lease held' 6 'lease'
run_pid=$holder
kill -TERM "$run_pid"
wait_run "$dir"
[[ $status -eq 130 ]] || fail "SIGTERM: exit status $status, expected 130" \
  "$dir/out" "$dir/err"

# -- folders and disks -----------------------------------------------------------

# run_elsewhere STATE-DIR: with all else in $dir.
run_elsewhere() {
  mkdir -p "$dir"
  run_words "$1" "sqlite:$dir/racefill.db" "${range[@]}"
  timeout "$run_limit" "${words[@]}" >"$dir/out" 2>"$dir/err"
  status=$?
}

if [[ $(id -u) -ne 0 ]]; then
  mkdir "$work/locked"
  chmod 555 "$work/locked"
  dir=$work/scratch
  run_elsewhere "$work/locked"
  expect_refusal 'read-only state directory' 8 'locked'
elif mkdir "$work/disk" &&
  mount -t tmpfs -o size=300k tmpfs "$work/disk" 2>/dev/null; then
  more_cleanup() { umount -l "$work/disk"; }
  dir=$work/disk_run
  mkdir -p "$dir"
  dd if=/dev/zero of="$work/disk/filler" bs=1k 2>/dev/null
  run_elsewhere "$work/disk"
  expect_refusal 'full disk for the state' 8 'space|full|disk'
  expect_nothing_settled "sqlite:$dir/racefill.db"
  rm "$work/disk/filler"
  mount -o remount,size=60k "$work/disk"
  run_racefill "$dir" "sqlite:$work/disk/racefill.db" "${range[@]}"
  expect_refusal 'full disk for the database' 8 'space|full|disk'
  # In the middle a run waits for room, says so, and then goes on.
  make_truth "$work/truth.jsonl" "${small_world[@]}"
  mount -o remount,size=300k "$work/disk"
  start_run "$dir" "sqlite:$work/disk/racefill.db" "${range[@]}"
  tries=0
  until grep -q 'waits.*store_full' "$dir/err"; do
    kill -0 "$run_pid" || fail 'full disk: did not wait' "$dir/out" "$dir/err"
    ((++tries < 1200)) || fail 'full disk: says nothing' "$dir/out" "$dir/err"
    sleep 0.05
  done
  mount -o remount,size=20m "$work/disk"
  wait_run "$dir"
  expect_status 0 "$dir" 'the run once there is room'
  expect_truth "sqlite:$work/disk/racefill.db" "$work/truth.jsonl" \
    'the run once there is room'
  mount -o remount,ro "$work/disk"
  run_elsewhere "$work/disk"
  expect_refusal 'read-only state directory' 8 'disk'
else
  say 'full disk: skipped, no tmpfs can be mounted here'
fi

stop_simulator
((checks >= 18)) || fail "only $checks mistakes were tried"
finish
