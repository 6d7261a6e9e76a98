#!/usr/bin/env bash
# A recorded day, served by the simulator, lands in the tables: two races, one
# of them French in spite of the region filter, and eighteen runners. Skipped
# where the recording is absent (RACEFILL_SAMPLES names its folder).
source "$(dirname "$0")/lib.sh"
begin fixtures_test

samples=${RACEFILL_SAMPLES:-$root/../shared/racing-api/samples}
recorded=$samples/racecards_pro_2025-10-14_all-regions.fragment.json
if [[ ! -r $recorded ]]; then
  echo "SKIP fixtures_test: no recorded day at $recorded"
  exit 77
fi
mkdir "$work/fixtures"
cp "$recorded" "$work/fixtures/racecards-2025-10-14.json"

start_simulator "$work/sim" --fixtures "$work/fixtures" --limit 50
dir=$work/run
db=sqlite:$dir/racefill.db
one_day=(--start-date 2025-10-14 --end-date 2025-10-14)

run_racefill "$dir" "$db" "${one_day[@]}"
expect_status 0 "$dir" 'the recorded day'
grep -Eq '2 races \(1 foreign\), 18 runners' "$dir/out" ||
  fail 'the summary lacks the foreign race' "$dir/out"

expect_cell() { # QUERY VALUE
  local found
  found=$(sql "$db" "$1")
  [[ $found == "$2" ]] || fail "$1: expected $2, found $found"
}
expect_cell 'SELECT COUNT(*) FROM ra_mst_races' 2
expect_cell 'SELECT COUNT(*) FROM ra_mst_runners' 18
expect_cell "SELECT state || '|' || races || '|' || runners || '|' ||
  foreign_races FROM racefill_days" 'done|2|18|1'
# No profile is recorded: 404 is remembered, and the cards' own facts stay.
expect_cell "SELECT state || '|' || COUNT(*) FROM racefill_horses GROUP BY state" \
  'not_found|18'
expect_cell 'SELECT COUNT(*) FROM ra_horses WHERE dob IS NULL' 0
expect_no_orphans "$db"

# Column by column against the recording, where text stays as it came.
for column in race_name age_band rating_band sex_restriction going surface \
  prize tip verdict betting_forecast; do
  diff <(jq -r --arg c "$column" '.racecards[] | "\(.race_id) " +
        ((.[$c] // "") | tostring)' "$recorded" | sort) \
    <(sql "$db" "SELECT race_id || ' ' || COALESCE($column, '')
        FROM ra_mst_races" | sort) >"$work/diff" ||
    fail "races differ in $column" "$work/diff"
done
texts=0
for column in jockey_id trainer_id owner_id sex_code headgear form comment \
  spotlight silk_url; do
  diff <(jq -r --arg c "$column" '.racecards[] | .race_id as $r | .runners[]
        | "\($r)_\(.horse_id) " + ((.[$c] // "") | tostring)' "$recorded" |
    sort) \
    <(sql "$db" "SELECT runner_id || ' ' || COALESCE($column, '')
        FROM ra_mst_runners" | sort) >"$work/diff" ||
    fail "runners differ in $column" "$work/diff"
  texts=$((texts + $(sql "$db" "SELECT COUNT($column) FROM ra_mst_runners")))
done
((texts > 100)) || fail "only $texts values of runners were compared"
for column in number draw lbs age ofr rpr ts; do
  diff <(jq -r --arg c "$column" '.racecards[] | .race_id as $r | .runners[]
        | "\($r)_\(.horse_id) " + (.[$c] | if test("^[0-9]+$") and
          (. != "0" or $c != "draw") then . else "" end)' "$recorded" | sort) \
    <(sql "$db" "SELECT runner_id || ' ' || COALESCE($column, '')
        FROM ra_mst_runners" | sort) >"$work/diff" ||
    fail "runners differ in $column" "$work/diff"
done
stop_simulator
finish
