#!/usr/bin/env bash
# decode.sh: a day's bytes to rows, beside bare parses of the same bytes.
source "$(dirname "${BASH_SOURCE[0]}")/bench_lib.sh"
begin_bench decode

days=20 rounds=11
is_quick && days=8 rounds=7

"$build/bench_pipeline" record "$work/days" 2024-05-01 "$days" ||
  fail 'no recorded days'
# Rounds of all three in random order: what else the machine does hits all.
"$build/bench_decode" "$work/days" --benchmark_repetitions="$rounds" \
  --benchmark_enable_random_interleaving=true --benchmark_min_time=0.2 \
  --benchmark_out="$work/out.json" --benchmark_out_format=json >&2 ||
  fail 'bench_decode failed'

of() { # NAME COUNTER
  jq -r --arg name "$1" ".benchmarks[] | select(.run_name == \$name and
    .run_type == \"iteration\") | .$2" "$work/out.json" | median
}
share() { awk -v x="$1" -v y="$2" 'BEGIN { printf "%.4f", x / y }'; }

ours=$(of extracted mb_per_second)
size=$(of extracted day_mb)
# Days differ; the promise is about one of 1.8 MB, odds included.
figure 'a day of 1.8 MB, odds included, not stored' \
  "$(awk -v s="$ours" 'BEGIN { printf "%.3f", 1.8 / s * 1000 }')" ms '< 20' \
  "$days recorded days of $(printf %.2f "$size") MB"
figure 'parsed and extracted' "$ours" MB/s
figure 'share of a bare simdjson parse' \
  "$(share "$ours" "$(of simdjson_parse mb_per_second)")" share '' \
  "simdjson $(printf %.0f "$(of simdjson_parse mb_per_second)") MB/s"
figure 'times a bare Poco parse' \
  "$(share "$ours" "$(of poco_parse mb_per_second)")" times '' \
  "Poco $(printf %.0f "$(of poco_parse mb_per_second)") MB/s"
