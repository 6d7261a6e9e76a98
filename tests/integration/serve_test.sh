#!/usr/bin/env bash
# The background service against the simulator: it settles its range, takes new
# settings while it works, rests, keeps up, tells of it, and ends as told.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/pg.sh"
begin serve_test
listener=$(dirname "$COMPARE_TRUTH")/notify_listener
[[ -x $listener ]] || fail "no $listener; build it first"

limit=240 # Seconds that any one wait may take.

# wait_for WHAT FILE... -- COMMAND...: until the command succeeds.
wait_for() {
  local what=$1 files=() waited=0
  shift
  while [[ $1 != -- ]]; do files+=("$1") && shift; done
  shift
  until "$@"; do
    kill -0 "$serve_pid" 2>/dev/null || [[ $what == *ends* ]] ||
      fail "the service ended before: $what" "${files[@]}"
    ((++waited < limit * 10)) || fail "in vain for $limit s: $what" "${files[@]}"
    sleep 0.1
  done
}

logged() { grep -qE -- "$1" "$dir/err"; }
wait_log() { wait_for "the log says $1" "$dir/err" -- logged "$1"; }

# write_conf DIR [LINE...]: the service's conf; `database` stands for DIR's file.
write_conf() {
  local dir=$1
  shift
  {
    echo "api.url = $api_url"
    echo "database.url = ${database:-sqlite:$dir/racefill.db}"
    echo "state.dir = $dir"
    echo 'gate.ip_requests = 100000'
    echo "run.start_date = $first_day"
    echo "run.end_date = $last_day"
    printf '%s\n' "$@"
  } >"$dir/racefill.conf.new"
  mv "$dir/racefill.conf.new" "$dir/racefill.conf"
}

start_serve() { # DIR; sets serve_pid
  dir=$1
  : >"$dir/err"
  "$RACEFILL" serve --config "$dir/racefill.conf" >"$dir/out" 2>"$dir/err" &
  serve_pid=$!
  started+=("$serve_pid")
}

gone() { ! kill -0 "$serve_pid" 2>/dev/null; }

expect_end() { # STATUS WHAT
  wait_for "the service ends: $2" "$dir/err" -- gone
  wait "$serve_pid"
  status=$?
  [[ $status -eq $1 ]] ||
    fail "$2: exit status $status, expected $1" "$dir/out" "$dir/err"
  say "$2: exit status $status"
}

