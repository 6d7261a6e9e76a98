#!/usr/bin/env bash
# What a PostgreSQL may do to a run, one fault at a time, with the real program:
# the run waits and says why, calls nothing done that is not, and goes on to the
# truth by itself once the fault is over. POSTGRES_STOP_SECONDS: how long the
# server stays down (10). Names on the command line pick some of the faults.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/pg.sh"
begin postgres_fault_test
picked=("$@")
start_postgres
make_truth "$work/truth.jsonl" "${small_world[@]}"
start_simulator "$work/sim" "${small_world[@]}" --limit 50 --latency 30+-20
super=$(pg_socket postgres)
checks=0

as_super() { sql "$super" "$1" >/dev/null || fail "cannot $1"; }

cut_all() { # DATABASE: so that settings of roles and databases take effect
  as_super "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = '$1' AND usename = 'racefill'"
}

settled() {
  sql "$(pg_socket "$1")" "SELECT COUNT(*) FROM racefill_days
    WHERE state = 'done'" 2>/dev/null || echo 0
}

await() { # WHAT CONDITION...
  local what=$1 tries=0
  shift
  until "$@"; do
    kill -0 "$run_pid" 2>/dev/null || fail "$name: the run ended before $what" \
      "$dir/out" "$dir/err"
    ((++tries < 1200)) || fail "$name: $what never came" "$dir/err"
    sleep 0.05
  done
}

has_settled() { [[ $(settled "$name") -ge $1 ]]; }
says() { grep -Eq -- "$1" "$dir/err"; }

