#!/usr/bin/env bash
# pipeline.sh: recorded days on disk to both databases, without any limit.
source "$(dirname "${BASH_SOURCE[0]}")/bench_lib.sh"
begin_bench pipeline

days=400 rounds=3
is_quick && days=120 rounds=3
first=2023-03-01

note "record $days days"
"$build/bench_pipeline" record "$work/days" "$first" "$days" ||
  fail 'no recorded days'
size=$(du -sm "$work/days" | cut -f1)
start_postgres
for ((round = 1; round <= rounds; round++)); do
  for db in postgres sqlite; do
    url=sqlite:$work/$round.db
    [[ $db == postgres ]] && { make_database "r$round"; url=$(pg_url "r$round"); }
    "$build/bench_pipeline" run "$work/days" "$url" "$first" "$days" \
      >>"$work/$db.jsonl" 2>"$work/log" || fail "$db: the run failed" "$work/log"
    note "round $round of $rounds, $db: $(tail -n 1 "$work/$db.jsonl" |
      jq -r '"\(.days_per_second) days/s, \(.peak_mb) MB"')"
  done
  echo "DROP DATABASE r$round" | pg_sql postgres
  rm -f "$work/$round.db"*
done

of() { jq -r ".$2" "$work/$1.jsonl" | median; } # DB KEY
for db in postgres sqlite; do
  name=PostgreSQL must='>= 20'
  [[ $db == sqlite ]] && name=SQLite must='>= 8'
  figure "recorded days to $name" "$(of $db days_per_second)" days/s "$must" \
    "$days days, $size MB, $(of $db runners) runners"
  figure "peak memory to $name" \
    "$(jq -r .peak_mb "$work/$db.jsonl" | sort -g | tail -n 1)" MB '< 150' \
    'the largest of all rounds'
done
