# browser.sh: headless Chromium by its debugging pipe. Source it after lib.sh.
# shellcheck shell=bash disable=SC2154

CHROMIUM=${CHROMIUM:-$(command -v chromium || true)}
browser_pid=
browser_calls=0
browser_session=
answer=

# start_browser DIR [ARGUMENT...]: a fresh profile beneath DIR. What a page says
# (console, requests, exceptions) goes to DIR/events, a line each.
start_browser() {
  browser_dir=$1
  shift
  mkdir -p "$browser_dir/profile"
  mkfifo "$browser_dir/to" "$browser_dir/from"
  : >"$browser_dir/events"
  # Root has no sandbox to offer; the only page shown is our own.
  HOME=$browser_dir "$CHROMIUM" --headless=new --no-sandbox --disable-gpu \
    --disable-dev-shm-usage --no-first-run --disable-extensions \
    --disable-background-networking --disable-component-update --disable-sync \
    --user-data-dir="$browser_dir/profile" --remote-debugging-pipe "$@" \
    about:blank 3<"$browser_dir/to" 4>"$browser_dir/from" \
    >"$browser_dir/log" 2>&1 &
  browser_pid=$!
  started+=("$browser_pid")
  exec {browser_to}>"$browser_dir/to" {browser_from}<"$browser_dir/from"
  browser Target.createTarget '{"url": "about:blank"}'
  browser Target.attachToTarget "$(jq -c \
    '{targetId: .result.targetId, flatten: true}' <<<"$answer")"
  browser_session=$(jq -r .result.sessionId <<<"$answer")
  local domain
  for domain in Page Runtime Log Network; do
    browser "$domain.enable"
  done
}

stop_browser() {
  [[ -z $browser_pid ]] && return
  browser_session= browser Browser.close
  exec {browser_to}>&- {browser_from}<&-
  wait "$browser_pid" 2>/dev/null
  browser_pid=
}

# browser METHOD [PARAMS]: one exchange; sets answer.
browser() {
  local message params=${2:-'{}'}
  browser_calls=$((browser_calls + 1))
  jq -cj --arg method "$1" --argjson id "$browser_calls" \
    --arg session "$browser_session" '{$id, $method, params: .} +
      if $session == "" then {} else {sessionId: $session} end' \
    <<<"$params" >&"$browser_to" && printf '\0' >&"$browser_to"
  while IFS= read -r -t 60 -d '' -u "$browser_from" message; do
    if [[ $message == "{\"id\":$browser_calls,"* ]]; then
      answer=$message
      [[ $message != *'"error":{"code"'* ]] ||
        fail "the browser refuses $1: $message"
      return
    fi
    printf '%s\n' "$message" >>"$browser_dir/events"
  done
  fail "the browser does not answer $1" "$browser_dir/log"
}

# evaluate EXPRESSION: in the page; sets answer to its value, as text.
evaluate() {
  browser Runtime.evaluate "$(jq -cn --arg expression "$1" \
    '{$expression, returnByValue: true, awaitPromise: true}')"
  answer=$(jq -r 'if .result.exceptionDetails then
      "exception: " + (.result.exceptionDetails | tostring)
    else .result.result.value end' <<<"$answer")
}

# expect_true EXPRESSION WHAT: waits until it holds in the page.
expect_true() {
  local tries=0
  until evaluate "Boolean($1)" && [[ $answer == true ]]; do
    ((++tries < 240)) || {
      evaluate "$1"
      fail "$2: $1 is $answer"
    }
    sleep 0.25
  done
}

# press KEY...: as a keyboard would.
press() {
  local key step
  for key; do
    for step in rawKeyDown keyUp; do
      browser Input.dispatchKeyEvent "$(jq -cn --arg key "$key" --arg type \
        "$step" '{Tab: 9, Enter: 13, End: 35, Home: 36, PageUp: 33,
          PageDown: 34, ArrowLeft: 37, ArrowUp: 38, ArrowRight: 39,
          ArrowDown: 40}[$key] as $code | {$type, $key, code: $key,
          windowsVirtualKeyCode: $code}')"
    done
  done
}

# view WIDTH HEIGHT light|dark: the window and what the system prefers.
view() {
  browser Emulation.setDeviceMetricsOverride "{\"width\": $1, \"height\": $2,
    \"deviceScaleFactor\": 1, \"mobile\": false}"
  browser Emulation.setEmulatedMedia "{\"features\": [{\"name\":
    \"prefers-color-scheme\", \"value\": \"$3\"}]}"
}

# picture FILE [HEIGHT]: of the whole page, or so much of it.
picture() {
  evaluate 'scrollTo(0, 0), new Promise((r) => setTimeout(r, 500,
    document.documentElement.scrollHeight + " " + innerWidth))'
  local height width=${answer#* }
  height=${2:-${answer% *}}
  browser Page.captureScreenshot "{\"captureBeyondViewport\": true, \"clip\":
    {\"x\": 0, \"y\": 0, \"width\": $width, \"height\": $height, \"scale\": 1}}"
  jq -r .result.data <<<"$answer" | base64 -d >"$1"
}