# check NAME STRIKE REASON CURE [ARGUMENT...]: once two days are settled, STRIKE; when the log
# gives REASON, nothing may be falsely done; after CURE the run must end well.
check() {
  local strike=$2 reason=$3 cure=$4 began=$SECONDS
  name=$1
  shift 4
  [[ ${#picked[@]} -eq 0 || " ${picked[*]} " == *" $name "* ]] || return 0
  dir=$work/$name
  make_database "$name"
  db=$(pg_url "$name")
  RACEFILL_DB=$(pg_secret_url "$name")
  export RACEFILL_DB
  "$RACEFILL" migrate --db "$db" >"$work/migrate.out" 2>&1 ||
    fail "$name: cannot migrate" "$work/migrate.out"
  sleep 1 # The window of the run before.
  start_run "$dir" "$db" "${range[@]}" --set gate.requests=10 "$@"
  await 'the first days' has_settled 2
  "$strike"
  if [[ -n $reason ]]; then
    await "the reason /$reason/" says "$reason"
    sleep 2 # Long enough to be tried again.
    kill -0 "$run_pid" 2>/dev/null ||
      fail "$name: did not wait" "$dir/out" "$dir/err"
  fi
  "$cure"
  wait_run "$dir"
  expect_status 0 "$dir" "$name"
  grep -Eq 'terminate called|Sanitizer' "$dir/err" &&
    fail "$name: crashed" "$dir/err"
  grep -rqF "$pg_password" "$dir" && fail "$name: tells the password"
  expect_truth "$db" "$work/truth.jsonl" "$name" >"$work/line"
  expect_no_orphans "$(pg_socket "$name")"
  expect_no_false_done "$(pg_socket "$name")" "$work/truth.jsonl" "$name"
  expect_state_files "$dir" must
  printf '%s in %d s\n' "$(cat "$work/line")" $((SECONDS - began))
  checks=$((checks + 1))
}
nothing() { :; }

# -- away ------------------------------------------------------------------------

expect_waiting() {
  kill -0 "$run_pid" 2>/dev/null ||
    fail "$name: did not wait" "$dir/out" "$dir/err"
}
# A restart between two commits costs a new connection and no word; so the log
# need not mention it.
restart() {
  local i
  for i in 1 2 3; do
    pg_ctl -m immediate restart || fail 'cannot restart'
    expect_waiting
    sleep 0.7
  done
}
check restarted restart '' nothing

stop() { pg_ctl -m fast stop || fail 'cannot stop'; }
start_later() {
  sleep "${POSTGRES_STOP_SECONDS:-10}"
  expect_waiting
  pg_ctl start || fail 'cannot start'
}
check stopped stop 'could not commit and waits' start_later

# -- refuses ---------------------------------------------------------------------

read_only() {
  as_super "ALTER DATABASE $name SET default_transaction_read_only = on"
  cut_all "$name"
}
read_write() {
  sql "$super" "SET default_transaction_read_only = off;
    ALTER DATABASE $name RESET default_transaction_read_only" >/dev/null
  cut_all "$name"
}
check read_only read_only 'waits.*(store_readonly|read-only)' read_write

no_connections() {
  as_super 'ALTER ROLE racefill CONNECTION LIMIT 0'
  cut_all "$name"
}
connections() { as_super 'ALTER ROLE racefill CONNECTION LIMIT -1'; }
check out_of_connections no_connections 'too many connections' connections

# -- slow ------------------------------------------------------------------------

# Statements on the horses take MS from now on.
slow_down() { # MS
  sql "$(pg_socket "$name")" "CREATE OR REPLACE FUNCTION slow() RETURNS trigger
      LANGUAGE plpgsql AS \$\$ BEGIN PERFORM pg_sleep($1 / 1000.0);
      RETURN NULL; END \$\$;
    CREATE TRIGGER slow AFTER INSERT OR UPDATE ON ra_horses
      FOR EACH STATEMENT EXECUTE FUNCTION slow()" >/dev/null ||
    fail 'no trigger'
}
slow() { slow_down 700; }
check slow slow '' nothing

timeouts() { slow_down 1500; }
no_timeouts() {
  sql "$(pg_socket "$name")" 'DROP TRIGGER slow ON ra_horses' >/dev/null
}
check statement_timeout timeouts 'waits.*57014' no_timeouts \
  --set database.statement_timeout_seconds=1

# -- in the middle of a transaction ------------------------------------------------

# Ends sessions that have written and not yet committed, until five are cut.
cut_inside() {
  local cut
  cut=$(sql "$super" "CREATE TEMP TABLE cut (n int); DO \$\$ DECLARE n int := 0;
    BEGIN
      FOR i IN 1..20000 LOOP
        PERFORM pg_stat_clear_snapshot();
        PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = '$name' AND usename = 'racefill'
            AND backend_xid IS NOT NULL;
        IF FOUND THEN n := n + 1; PERFORM pg_sleep(0.2); END IF;
        IF n >= 5 THEN EXIT; END IF;
        PERFORM pg_sleep(0.0005);
      END LOOP;
      INSERT INTO cut VALUES (n);
    END \$\$; SELECT n FROM cut")
  [[ $cut -ge 1 ]] || fail "$name: no transaction was cut"
  say "$name: $cut transactions cut"
}
check cut_inside cut_inside 'could not commit and waits' nothing

# COMMIT itself fails, after all statements went well.
commits_fail() {
  sql "$(pg_socket "$name")" "CREATE FUNCTION no_commit() RETURNS trigger
      LANGUAGE plpgsql AS \$\$ BEGIN RAISE EXCEPTION 'not at the commit'
      USING ERRCODE = '40001'; END \$\$;
    CREATE CONSTRAINT TRIGGER no_commit AFTER INSERT OR UPDATE
      ON racefill_horses DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
      EXECUTE FUNCTION no_commit()" >/dev/null || fail 'no trigger'
}
commits_work() {
  sql "$(pg_socket "$name")" 'DROP TRIGGER no_commit ON racefill_horses' \
    >/dev/null
}
check commit_fails commits_fail 'waits.*not at the commit' commits_work

# Another writer takes the same rows in the opposite order. racefill looks for
# deadlocks first, so that it is the one to be refused.
deadlocks() {
  as_super "ALTER ROLE racefill IN DATABASE $name SET deadlock_timeout = 10"
  (
    for ((i = 0; i < 60; ++i)); do
      kill -0 "$run_pid" 2>/dev/null || break
      sql "$(pg_socket "$name")" "SET deadlock_timeout = '20s'; BEGIN;
        UPDATE racefill_horses SET horse_id = horse_id;
        SELECT pg_sleep(0.3);
        UPDATE ra_horse_pedigree SET horse_id = horse_id;
        UPDATE ra_horses SET horse_id = horse_id; COMMIT"
      sleep 0.1
    done
  ) >"$dir/rival" 2>&1 &
  started+=("$!")
}
deadlocks_were_there() {
  local count
  # The statistics are a moment late.
  for ((i = 0; i < 200; ++i)); do
    count=$(sql "$super" "SELECT deadlocks FROM pg_stat_database
      WHERE datname = '$name'")
    [[ $count -ge 1 ]] && { say "$name: $count deadlocks"; return; }
    sleep 0.05
  done
  fail "$name: there was no deadlock" "$dir/rival"
}
check deadlock deadlocks '' deadlocks_were_there

stop_simulator
[[ ${#picked[@]} -gt 0 || $checks -eq 9 ]] || fail "only $checks faults tried"
finish
