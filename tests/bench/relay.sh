#!/usr/bin/env bash
# relay.sh: a run behind a relay that ends TCP and keeps each request back for
# 0 to 30 ms, latency 0.1 s. The acknowledgement then proves too little: the
# gate must learn a guard from the refusals. Twelve minutes, or two.
source "$(dirname "$0")/gate_lib.sh"
begin_bench relay 120 720
need_helper relay
start_server relay 100
port=$(server_url relay)
setsid "${steady[@]}" "$helpers/relay" "$work/relay/relay_port" "${port##*:}" 30 "${SEED:-1}" \
  2>"$work/relay/relay.log" &
started+=("$!")
wait_for_file "$work/relay/relay_port" "$!"
start_client relay "http://127.0.0.1:$(<"$work/relay/relay_port")" -- \
  --set gate.mode=ack
say "measures for $seconds s"
sleep "$seconds"
kill -TERM "$client_pid" 2>/dev/null ||
  die "the run has ended: $(tail -n 3 "$work/relay/client.log")"
wait "$client_pid"
count="of $(wc -l <"$work/relay/arrivals.jsonl")"
figure 'behind a relay: refused in the first two minutes' \
  "$(refused relay 0 120)" requests '<=' 5 "$count"
if ((seconds > 120)); then
  figure 'behind a relay: refused in the ten minutes after' \
    "$(refused relay 120 720)" requests '<=' 1 "$count"
  figure 'behind a relay: utilisation' "$(utilisation relay)" share '>=' 0.93
else
  # Learning costs the first minutes a pause of a second a refusal.
  figure 'behind a relay: utilisation of two minutes' "$(utilisation relay)" \
    share '>=' 0.88
fi
finish_bench
