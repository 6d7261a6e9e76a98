#!/usr/bin/env bash
# The live screen in a real terminal, small and wide, and its keys.
# Usage: monitor_screen_test.sh [PICTURE.svg]: also takes a picture of it.
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=tests/integration/lib.sh
source "$here/lib.sh"
# shellcheck source=tests/integration/monitor_lib.sh
source "$here/monitor_lib.sh"
begin monitor_screen_test
command -v tmux >/dev/null || { echo 'no tmux'; exit 77; }

dir=$work/service
port=$(free_port)
terminal() { tmux -S "$work/tmux" -f /dev/null "$@"; }
more_cleanup() { terminal kill-server 2>/dev/null; }

# open_screen NAME COLUMNS LINES [SET-UP]
open_screen() {
  terminal new-session -d -s "$1" -x "$2" -y "$3" "${4:-} LC_ALL=C.UTF-8 \
    '$RACEFILL' monitor --state-dir '$dir'; echo left with \$?; sleep 300"
}

shown() { terminal capture-pane -p -t "$1"; }
shows() { shown "$1" | grep -qF -- "$2"; }
shows_at_last() { # NAME TEXT
  wait_until "$1 shows $2" 60 shows "$1" "$2"
}
press() { terminal send-keys -t "$1" "$2"; }

start_simulator "$work/sim" --seed 7 --races-per-day 8 --latency 80+-30 \
  --limit 50 --fault 503:every=40 --fault '500:path=2024-12-2'
start_service --set gate.requests=20 --set http.attempts=2 \
  --set http.backoff_initial_ms=50
parked() { seen '.run.session.errors >= 3'; }
wait_until 'days are parked' 120 parked

open_screen small 80 24
open_screen wide 160 50
open_screen plain 80 24 'NO_COLOR=1'
for name in small wide plain; do
  for text in connected Phase ETA Days Horses Calls Latency Replies Stages \
    Tables Actors Errors 2020-01 racecards ra_mst_runners 'db_writer' quit; do
    shows_at_last "$name" "$text"
  done
done
shows wide gatekeeper || fail 'no tree on a wide screen'
for colour in 31m 32m 33m; do
  terminal capture-pane -e -p -t plain | grep -qF "[$colour" &&
    fail 'colour in spite of NO_COLOR'
done
if [[ $# -gt 0 ]]; then
  open_screen picture 132 42
  shows_at_last picture connected
  sleep 40 # Until there is something to see.
  terminal capture-pane -e -p -t picture |
    LC_ALL=C awk -v columns=132 -v rows=42 -v label='The monitor in a terminal' \
      -f "$here/terminal_svg.awk" >"$1"
fi

press small h
shows_at_last small 'this help'
press small h
press small p
shows_at_last small 'y/n'
press small n
shows_at_last small quit
press small p
shows_at_last small 'y/n'
press small y
shows_at_last small 'PAUSED'
shows_at_last wide 'PAUSED'
press small r
shows_at_last small resumed
press small f
press small y
shows_at_last small 'asked again'
press small +
shows_at_last small 'is 5 now'

kill_run
shows_at_last small gone
press small q
shows_at_last small 'left with 0'
press wide C-c
shows_at_last wide 'left with 130'
say 'the screen shows, asks, steers, loses and leaves'
finish
