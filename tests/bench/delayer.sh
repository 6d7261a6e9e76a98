#!/usr/bin/env bash
# delayer.sh: a run and its server in two network namespaces, with a wire of
# 40 +- 15 ms each way between them. As root: it makes the namespaces. Ten
# minutes, or one.
source "$(dirname "$0")/gate_lib.sh"
least=0.92
# The floor of the round trip counts from the fiftieth request on only.
begin_bench delayer 60 600
((seconds < 300)) && least=0.91
need_helper delayer
near=racefill-near-$$
far=racefill-far-$$

more_cleanup() {
  ip netns del "$near" 2>/dev/null
  ip netns del "$far" 2>/dev/null
}

[[ $(id -u) -eq 0 ]] || die 'needs root: it makes two network namespaces'
[[ -c /dev/net/tun ]] || die 'needs /dev/net/tun'
ip netns add "$near" && ip netns add "$far" || die 'cannot make a namespace'
setsid "${steady[@]}" "$helpers/delayer" "$work/ready" "$near" "$far" 40 15 \
  "${SEED:-1}" \
  2>"$work/delayer.log" &
delayer_pid=$!
started+=("$delayer_pid")
tries=0
until [[ -e $work/ready ]]; do
  kill -0 "$delayer_pid" 2>/dev/null || die "$(<"$work/delayer.log")"
  ((++tries < 100)) || die 'the delayer does not start'
  sleep 0.1
done
address() { # NAMESPACE OWN PEER
  ip -n "$1" link set lo up &&
    ip -n "$1" address add "$2" peer "$3" dev wire &&
    ip -n "$1" link set wire up || die "cannot set up $1"
}
address "$near" 10.99.0.1 10.99.0.2
address "$far" 10.99.0.2 10.99.0.1
start_server delayer 100 ip netns exec "$far" -- --host 10.99.0.2
start_client delayer "$(server_url delayer)" ip netns exec "$near" -- \
  --set gate.mode=ack
say "measures for $seconds s"
sleep "$seconds"
kill -TERM "$client_pid" 2>/dev/null ||
  die "the run has ended: $(tail -n 3 "$work/delayer/client.log")"
wait "$client_pid"
figure '40 +- 15 ms each way: utilisation' "$(utilisation delayer)" share \
  '>=' "$least"
figure '40 +- 15 ms each way: refused' "$(refused delayer)" requests '<=' 0 \
  "of $(wc -l <"$work/delayer/arrivals.jsonl")"
finish_bench
