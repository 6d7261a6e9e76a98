#!/usr/bin/env bash
# gate.sh: how much of the limit a real run uses on loopback, and whether it is
# ever refused, at four latencies; beside it a loop that sleeps half a second
# after each answer; and what is left of the limit when a share of the answers
# fails. All at once: they idle. Ten minutes, or one.
source "$(dirname "$0")/gate_lib.sh"
begin_bench gate 60 600
need_helper gate_naive
latencies=(100 300 600 1500)
failing=(5 20 50) # Percent of the answers.

seconds_of() { awk -v ms="$1" 'BEGIN { printf "%g", ms / 1000 }'; }

declare -A clients=()
for ms in "${latencies[@]}"; do
  start_server "ack$ms" "$ms"
  start_client "ack$ms" "$(server_url "ack$ms")" -- --set gate.mode=ack
  clients[ack$ms]=$client_pid
  start_server "naive$ms" "$ms"
  "$helpers/gate_naive" "$(server_url "naive$ms")" /v1/courses "$seconds" \
    >/dev/null 2>"$work/naive$ms/client.log" &
  started+=("$!")
done
start_server reply300 300
start_client reply300 "$(server_url reply300)" -- --set gate.mode=reply
clients[reply300]=$client_pid
for percent in "${failing[@]}"; do
  start_server "bad$percent" 100 -- --fault "500:p=0.$(printf %02d "$percent")"
  start_client "bad$percent" "$(server_url "bad$percent")" -- \
    --set gate.mode=ack
  clients[bad$percent]=$client_pid
done
say "measures for $seconds s"
sleep "$seconds"
for name in "${!clients[@]}"; do
  kill -0 "${clients[$name]}" 2>/dev/null ||
    die "the run $name has ended: $(tail -n 3 "$work/$name/client.log")"
done
declare -A good=()
for percent in "${failing[@]}"; do
  good[$percent]=$(useful "bad$percent")
done
cost=$(cpu_share "${clients[ack300]}" "$seconds")
for name in "${!clients[@]}"; do
  kill -TERM "${clients[$name]}"
done
for name in "${!clients[@]}"; do
  wait "${clients[$name]}"
done

for ms in "${latencies[@]}"; do
  at="at $(seconds_of "$ms") s"
  figure "ack $at: utilisation" "$(utilisation "ack$ms")" share '>=' 0.99 \
    "naive loop $(utilisation "naive$ms")"
  figure "ack $at: refused" "$(refused "ack$ms")" requests '<=' 0 \
    "of $(wc -l <"$work/ack$ms/arrivals.jsonl")"
done
for percent in "${failing[@]}"; do
  figure "ack, $percent % of the answers failing: useful" "${good[$percent]}" \
    share '>=' "$(awk -v p="$percent" 'BEGIN { print 0.9 * (1 - p / 100) }')" \
    "of $(wc -l <"$work/bad$percent/arrivals.jsonl") requests"
done
figure 'reply at 0.3 s: utilisation' "$(utilisation reply300)" share '>=' 0.75 \
  "naive loop $(utilisation naive300)"
figure 'reply at 0.3 s: refused' "$(refused reply300)" requests '<=' 0 \
  "of $(wc -l <"$work/reply300/arrivals.jsonl")"
figure 'a live run: cost' "$cost" 'of one core' '<' 0.02 \
  "$seconds s at two requests a second"
finish_bench
