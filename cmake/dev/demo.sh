# The demo: seven days of an invented world, from nothing to proof.
# shellcheck shell=bash

simulator_pid=

stop_simulator() {
  [[ -z $simulator_pid ]] && return
  kill -TERM "$simulator_pid" 2>/dev/null || true
  wait "$simulator_pid" 2>/dev/null || true
  simulator_pid=
}

start_simulator() { # DIR; sets api_url
  local dir=$1 waited=0
  SIM_USERNAME=demo SIM_PASSWORD=demo build/racefill simulate --seed 7 \
    --races-per-day 8 --latency 80+-30 --limit 25 --port 0 \
    --port-file "$dir/port.json" --arrivals "$dir/arrivals.jsonl" \
    >"$dir/simulator.log" 2>&1 &
  simulator_pid=$!
  until [[ -s $dir/port.json ]]; do
    kill -0 "$simulator_pid" 2>/dev/null || {
      cat "$dir/simulator.log" >&2
      fail 'the simulator ended at once'
    }
    ((++waited <= 100)) || fail 'the simulator does not start'
    sleep 0.1
  done
  api_url=$(jq -r .url "$dir/port.json")
}

do_demo() {
  say 'demo: installs what it needs, builds the program, fills and checks seven days'
  need_packages program demo
  build_program
  local prepared=$SECONDS
  local dir=build/demo started=$SECONDS status=0
  rm -rf "$dir"
  mkdir -p "$dir"
  trap stop_simulator EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  say 'a small invented racing world, served on this machine at 25 requests/s'
  start_simulator "$dir"
  echo "$api_url"

  # Nothing of the caller's own account or conf may leak into the demo.
  unset RACEFILL_DB RACEFILL_CONFIG RACING_API_BASE_URL RACEFILL_STATE_DIR
  export RACING_API_USERNAME=demo RACING_API_PASSWORD=demo
  printf '# The demo: as fast as its simulator allows.\n%s\n' \
    'gate.requests = 25' >"$dir/racefill.conf"
  # The edge of the real provider allows 100 requests in 10 s; ours does not care.
  echo 'gate.ip_requests = 100000' >>"$dir/racefill.conf"
  local common=(--config "$dir/racefill.conf" --db "sqlite:$dir/racefill.db"
    --state-dir "$dir" --api-url "$api_url")
  local range=(--start-date 2025-10-01 --end-date 2025-10-07)

  say 'back-fill seven days: every race, runner, horse and pedigree'
  build/racefill run "${common[@]}" "${range[@]}" --non-interactive || status=$?
  stop_simulator
  [[ $status -eq 0 ]] || fail "the run ended with status $status"

  say 'what the tables hold now'
  build/racefill analyze "${common[@]}" || status=$?
  say 'proof that nothing is missing'
  build/racefill validate "${common[@]}" "${range[@]}" || status=$?
  say 'the calendar'
  build/racefill calendar "${common[@]}" "${range[@]}" || status=$?
  build/racefill calendar "${common[@]}" "${range[@]}" --html "$dir/calendar.html" ||
    status=$?

  say "done: $prepared s to install and build, $((SECONDS - started)) s to fill and prove"
  cat <<TEXT
The database is $dir/racefill.db, its page $dir/calendar.html (open it in a browser).
Three commands to try next:
  sqlite3 $dir/racefill.db 'SELECT name, sex, dob FROM ra_horses LIMIT 5'
  build/racefill explain 2025-10-04 --config $dir/racefill.conf --db sqlite:$dir/racefill.db
  build/racefill plan
README.md tells of the real thing: your account, your database.
TEXT
  return "$status"
}
