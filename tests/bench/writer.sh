#!/usr/bin/env bash
# writer.sh: runner rows into PostgreSQL, beside COPY and row by row.
source "$(dirname "${BASH_SOURCE[0]}")/bench_lib.sh"
begin_bench writer

rows=60000 rounds=9
is_quick && rows=20000 rounds=5

start_postgres
make_database writer
out=$("$build/bench_writer" "$(pg_url writer)" "$rows" "$rounds") ||
  fail 'bench_writer failed'
of() { jq -r ".$1" <<<"$out"; }
speed() { jq -r ".$1 | round" <<<"$out"; }

figure 'first load, share of COPY plus merge' "$(of share_of_copy_first)" \
  share '>= 0.6' "COPY plus merge $(speed copy_first) rows/s"
figure 're-run, share of COPY plus merge' "$(of share_of_copy_again)" \
  share '>= 0.6' "COPY plus merge $(speed copy_again) rows/s"
figure 're-run, share of first load' "$(of again_to_first)" share '>= 1' \
  "first load $(speed ours_first) rows/s"
figure 'first load, times row by row' "$(of times_single_first)" times '' \
  "row by row $(speed single_first) rows/s"
figure 're-run, times row by row' "$(of times_single_again)" times '' \
  "row by row $(speed single_again) rows/s"
figure 'first load' "$(speed ours_first)" rows/s
figure 're-run' "$(speed ours_again)" rows/s
