#!/usr/bin/env bash
# The monitor's port under abuse: nobody is let in, the service's memory grows
# by less than 20 MB, and the gate misses no slot.
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=tests/integration/lib.sh
source "$here/lib.sh"
# shellcheck source=tests/integration/monitor_lib.sh
source "$here/monitor_lib.sh"
begin monitor_abuse_test

dir=$work/service
port=$(free_port)
start_simulator "$work/sim" "${small_world[@]}" --limit 50
start_service --set gate.requests=10

memory_kb() { awk '/^VmRSS/ { print $2 }' "/proc/$run_pid/status"; }

most_kb=0
note_memory() {
  local now
  now=$(memory_kb)
  ((now > most_kb)) && most_kb=$now
  return 0
}

rate_over() { # SECONDS: calls that reached the API meanwhile
  local from until=$((SECONDS + $1))
  from=$(arrivals_count)
  while ((SECONDS < until)); do
    note_memory
    sleep 0.2
  done
  echo $(($(arrivals_count) - from))
}

declare -a fds=()
connect() { # opens one connection more, without a word
  local fd
  exec {fd}<>"/dev/tcp/127.0.0.1/$port" && fds+=("$fd")
} 2>/dev/null

close_all() {
  local fd
  for fd in "${fds[@]}"; do
    exec {fd}>&-
  done
  fds=()
}

# A head of caf::io that promises two gigabytes.
huge_head='\x02\x00\x00\x00\x7f\xff\xff\xff'
huge_head+='\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'
huge_head+='\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'

garbage() {
  local i
  for ((i = 0; i < 100; ++i)); do
    connect && head -c 4096 /dev/urandom >&"${fds[-1]}" 2>/dev/null
  done
  for ((i = 0; i < 18; ++i)); do
    connect && { printf "$huge_head"; head -c 65536 /dev/zero; } \
      >&"${fds[-1]}" 2>/dev/null
  done
  for ((i = 0; i < 20; ++i)); do # TLS records, a byte of them
    connect && printf '\x16\x03\x01\x40\x00\x01' >&"${fds[-1]}" 2>/dev/null
  done
}

scan() {
  local i
  for ((i = 0; i < 200; ++i)); do
    connect
    close_all
  done
}

half_open() {
  local i
  for ((i = 0; i < 300; ++i)); do
    connect
  done
}

# Papers of another service, none at all, and plain TCP.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
  -subj /CN=stranger -keyout "$work/other.key" -out "$work/other.pem" \
  2>/dev/null || fail 'openssl makes no certificate'
strangers() {
  local i
  for ((i = 0; i < 5; ++i)); do
    sleep 1 | timeout 10 openssl s_client -quiet -connect "127.0.0.1:$port" \
      >>"$work/stranger.out" 2>/dev/null
    sleep 1 | timeout 10 openssl s_client -quiet -connect "127.0.0.1:$port" \
      -cert "$work/other.pem" -key "$work/other.key" \
      >>"$work/stranger.out" 2>/dev/null
  done
}

declare -a stalled=()
stall_viewers() { # with papers, then they stop
  local i
  for ((i = 0; i < 5; ++i)); do
    start_viewer "stalled$i"
    stalled+=("$viewer_pid")
  done
  for ((i = 0; i < 5; ++i)); do
    wait_until "views for stalled$i" 90 has_views "stalled$i" 1
  done
  kill -STOP "${stalled[@]}"
}

# Who holds papers, but lies: caf::io's huge head through a proved link.
liar() {
  { printf "$huge_head"; sleep 2; } | timeout 15 openssl s_client -quiet \
    -connect "127.0.0.1:$port" -cert "$dir/monitor/client.pem" \
    -key "$dir/monitor/client.key" >"$work/liar.out" 2>/dev/null
}

# The gate must be the only brake: the first days are behind, the rate stands.
moves() { (($(arrivals_count) > 60)); }
wait_until 'the run is under way' 90 moves
start_viewer honest
wait_until 'views for the honest viewer' 60 has_views honest 2
stall_viewers
base_kb=$(memory_kb)
span=15
# A machine busy with other things may disturb one measurement, not all.
for attempt in 1 2 3 4 5; do
  before=$(rate_over "$span")
  half_open
  (
    garbage
    scan
    strangers
    for _ in 1 2 3; do liar; done
  ) &
  abuse_pid=$!
  started+=("$abuse_pid")
  during=$(rate_over "$span")
  wait "$abuse_pid"
  note_memory
  close_all
  say "attempt $attempt: $before calls before, $during under abuse;" \
    "memory $base_kb kB, at most $most_kb kB"
  ((during * 100 >= before * 97)) && break
  ((attempt < 5)) || fail 'the gate missed slots under abuse' "$dir/err"
done
((before > 0)) || fail 'no calls at all' "$dir/err"
((most_kb - base_kb < 20 * 1024)) ||
  fail "the service grew by $(((most_kb - base_kb) / 1024)) MB" "$dir/err"
[[ ! -s $work/stranger.out ]] || fail 'a stranger was spoken to'
kill -0 "$run_pid" || fail 'the service died' "$dir/err"
grep -q 'gate refuses strangers' "$dir/err" || fail 'nothing is logged' "$dir/err"
(($(grep -c 'gate refuses strangers' "$dir/err") <= 60)) ||
  fail 'the log is flooded' "$dir/err"

held=$(views_of honest)
wait_until 'the honest viewer goes on' 60 has_views honest $((held + 3))
# Our own: one that looked once, five to be stalled, the honest one; and again
# whoever was let go.
taken=$(grep -c 'gateway takes a viewer' "$dir/err")
came_back=$(grep -c 'lets a viewer go' "$dir/err" || true)
((taken <= 7 + came_back)) || fail "$taken viewers were let in" "$dir/err"
wait_until 'the stalled viewers are let go' 90 is_let_go "${stalled[@]}"
kill -CONT "${stalled[@]}"
say 'nobody was let in, the stalled were let go, the honest viewer goes on'
finish
