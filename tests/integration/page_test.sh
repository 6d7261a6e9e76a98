#!/usr/bin/env bash
# The status page of a real run, in a real browser: every day has a cell, the
# keyboard reaches each, nothing comes from elsewhere, nothing is complained of;
# after kill -9 and a new start on the same port the page goes on by itself.
# PICTURES=DIR leaves screenshots there.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/browser.sh"
[[ -n $CHROMIUM ]] || {
  echo 'page_test: skipped, there is no chromium; apt-get install chromium'
  exit 77
}
begin page_test

dir=$work/run
db=sqlite:$dir/racefill.db
# Slow enough to be watched, with a day that fails and one that is not over.
bad_day=$(date -u -d '20 days ago' +%F)
start_simulator "$work/sim" "${small_world[@]}" --limit 12 --latency 40+-20 \
  --last-day 2030-12-31 --fault "422:path=date=$bad_day"
ask=(--start-date 2015-01-01 --end-date "$(date -u +%F)"
  --set gate.requests=12 --set page.port_file=page.url)

start_watched_run() { # [ARGUMENT...]: sets url
  rm -f "$dir/page.url"
  start_run "$dir" "$db" "${ask[@]}" "$@"
  local tries=0
  until [[ -s $dir/page.url ]]; do
    kill -0 "$run_pid" 2>/dev/null ||
      fail 'the run ended at once' "$dir/out" "$dir/err"
    ((++tries < 600)) || fail 'no page.url' "$dir/err"
    sleep 0.1
  done
  url=$(cat "$dir/page.url")
}
start_watched_run

# -- what any client sees ----------------------------------------------------------
code() { curl -s -o /dev/null --max-time 20 -w '%{http_code}' "$@"; }
[[ $(code "$url") == 200 ]] || fail "no page at $url" "$dir/err"
[[ $(code -X POST "$url") == 405 ]] || fail 'POST is not refused'
[[ $(code -H 'Host: evil.example' "$url") == 421 ]] ||
  fail 'a foreign name is answered'
[[ $(code "${url}nothing") == 404 ]] || fail 'an unknown path is answered'
grep -q "$RACING_API_PASSWORD" <(curl -s "${url}status.json" "${url}metrics" |
  sed 's/"demo"//') && fail 'a password is told'

# -- the page --------------------------------------------------------------------
start_browser "$work/browser"
view 1280 900 light
browser Page.navigate "{\"url\": \"$url\"}"
days=$((($(date -u +%s) / 86400) - $(date -u -d 2015-01-01 +%s) / 86400 + 1))
expect_true "document.querySelectorAll('#years [role=gridcell]').length === $days" \
  "a cell for each of $days days"
expect_true "document.querySelectorAll('.cell.s-done').length > 20" \
  'days turn done'
expect_true "document.querySelector('#link').dataset.state === 'live'" 'it is live'
expect_true "document.querySelectorAll('.chart svg .line').length >= 4" \
  'the charts have lines'
expect_true "[...document.querySelectorAll('.cell')].every((x) =>
  /^\w+day \d{4}-\d\d-\d\d: /.test(x.getAttribute('aria-label')))" \
  'each cell says what it is'
expect_true "document.querySelectorAll('.cell[tabindex=\"0\"]').length === 1" \
  'one cell alone is in the tab order'

# By keyboard alone: tab until a day has the focus.
evaluate "document.activeElement.blur(), scrollTo(0, 0)"
for ((i = 0; i < 12; ++i)); do
  press Tab
  evaluate "document.activeElement.getAttribute('role')"
  [[ $answer == gridcell ]] && break
done
[[ $answer == gridcell ]] || fail 'the tab key does not reach the calendar'
focused='document.activeElement.getAttribute("aria-label").slice(0, -1)'
today=$(date -u +%F)
expect_true "$focused.includes('$today')" 'the last day comes first'
press ArrowUp ArrowLeft
expect_true "$focused.includes('$(date -u -d "$today - 8 days" +%F)')" \
  'arrows go by day and week'
press Home
expect_true "$focused.includes('${today:0:4}-01-01')" 'Home goes to the first of January'
press ArrowUp
expect_true "$focused.includes('$((${today:0:4} - 1))-12-31')" \
  'and from there into the year before'
press PageUp
expect_true "$focused.includes('$((${today:0:4} - 2))-12-31')" \
  'Page Up goes by a year'
expect_true "document.querySelector('#day').textContent.includes('-12-31: ')" \
  'what has the focus is told in words'

# The reason of a failed day, once the run is there.
expect_true "document.querySelector('.cell.s-failed')" 'the failed day shows'
evaluate "document.querySelector('.cell.s-failed').focus()"
expect_true "document.querySelector('#day').textContent.includes('422')" \
  'with its reason'
expect_true "document.querySelector('#errors').textContent.includes('$bad_day')" \
  'and is among the errors'

# Nothing wider than the window, whatever its width.
for width in 320 390 768 1280 1920; do
  view "$width" 900 dark
  expect_true "document.documentElement.scrollWidth <= $width" \
    "fits into $width pixels"
done
if [[ -n ${PICTURES:-} ]]; then
  view 1280 900 light
  picture "$PICTURES/page-light.png"
  view 1280 900 dark
  picture "$PICTURES/page-dark.png"
  view 390 844 light
  picture "$PICTURES/page-narrow.png"
fi
view 1280 900 light
evaluate "document.querySelector('#theme').click(),
  document.querySelector('#theme').click(),
  getComputedStyle(document.body).backgroundColor"
[[ $answer != 'rgb(255, 255, 255)' ]] || fail 'the switch does not make it dark'

# Nothing complained of, nothing asked elsewhere.
expect_true 'true' 'the browser answers'
bad=$(jq -c 'select(.method == "Runtime.exceptionThrown" or
  .method == "Runtime.consoleAPICalled" or .method == "Log.entryAdded")' \
  "$work/browser/events" | head -n 3)
[[ -z $bad ]] || fail "the browser complains: $bad"
outside=$(jq -r 'select(.method == "Network.requestWillBeSent") |
  .params.request.url' "$work/browser/events" | grep -v "^$url" | head -n 3)
[[ -z $outside ]] || fail "asked elsewhere: $outside"

# -- kill -9, and a new start on the same port -----------------------------------
kill_run
expect_true "document.querySelector('#link').dataset.state === 'stale' &&
  document.querySelector('#link').textContent.includes('no news')" \
  'it says that it is stale'
port=${url##*:}
start_watched_run --set "page.port=${port%/}"
expect_true "document.querySelector('#link').dataset.state === 'live'" \
  'it is live again by itself'
expect_true "document.querySelector('#about').textContent.includes('process $run_pid,')" \
  'with the new process'
stop_browser

# SIGTERM drains with the page open, and no thread keeps the process.
kill -TERM "$run_pid"
wait_run "$dir"
expect_status 130 "$dir" 'the watched run'
stop_simulator
finish
