# Everything that judges the code.
# shellcheck shell=bash

list_sources() {
  find . -name '*.[ch]pp' -not -path './build*' -not -path './.git/*' |
    sed 's|^\./||' | sort
}

check_format() {
  list_sources | xargs clang-format --dry-run --Werror ||
    { echo 'dev: run ./dev fmt' >&2; return 1; }
}

build_sanitized() {
  configure build-asan "-DRACEFILL_SANITIZE=address;undefined" \
    -DRACEFILL_TESTS=ON -DRACEFILL_JOINT=ON -DCMAKE_BUILD_TYPE=None \
    -DCMAKE_CXX_FLAGS=-O1
  compile build-asan
}

run_sanitized() {
  ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 \
    UBSAN_OPTIONS="suppressions=$root/tests/ubsan.supp:print_stacktrace=1:halt_on_error=1" \
    run_tests build-asan fast
}

fuzz_targets() { # [TARGET...]: these, or all
  local each
  [[ $# -gt 0 ]] && { printf '%s\n' "$@"; return; }
  for each in tests/fuzz/fuzz_*.cpp; do
    basename "$each" .cpp
  done
}

build_fuzz() { # [TARGET...]
  local targets
  mapfile -t targets < <(fuzz_targets "$@")
  configure build-fuzz -DCMAKE_CXX_COMPILER=clang++ -DRACEFILL_FUZZ=ON \
    -DCMAKE_BUILD_TYPE=RelWithDebInfo
  compile build-fuzz "${targets[@]}"
}

# What it finds anew is kept in build-fuzz/corpus; the tree's own is only read.
fuzz_one() { # SECONDS TARGET
  local name=${2#fuzz_} log=$2.log
  cd build-fuzz || return 1
  mkdir -p "corpus/$name"
  if "./$2" -max_total_time="$1" -max_len=65536 -timeout=25 \
    -print_final_stats=1 "corpus/$name" "$root/tests/fuzz/corpus/$name" \
    >"$log" 2>&1; then
    printf 'fuzz %s: %s runs, nothing found\n' "$name" \
      "$(awk '/stat::number_of_executed_units/ { print $2 }' "$log")"
  else
    tail -n 60 "$log" >&2
    printf 'dev: fuzz %s found something; the input is in build-fuzz/\n' \
      "$name" >&2
    return 1
  fi
}

# As many targets side by side as there are jobs.
fuzz_all() { # SECONDS [TARGET...]
  local each status=0
  while read -r each; do
    while (($(jobs -rp | wc -l) >= $(jobs_count))); do
      wait -n || status=1
    done
    fuzz_one "$1" "$each" &
  done < <(fuzz_targets "${@:2}")
  while [[ -n $(jobs -rp) ]]; do
    wait -n || status=1
  done
  passed=$((passed + 1))
  return "$status"
}

# Joint units may hide that a file lacks an include or that two names meet. So what
# the last commits touch (RACEFILL_SINCE, else the last ten) is also read singly by
# both compilers; all of it by `./dev lint`.
check_changed() {
  local since=${RACEFILL_SINCE:-HEAD~10} compiler
  git rev-parse -q --verify "$since^{commit}" >/dev/null ||
    since=$(git rev-list --max-parents=0 HEAD | tail -n 1)
  local -a files
  mapfile -t files < <(git diff --name-only --diff-filter=d "$since" -- \
    '*.cpp' '*.hpp' | sed 's/\.hpp$/.cpp/' | sort -u | while read -r file; do
      [[ -f $file ]] && printf '%s\n' "$PWD/$file"
    done | head -n "${RACEFILL_SINGLY_MOST:-60}")
  mkdir -p build-single
  for compiler in g++ clang++; do
    configure "build-single/$compiler" -DCMAKE_CXX_COMPILER="$compiler" \
      -DRACEFILL_TESTS=ON -DCMAKE_BUILD_TYPE=None \
      -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON
    compile "build-single/$compiler" page_text.cpp >/dev/null
    printf '%s\n' "${files[@]}" | jq -Rr --slurpfile all \
      "build-single/$compiler/compile_commands.json" \
      'select(. != "") as $f | first($all[0][] | select(.file == $f)) | .command' |
      (cd "build-single/$compiler" && xargs -d '\n' -P "$(jobs_count)" -I{} \
        sh -c '{} -fsyntax-only' ) ||
      { echo "dev: $compiler finds fault with the lines above" >&2; return 1; }
  done
  printf '%d files that changed since %s compile singly\n' "${#files[@]}" "$since"
}

do_test() {
  say 'all checks and tests: 15 to 40 minutes on two cores, less with a warm cache'
  trap on_test_exit EXIT
  # What fails fastest comes first. The budgets add up to less than 40 minutes.
  stage 'Debian packages' 120 need_packages program tests format clang
  stage 'format' 20 counted check_format
  stage 'folder rules' 10 counted tests/check_includes.sh
  stage 'build' 420 build_all
  stage 'fast tests' 120 run_tests build fast
  stage 'build what changed, singly' 240 counted check_changed
  stage 'Prometheus, a browser' 90 fetch_watchers
  stage 'integration tests' 600 run_tests build integration
  stage 'ASan + UBSan build' 300 build_sanitized
  stage 'ASan + UBSan tests' 150 run_sanitized
  stage 'fuzz build' 90 build_fuzz
  stage 'fuzz, 60 s a target' 150 fuzz_all 60
  trap - EXIT
  summary
}

do_fmt() {
  need_packages format
  if [[ ${1:-} == --check ]]; then
    check_format
  else
    list_sources | xargs clang-format -i
  fi
}

do_lint() {
  need_packages program tests clang tidy
  say 'clang++, warnings as errors'
  configure build-clang -DRACEFILL_TESTS=ON -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_BUILD_TYPE=None \
    -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON
  local file status=0
  local -a made
  mapfile -t made < <(jq -r '.[].file' build-clang/compile_commands.json |
    grep "^$root/build-clang/" | sort -u)
  for file in "${made[@]}"; do
    compile build-clang "${file#"$root/build-clang/"}" >/dev/null
  done
  # Only the compilations, and of these only what the compiler has to say.
  jq -r '.[].command' build-clang/compile_commands.json |
    (cd build-clang && xargs -d '\n' -P "$(jobs_count)" -I{} \
      sh -c '{} -fsyntax-only') ||
    fail 'clang++ finds fault with the lines above'
  say clang-tidy
  jq -r '.[].file' build-clang/compile_commands.json | sort -u |
    while read -r file; do
      [[ $# -eq 0 || " $* " == *" ${file#"$root"/} "* ]] && echo "$file"
    done |
    xargs -d '\n' -P "$(jobs_count)" -n 1 clang-tidy -p build-clang --quiet ||
    status=$?
  [[ $status -eq 0 ]] || fail 'clang-tidy finds fault with the lines above'
  echo 'lint: nothing found'
}

do_fuzz() { # [SECONDS] [TARGET...]
  need_packages program tests clang
  local seconds=${1:-60}
  [[ $# -gt 0 ]] && shift
  build_fuzz "$@"
  fuzz_all "$seconds" "$@"
}

do_simulate_faults() {
  build_for_tests simulate_faults >&2
  exec build/simulate_faults "$@"
}

do_crash() {
  build_for_tests racefill compare_truth
  exec tests/integration/crash.sh "$@"
}

do_fault() { # [api|postgres|host] [NAME...]
  build_for_tests racefill compare_truth throw_at_connect
  case ${1:-} in
    '')
      tests/integration/fault_test.sh
      tests/integration/postgres_fault_test.sh
      tests/integration/host_fault_test.sh
      ;;
    postgres | host) exec "tests/integration/$1_fault_test.sh" "${@:2}" ;;
    api) exec tests/integration/fault_test.sh "${@:2}" ;;
    *) exec tests/integration/fault_test.sh "$@" ;;
  esac
}

do_tsan() {
  need_packages program tests clang
  JOBS=$(jobs_count) exec tests/tsan.sh "$@"
}
