#!/usr/bin/env bash
# Metrics, alert rules and dashboard against a real Prometheus: it scrapes a real
# run, every expression is understood, RacefillProviderAway fires in a staged
# outage and ends with it, RacefillGone fires after kill -9. The rules' times are
# shortened in a copy. ./dev test fetches the Debian package into build/tools.
source "$(dirname "$0")/lib.sh"
PATH=$PATH:$root/build/tools/prometheus/usr/bin
for tool in prometheus promtool; do
  command -v "$tool" >/dev/null || {
    echo "prometheus_test: skipped, there is no $tool; apt-get install prometheus"
    exit 77
  }
done
begin prometheus_test
rules=$root/conf/prometheus-rules.yml
dashboard=$root/conf/grafana-dashboard.json

promtool check rules "$rules" >"$work/rules" 2>&1 ||
  fail 'promtool refuses the rules' "$work/rules"
promtool test rules "$root/tests/conf/prometheus-rules-test.yml" \
  >"$work/rules" 2>&1 || fail 'the rules fail their tests' "$work/rules"

# -- a run with a page -----------------------------------------------------------
dir=$work/run
db=sqlite:$dir/racefill.db
start_simulator "$work/sim" "${small_world[@]}" --limit 20 --latency 20
start_run "$dir" "$db" --start-date 2019-01-01 --end-date 2025-12-31 \
  --set gate.requests=10 --set page.port_file=page.url \
  --set gate.breaker_failures=3 --set gate.breaker_probe_seconds=1 \
  --set http.attempts=20 --set http.backoff_max_ms=1000 \
  --set gate.retry_budget_floor=1000
tries=0
until [[ -s $dir/page.url ]]; do
  ((++tries < 600)) || fail 'no page.url' "$dir/err"
  sleep 0.1
done
url=$(cat "$dir/page.url")
target=${url#http://}
target=${target%/}

metrics() { curl -sS --max-time 20 "${url}metrics"; }
tries=0
until metrics | grep -q '^racefill_written_rows_total{'; do
  ((++tries < 300)) || fail 'no metrics of written rows' "$dir/err"
  sleep 0.2
done
metrics >"$work/metrics"
promtool check metrics <"$work/metrics" >"$work/lint" 2>&1 ||
  fail 'promtool finds fault with the metrics' "$work/lint"
[[ ! -s $work/lint ]] || fail 'promtool has something to say' "$work/lint"

# Every name that rules and dashboard use is there.
jq -e '.panels | length > 8' "$dashboard" >/dev/null ||
  fail 'the dashboard is no dashboard'
jq -r '.. | objects | .expr? // empty' "$dashboard" >"$work/expressions"
sed -n '/groups:/,$p' "$rules" >"$work/used"
cat "$work/expressions" >>"$work/used"
for name in $(grep -oE '\b(racefill|process)_[a-z_]+' "$work/used" | sort -u); do
  # Restarted, rate-limited and such count from 0; the remaining time may not
  # be known yet.
  [[ $name == racefill_eta_seconds ]] && continue
  grep -q "^$name[{ ]" "$work/metrics" || fail "no metric $name" "$work/metrics"
done

# -- Prometheus ------------------------------------------------------------------
mkdir "$work/prom"
sed -E 's/for: .*/for: 2s/; s/\[[0-9]+[mh]\]/[10s]/g' "$rules" \
  >"$work/prom/rules.yml"
cat >"$work/prom/prometheus.yml" <<TEXT
global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
rule_files: [rules.yml]
scrape_configs:
  - job_name: racefill
    static_configs: [{targets: ['$target']}]
TEXT
prometheus --config.file="$work/prom/prometheus.yml" \
  --storage.tsdb.path="$work/prom/data" --web.listen-address=127.0.0.1:0 \
  >"$work/prom/log" 2>&1 &
prom_pid=$!
started+=("$prom_pid")
prom=
tries=0
until [[ -n $prom ]]; do
  kill -0 "$prom_pid" 2>/dev/null || fail 'prometheus ended' "$work/prom/log"
  ((++tries < 600)) || fail 'prometheus does not start' "$work/prom/log"
  sleep 0.1
  prom=$(grep -oE 'Listening on" address=127.0.0.1:[1-9][0-9]*' \
    "$work/prom/log" | grep -oE '127.0.0.1:[0-9]+' | head -n 1)
done

ask_prom() { # EXPRESSION: the values, a line each
  curl -sS --max-time 20 "http://$prom/api/v1/query" \
    --data-urlencode "query=$1" >"$work/answer"
  jq -e '.status == "success"' "$work/answer" >/dev/null ||
    fail "Prometheus refuses $1" "$work/answer"
  jq -r '.data.result[].value[1]' "$work/answer"
}

wait_for() { # WHAT EXPRESSION: until it has a result
  local tries=0
  until [[ -n $(ask_prom "$2") ]]; do
    ((++tries < 480)) || fail "$1: nothing for $2" "$dir/err"
    sleep 0.25
  done
  say "$1"
}
wait_calm() { # ALERT: until it does not fire; a late scrape on a busy machine ends
  local tries=0
  while [[ -n $(ask_prom "$(firing "$1")") ]]; do
    ((++tries < 240)) || fail "$1 fires in calm weather" "$dir/err"
    sleep 0.25
  done
}
firing() { echo "ALERTS{alertname=\"$1\",alertstate=\"firing\"}"; }

wait_for 'Prometheus scrapes the run' 'up{job="racefill"} == 1'
wait_for 'and sees it work' 'rate(racefill_gate_requests_total[10s]) > 0'
while read -r expression; do
  expression=${expression//\$__rate_interval/30s}
  ask_prom "${expression//\$instance/.*}" >/dev/null || exit 1
done <"$work/expressions"
say "understands $(wc -l <"$work/expressions") expressions of the dashboard"
for calm in RacefillGone RacefillSilent RacefillProviderAway RacefillTooFast \
  RacefillRestarts RacefillMemory RacefillPaused; do
  wait_calm "$calm"
done

set_faults 503
wait_for 'RacefillProviderAway fires' "$(firing RacefillProviderAway)"
[[ $(curl -s -o /dev/null -w '%{http_code}' "${url}readyz") == 503 ]] ||
  fail 'the run calls itself ready in an outage'
[[ $(curl -s -o /dev/null -w '%{http_code}' "${url}healthz") == 200 ]] ||
  fail 'the run calls itself dead in an outage'
set_faults
wait_for 'and ends with the outage' \
  "racefill_gate_breaker{state=\"closed\"} == 1 unless on (job, instance) $(
    firing RacefillProviderAway)"

kill_run
wait_for 'RacefillGone fires after kill -9' "$(firing RacefillGone)"

curl -sS "http://$prom/api/v1/rules" |
  jq -e 'all(.data.groups[].rules[]; .health == "ok")' >/dev/null ||
  fail 'a rule cannot be evaluated' "$work/prom/log"
kill -TERM "$prom_pid"
wait "$prom_pid" 2>/dev/null
stop_simulator
finish
