#!/usr/bin/env bash
# What looks after a filled database: run --gaps, run --recheck with and without
# --apply, explain, plan --probe, maintain and report.
source "$(dirname "$0")/lib.sh"
begin upkeep_test
world=(--seed 9 --races-per-day 10 --horses 0.05 --oddities 0
  --missing-profiles 0)
last_day=2024-03-06
range=(--start-date "$first_day" --end-date "$last_day")
make_truth "$work/truth.jsonl" "${world[@]}"
start_simulator "$work/sim" "${world[@]}" --limit 50
dir=$work/run
db=sqlite:$dir/racefill.db

report() { # COMMAND [ARGUMENT...]: sets status
  local command=$1
  shift
  "$RACEFILL" "$command" --db "$db" --state-dir "$dir" "$@" >"$dir/out" \
    2>"$dir/err"
  status=$?
}
asked_since() { # COUNT: the days asked since
  tail -n +$(($1 + 1)) "$sim_dir/arrivals.jsonl" | jq -r .path |
    grep -o 'date=[0-9-]*' | sort | tr '\n' ' '
}

run_racefill "$dir" "$db" "${range[@]}"
expect_status 0 "$dir" 'the first run'

# -- gaps: a forgotten day and one that lost a race; nothing else ----------------
sql "$db" "DELETE FROM ra_mst_runners WHERE race_id IN (SELECT race_id FROM
    ra_mst_races WHERE race_date = '2024-03-02');
  DELETE FROM ra_mst_races WHERE race_date = '2024-03-02';
  DELETE FROM racefill_days WHERE day = '2024-03-02';
  DELETE FROM ra_mst_runners WHERE race_id = (SELECT MIN(race_id) FROM
    ra_mst_races WHERE race_date = '2024-03-05');"
report plan --gaps "${range[@]}"
grep -q 'not among the days asked for' "$dir/out" ||
  fail 'plan --gaps does not tell which days it leaves' "$dir/out" "$dir/err"
sleep 1
seen=$(arrivals_count)
run_racefill "$dir" "$db" "${range[@]}" --gaps
expect_status 0 "$dir" 'the gaps'
[[ $(asked_since "$seen") == 'date=2024-03-02 date=2024-03-05 ' ]] ||
  fail "the gaps asked $(asked_since "$seen")"
expect_truth "$db" "$work/truth.jsonl" 'gaps filled'
seen=$(arrivals_count)
run_racefill "$dir" "$db" "${range[@]}" --gaps
expect_status 0 "$dir" 'no gaps'
[[ $(arrivals_count) -eq $seen ]] || fail 'gaps where there are none'

# -- recheck: tells what would change, writes nothing; then writes ---------------
sql "$db" "UPDATE ra_mst_races SET going = 'Quicksand' WHERE race_id =
    (SELECT MIN(race_id) FROM ra_mst_races WHERE race_date = '2024-03-03');
  DELETE FROM ra_mst_runners WHERE runner_id = (SELECT MIN(runner_id) FROM
    ra_mst_runners u JOIN ra_mst_races r ON r.race_id = u.race_id
    WHERE r.race_date = '2024-03-04');
  INSERT INTO ra_mst_runners (runner_id, race_id, horse_id, fetched_at,
      updated_at)
    SELECT r.race_id || '_' || h.horse_id, r.race_id, h.horse_id, r.fetched_at,
      r.updated_at FROM ra_mst_races r, (SELECT horse_id FROM ra_horses WHERE
        horse_id NOT IN (SELECT u.horse_id FROM ra_mst_runners u JOIN
          ra_mst_races x ON x.race_id = u.race_id
          WHERE x.race_date = '2024-03-04') LIMIT 1) h
    WHERE r.race_date = '2024-03-04' LIMIT 1;"
before=$(sqlite3 "$dir/racefill.db" .dump | grep -v racefill_lease | sha1sum)
sleep 1
seen=$(arrivals_count)
run_racefill "$dir" "$db" --recheck 2024-03-03..2024-03-04 --json
expect_status 0 "$dir" 'the recheck'
[[ $(asked_since "$seen") == 'date=2024-03-03 date=2024-03-04 ' ]] ||
  fail "the recheck asked $(asked_since "$seen")"
jq -e '.applied == false and .days == 2 and
    .tables.ra_mst_races.changed == 1 and
    .tables.ra_mst_races.columns.going == 1 and
    .tables.ra_mst_runners.inserted == 1 and
    .tables.ra_mst_runners.removed == 1 and
    .tables.ra_horses.changed == 0' "$dir/out" >/dev/null ||
  fail 'the recheck does not tell what would change' "$dir/out"