done_days() {
  local count
  count=$(sql "sqlite:$dir/racefill.db" "SELECT COUNT(*) FROM racefill_days
    WHERE state IN ('done', 'empty')" 2>/dev/null)
  ((${count:-0} >= $1))
}

make_truth "$work/truth.jsonl" "${small_world[@]}"
start_simulator "$work/sim" "${small_world[@]}" --limit 50 --latency 30+-20

# -- the range, with settings that change ----------------------------------------

dir=$work/a
mkdir -p "$dir"
cat >"$work/on-event" <<TEXT
#!/bin/sh
{ echo "== \$RACEFILL_EVENT \$RACEFILL_EXIT_STATUS"; env; } >>"$work/events"
TEXT
chmod 700 "$work/on-event"
tell="serve.on_event = $work/on-event"
"$listener" "@racefill-test-$$" >"$work/notified" &
listener_pid=$!
started+=("$listener_pid")
wait_listener() { grep -q LISTENING "$work/notified"; }
serve_pid=$listener_pid
wait_for 'the listener listens' -- wait_listener
export NOTIFY_SOCKET=@racefill-test-$$ WATCHDOG_USEC=60000000
write_conf "$dir" 'gate.requests = 3' 'concurrency.racecard_fetchers = 2' "$tell"
start_serve "$dir"
unset NOTIFY_SOCKET WATCHDOG_USEC
wait_log 'serve begins a round'
write_conf "$dir" 'gate.requests = 3' 'concurrency.racecard_fetchers = 8' "$tell"
kill -HUP "$serve_pid"
wait_log 'supervisor scales racecard_fetcher from=2 to=8'
write_conf "$dir" 'gate.requests = 3' 'concurrency.racecard_fetchers = none' "$tell"
kill -HUP "$serve_pid"
wait_log 'service keeps its settings: .*racecard_fetchers must be 1 to 64'
write_conf "$dir" 'gate.requests = 50' 'concurrency.racecard_fetchers = 1' \
  'http.attempts = 4' "$tell"
kill -HUP "$serve_pid"
wait_log 'supervisor scales racecard_fetcher from=8 to=1'
wait_log 'gate.requests is 50 now, was 3'
wait_log 'only a restart takes over: http.attempts'
wait_log 'serve rests: next round at .*upkeep'
expect_truth "sqlite:$dir/racefill.db" "$work/truth.jsonl" 'the range is settled'
wait_for 'the program of on_event ran' -- grep -qs '^== run_ended 0' "$work/events"
grep -E 'demo|RACING_API|RACEFILL_DB|NOTIFY' "$work/events" &&
  fail 'the program of on_event was told too much'
# The racecards may be over before the manager is told of them.
for word in READY=1 WATCHDOG=1 'STATUS=(racecards|horses): ' \
  'STATUS=idle: next round'; do
  wait_for "the manager hears $word" "$work/notified" -- \
    grep -qE -- "^$word" "$work/notified"
done
sql "sqlite:$dir/racefill.db" 'SELECT holder FROM racefill_lease' | grep -q pid ||
  fail 'the lease is not kept between rounds'

# -- upkeep ------------------------------------------------------------------------

# Some days from now on, and the range once more: rows that have gone from the
# tables come back.
if [[ -e /usr/share/zoneinfo/Europe/London ]]; then
  gap=$(sql "sqlite:$dir/racefill.db" 'SELECT MIN(race_date) FROM ra_mst_races')
  sql "sqlite:$dir/racefill.db" "DELETE FROM ra_mst_runners WHERE race_id IN
    (SELECT race_id FROM ra_mst_races WHERE race_date = '$gap')" ||
    fail 'the rows cannot be deleted'
  today=$(TZ=Europe/London date +%F)
  # The minute after the next, so that it is not over when the service hears.
  write_conf "$dir" 'gate.requests = 50' \
    "serve.at = $(TZ=Europe/London date -d '+2 minutes' +%H:%M)" "$tell"
  rests=$(grep -c 'serve rests' "$dir/err")
  kill -HUP "$serve_pid"
  rests_again() { (($(grep -c 'serve rests' "$dir/err") > rests + 1)); }
  asked() { grep -q "date=$today" "$work/sim/arrivals.jsonl"; }
  wait_for "today's racecard is asked for" "$dir/err" -- asked
  wait_for 'it rests again' "$dir/err" -- rests_again
  expect_truth "sqlite:$dir/racefill.db" "$work/truth.jsonl" 'the gap is closed'
else
  say 'no time zones here: upkeep is left out'
fi

kill -TERM "$serve_pid"
expect_end 0 'SIGTERM at rest'
wait_for 'it ends: STOPPING' -- grep -q '^STOPPING=1' "$work/notified"
[[ -z $(sql "sqlite:$dir/racefill.db" \
  'SELECT holder FROM racefill_lease WHERE holder IS NOT NULL') ]] ||
  fail 'the lease was not given back'

# -- writers come and go on PostgreSQL ----------------------------------------------

start_postgres
make_database serve
look=$(pg_socket serve)
dir=$work/postgres
mkdir -p "$dir"
with_writers() { # N GATE
  database=$(pg_url serve) write_conf "$dir" "gate.requests = $2" \
    "concurrency.writers = $1" 'writer.batch_rows = 50'
}
sessions() { # AT-LEAST: writers that have written, by the server's word
  (($(sql "$look" "SELECT count(*) FROM pg_stat_activity
    WHERE usename = 'racefill'") >= $1))
}
with_writers 1 4
RACEFILL_DB=$(pg_secret_url serve) start_serve "$dir"
wait_log 'serve begins a round'
with_writers 4 4
kill -HUP "$serve_pid"
wait_log 'supervisor scales writer from=1 to=4'
wait_for 'the server sees four writers' "$dir/err" -- sessions 4
with_writers 2 50
kill -HUP "$serve_pid"
wait_log 'supervisor scales writer from=4 to=2'
wait_log 'serve rests: next round at .*upkeep'
expect_truth "$look" "$work/truth.jsonl" 'one writer, four, two'
kill -TERM "$serve_pid"
expect_end 0 'SIGTERM at rest, on PostgreSQL'

# -- kill -9, then start again; credentials from a file ---------------------------

dir=$work/b
mkdir -p "$dir" "$work/creds"
printf 'username=demo\npassword=demo\n' >"$work/creds/racing_api"
chmod 600 "$work/creds/racing_api"
write_conf "$dir" 'gate.requests = 15'
start_serve "$dir"
wait_for 'some days are done' "$dir/err" -- done_days 3
kill -KILL "$serve_pid"
wait "$serve_pid" 2>/dev/null
(
  unset RACING_API_USERNAME RACING_API_PASSWORD
  exec env CREDENTIALS_DIRECTORY="$work/creds" "$RACEFILL" serve \
    --config "$dir/racefill.conf" --set gate.requests=50
) >"$dir/out" 2>"$dir/err" &
serve_pid=$!
started+=("$serve_pid")
wait_log 'serve rests: next round at .*upkeep'
expect_truth "sqlite:$dir/racefill.db" "$work/truth.jsonl" 'after the kill'
kill -INT "$serve_pid"
expect_end 0 'SIGINT at rest'

# -- signals in the middle of a round ---------------------------------------------

dir=$work/c
mkdir -p "$dir"
write_conf "$dir" 'gate.requests = 10'
start_serve "$dir"
wait_for 'some days are done' "$dir/err" -- done_days 2
kill -TERM "$serve_pid"
expect_end 0 'SIGTERM in a round'
expect_no_false_done "sqlite:$dir/racefill.db" "$work/truth.jsonl" 'after SIGTERM'

# Calls that get no answer: the drain waits for them, the second signal does not.
set_faults hang
seen=$(arrivals_count)
start_serve "$dir"
calls_hang() { (($(arrivals_count) > seen)); }
wait_for 'a call hangs' "$dir/err" -- calls_hang
kill -TERM "$serve_pid"
wait_log 'run drains'
kill -TERM "$serve_pid"
expect_end 143 'a second SIGTERM'
set_faults

# -- what a restart cannot heal ----------------------------------------------------

write_conf "$dir" 'gate.requests = many'
start_serve "$dir"
expect_end 2 'a conf that is wrong'
write_conf "$dir" 'gate.requests = 50'
RACING_API_PASSWORD=wrong start_serve "$dir"
expect_end 4 'credentials that are refused'

finish
