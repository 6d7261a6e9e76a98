# The stages of ./dev test: one after the other, timed, with one table at the end.
# shellcheck shell=bash

declare -a stage_lines=()
passed=0
failed=0
stage_now=
stage_started=0
stage_budget=0
budgets=0
building=0
testing=0

close_stage() { # WORD
  [[ -z $stage_now ]] && return
  local used=$((SECONDS - stage_started)) word=$1
  ((used <= stage_budget)) || word="$1, over its budget"
  stage_lines+=("$(printf '  %-28s %5d s of %5d s  %s' "$stage_now" "$used" \
    "$stage_budget" "$word")")
  if [[ $stage_now == *build* ]]; then
    building=$((building + used))
  else
    testing=$((testing + used))
  fi
  budgets=$((budgets + stage_budget))
  stage_now=
}

summary() {
  say "stages: time used, and the budget on two free cores"
  printf '%s\n' "${stage_lines[@]}"
  printf '  %-28s %5d s of %5d s: %d s to build, %d s to test\n' 'all' \
    "$SECONDS" "$budgets" "$building" "$testing"
  printf '%d passed, %d failed\n' "$passed" "$failed"
}

# Whatever ends the script early, the stage it happened in is named last.
on_test_exit() {
  local status=$?
  if [[ $status -ne 0 ]]; then
    if [[ -n $stage_now ]]; then
      ((failed > 0)) || failed=1
      printf 'dev: stage failed: %s\n' "$stage_now" >&2
      close_stage FAILED
    fi
    summary
  fi
}

# stage NAME BUDGET COMMAND...: a check that passes or fails as a whole, and the
# seconds it may take on two free cores. More is said, but fails nothing: the
# machine may be busy.
stage() {
  stage_now=$1
  stage_budget=$2
  stage_started=$SECONDS
  say "$1"
  shift 2
  "$@"
  close_stage ok
}

counted() { # COMMAND...: one check more that passed, or the end.
  "$@" || exit 1
  passed=$((passed + 1))
}

# run_tests DIR LABEL: adds ctest's own count to ours; fails if any test did.
run_tests() {
  local dir=$1 label=$2 log=$1/test-$2.log status=0 line jobs
  jobs=$(jobs_count)
  # Those against the real program mostly wait: for clocks, limits and faults.
  [[ $label == integration ]] && jobs=$((jobs * 2))
  ctest --test-dir "$dir" -L "$label" -j "$jobs" --timeout 600 \
    --output-on-failure >"$log" 2>&1 || status=$?
  line=$(grep -E 'tests passed, [0-9]+ tests failed out of' "$log" || true)
  if [[ $line =~ ([0-9]+)\ tests\ failed\ out\ of\ ([0-9]+) ]]; then
    failed=$((failed + BASH_REMATCH[1]))
    passed=$((passed + BASH_REMATCH[2] - BASH_REMATCH[1]))
    printf '%d of %d %s tests passed\n' \
      $((BASH_REMATCH[2] - BASH_REMATCH[1])) "${BASH_REMATCH[2]}" "$label"
  elif [[ $label != integration ]]; then
    status=1
  else
    grep -E 'No tests were found' "$log" || true
  fi
  if [[ $status -ne 0 ]]; then
    tail -n 200 "$log" >&2
    printf 'dev: the whole output is in %s\n' "$log" >&2
    return 1
  fi
  # Skipped tests are passed ones to ctest; say which.
  grep -E '\(Skipped\)' "$log" || true
}