[[ $(sqlite3 "$dir/racefill.db" .dump | grep -v racefill_lease | sha1sum) == \
  "$before" ]] || fail 'the recheck wrote something'
sleep 1
run_racefill "$dir" "$db" --recheck 2024-03-03 --recheck 2024-03-04 --apply
expect_status 0 "$dir" 'the recheck with --apply'
grep -q 'All of it is written' "$dir/out" || fail 'not applied' "$dir/out"
[[ $(awk '{ if (length > 80) print }' "$dir/out") == '' ]] ||
  fail 'the recheck is wider than 80 columns' "$dir/out"
[[ -n $(sql "$db" 'SELECT 1 FROM ra_mst_runners WHERE removed_at IS NOT NULL') ]] ||
  fail 'the runner that left its card is not marked'
sql "$db" 'DELETE FROM ra_mst_runners WHERE removed_at IS NOT NULL'
expect_truth "$db" "$work/truth.jsonl" 'rechecked'
sleep 1
run_racefill "$dir" "$db" --recheck 2024-03-01.. --json
jq -e '[.tables[] | .inserted + .changed + .removed] | add == 0' "$dir/out" \
  >/dev/null || fail 'a second recheck finds something' "$dir/out"

# -- explain: every attempt with its responses -----------------------------------
set_faults '503:count=2,path=2024-03-06'
run_racefill "$dir" "$db" --start-date 2024-03-06 --end-date 2024-03-06 \
  --retry all --set http.backoff_initial_ms=20
set_faults
report explain 2024-03-06
tr -s ' \n' ' ' <"$dir/out" | grep -q \
  'asked 2 times .*responses: 200 .*responses: 503, 503, 200 ' ||
  fail 'explain does not tell the attempts' "$dir/out" "$dir/err"
horse=$(sql "$db" 'SELECT MIN(horse_id) FROM ra_horses')
report explain "$horse"
grep -q 'asked *1 time' "$dir/out" || fail "no attempts of $horse" "$dir/out"

# -- maintain and report ---------------------------------------------------------
echo old >"$dir/logs/run.log.1"
touch -d '40 days ago' "$dir/logs/run.log.1" \
  "$dir/logs/backfill_all_tables_checkpoint.json"
report maintain
expect_status 0 "$dir" maintain
[[ ! -e $dir/logs/run.log.1 && $(zcat "$dir"/logs/archive/*-run.log.1.gz) == old ]] ||
  fail 'the old log is not archived' "$dir/out" "$dir/err"
[[ -e $dir/logs/backfill_all_tables_checkpoint.json ]] ||
  fail 'the checkpoint in use went'
sql "$db" "UPDATE racefill_sizes SET taken_on = '2024-01-01', bytes = 1000"
report maintain --json
jq -e '.size.bytes > 0 and .sizes_before[0].bytes == 1000' "$dir/out" \
  >/dev/null || fail 'maintain does not tell the growth' "$dir/out" "$dir/err"
report report --json
jq -e '.runs > 0 and .rows.ra_mst_runners > 0 and
    ([.attempts[] | select(.what == "days" and .state == "done") | .items] |
      add) >= 6' "$dir/out" >/dev/null ||
  fail 'the monthly report is not right' "$dir/out" "$dir/err"
report report --month 2024-02
expect_status 0 "$dir" 'the report of an empty month'
stop_simulator

# -- probe: the provider's first day, with at most 15 calls ----------------------
for start in 2023-01-23 2016-06-11 2015-01-01; do
  start_simulator "$work/sim-$start" "${world[@]}" --limit 50 \
    --history-start "$start"
  report plan --probe --api-url "$api_url" --json --start-date 2015-01-01 \
    --end-date 2025-06-30
  expect_status 0 "$dir" "the probe for $start"
  calls=$(arrivals_count)
  ((calls <= 15)) && jq -e --argjson calls "$calls" --arg start "$start" \
    '.calls == $calls and .none_on < $start and .served_on >= $start' \
    "$dir/out" >/dev/null || fail "the probe for $start" "$dir/out" "$dir/err"
  say "history from $start: $(jq -c '[.none_on, .served_on, .calls]' "$dir/out")"
  stop_simulator
done
for what in rate=1 rate=4; do
  report plan --what-if "$what" --start-date 2015-01-01 --end-date 2020-12-31 \
    --json
  jq .seconds "$dir/out" >"$work/$what.json"
done
cmp -s "$work/rate=1.json" "$work/rate=4.json" &&
  fail 'plan --what-if changes nothing' "$work/rate=1.json"
finish
