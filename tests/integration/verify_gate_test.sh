#!/usr/bin/env bash
# A run with faults, killed -9 and resumed, writes the gate's log: verify-gate
# vouches for it, agrees with what the server saw, and the log knows of every
# arrival. SEED replays the kills.
source "$(dirname "$0")/lib.sh"
begin verify_gate_test
kills=3
RANDOM=${SEED:=$((BASHPID % 32768))}
say "SEED=$SEED"
range=(--start-date 2024-03-01 --end-date 2024-03-03)
dir=$work/run
db=sqlite:$dir/racefill.db
gate_log=$dir/logs/gate.jsonl
options=(--set gate.requests=2 --set gate.log=true
  --set gate.retry_budget_floor=1000 --set http.deadline_seconds=2
  --set http.backoff_initial_ms=100)

start_simulator "$work/sim" "${small_world[@]}" --limit 2 --latency 200+-150 \
  --fault 503:every=9 --fault reset:every=11 --fault reset-inside:every=14 \
  --fault 429:retry=1,every=17 --fault hang:every=19

sends() {
  local count
  count=$(grep -c '"step":"sent"' "$gate_log" 2>/dev/null)
  echo "${count:-0}"
}

verify() { # FILE OUT [ARGUMENT...]
  local file=$1 out=$2
  shift 2
  "$RACEFILL" verify-gate --json "$@" "$file" >"$out" 2>"$out.err"
  status=$?
}

ask=("${range[@]}")
for ((i = 1; i <= kills; ++i)); do
  before=$(sends)
  start_run "$dir" "$db" "${options[@]}" "${ask[@]}"
  waited=0
  until (($(sends) >= before + 5 + RANDOM % 4)); do
    kill -0 "$run_pid" 2>/dev/null ||
      fail "kill $i: the run ended before" "$dir/out" "$dir/err"
    ((++waited < 600)) || fail "kill $i: no request is sent" "$dir/err"
    sleep 0.1
  done
  kill_run
  [[ -n $(sql "$db" 'SELECT 1 FROM racefill_runs LIMIT 1' 2>/dev/null) ]] &&
    ask=(--resume)
done
# As a process leaves it that dies while it writes.
printf '{"t_ns":1234,"step":"se' >>"$gate_log"
run_racefill "$dir" "$db" "${options[@]}" "${ask[@]}"
[[ $status -eq 0 || $status -eq 1 ]] ||
  fail "the last run: exit status $status" "$dir/out" "$dir/err"
sleep 0.2 # The server's last line may still be on its way to the disk.

verify "$gate_log" "$work/gate.json"
[[ $status -eq 0 ]] || fail 'verify-gate does not vouch for the gate' \
  "$work/gate.json" "$work/gate.json.err"
jq -e --argjson lives $((kills + 1)) '.log == "gate" and .vouches
  and .largest <= 2 and .lives == $lives and .lost_lines == 0
  and .torn_lines >= 1 and .requests > 20' "$work/gate.json" >/dev/null ||
  fail 'an unexpected verdict on the gate' "$work/gate.json"
verify "$work/sim/arrivals.jsonl" "$work/arrivals.json"
[[ $status -eq 0 ]] ||
  fail 'verify-gate does not vouch for the arrivals' "$work/arrivals.json"
jq -e '.log == "arrivals" and .vouches and .largest <= 2 and .refused == 0' \
  "$work/arrivals.json" >/dev/null ||
  fail 'an unexpected verdict on the arrivals' "$work/arrivals.json"

# Each arrival belongs to one send of the log, at most as long before it as a
# thread may sleep. Only the last words of a killed process may be missing:
# what it did after its last line.
{
  grep -h '^{.*}$' "$gate_log" |
    jq -r '"\(.t_ns) \(if .step == "sent" then "2sent"
      elif .step == "born" then "1born" else "3line" end)"'
  jq -r '"\(.t_ns) 4arrived"' "$work/sim/arrivals.jsonl"
} | sort -k1,1n -k2,2 | awk -v patience=10e9 '
  { life += $2 == "1born"; when[NR] = $1; what[NR] = $2; of[NR] = life }
  $2 != "4arrived" { last[life] = $1 }
  END {
    for (i = 1; i <= NR; ++i) {
      if (what[i] == "2sent") open[++tail] = when[i]
      if (what[i] != "4arrived") continue
      while (head < tail && open[head + 1] < when[i] - patience) ++head
      if (head < tail) { ++head; ++matched }
      else if (when[i] > last[of[i]]) ++last_words
      else ++strange
    }
    printf "%d %d %d\n", matched, last_words, strange
  }' >"$work/matched"
read -r matched last_words strange <"$work/matched"
((strange == 0)) || fail "$strange arrivals of which the gate's log knows nothing"
((last_words <= kills)) || fail "$last_words arrivals lie behind the last words"
((matched + last_words == $(arrivals_count))) || fail 'arrivals got lost'
say "$matched arrivals accounted for, $last_words after last words," \
  "utilisation $(jq .utilisation "$work/gate.json")"

# It can tell a gate that is too fast: nobody keeps a limit of one.
verify "$gate_log" "$work/strict.json" --requests 1
[[ $status -eq 1 ]] || fail 'verify-gate vouches for too much' "$work/strict.json"
jq -e '.vouches | not' "$work/strict.json" >/dev/null || fail 'no verdict'
verify "$root/README.md" "$work/garbage"
[[ $status -eq 2 && ! -s $work/garbage &&
  $(wc -l <"$work/garbage.err") -eq 1 ]] ||
  fail 'garbage is not refused with one line' "$work/garbage.err"
finish
