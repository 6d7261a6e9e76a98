# How the project is compiled.
#
#   build/       whole: joint units; what demo, run, test, bench and package use
#   build-edit/  every file singly; for who changes code
# shellcheck shell=bash

build_dirs=(build build-edit build-asan build-clang build-fuzz build-profile
  build-single build-tsan)

# A compiler takes up to 1.5 GB, so memory bounds the jobs as cores do.
jobs_count() {
  [[ -n ${JOBS:-} ]] && { echo "$JOBS"; return; }
  local cores memory
  cores=$(nproc)
  memory=$(awk '/MemAvailable/ { print int($2 / 1572864) }' /proc/meminfo)
  ((memory < 1)) && memory=1
  echo $((cores < memory ? cores : memory))
}

# configure DIR [CMAKE ARGUMENT...]
configure() {
  local dir=$1
  shift
  local launcher=${RACEFILL_LAUNCHER:-}
  if [[ -z $launcher ]] && command -v ccache >/dev/null; then
    launcher=ccache
  fi
  # Without these ccache passes every file that uses a precompiled header by. A
  # header that is edited during a compilation must not spoil the cache, so its
  # times are looked at.
  export CCACHE_SLOPPINESS=pch_defines,time_macros
  # A second clone then finds what the first one has compiled.
  export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
  cmake -S . -B "$dir" -G Ninja -DCMAKE_CXX_COMPILER_LAUNCHER="$launcher" \
    "$@" >"$dir.log" 2>&1 || {
    cat "$dir.log" >&2
    rm -f "$dir.log"
    fail "cmake could not configure $dir"
  }
  rm -f "$dir.log"
}

compile() { # DIR [TARGET...]
  local dir=$1
  shift
  ninja -C "$dir" -j "$(jobs_count)" "$@" || fail "$dir does not build"
}

configure_whole() {
  configure build -DRACEFILL_TESTS="${1:-OFF}" -DRACEFILL_JOINT=ON
}

# Tests stay configured once they were: the program's steps are the same.
build_program() {
  need_packages program
  say "build the program: $(minutes_for 2 5) without a compiler cache"
  local tests=OFF
  grep -qs '^RACEFILL_TESTS:BOOL=ON' build/CMakeCache.txt && tests=ON
  configure_whole "$tests"
  compile build racefill
}

build_all() {
  configure_whole ON
  compile build
}

build_for_tests() { # TARGET...
  need_packages program tests
  configure_whole ON
  compile build "$@"
}

# minutes_for FAST SLOW: what a step takes on two cores of this and that machine
minutes_for() {
  local cores
  cores=$(jobs_count)
  if ((cores > 2)); then
    printf 'a few minutes at most'
  else
    printf '%d to %d minutes' "$1" "$2"
  fi
}

do_build() {
  build_program
  echo 'build/racefill'
}

do_run() {
  build_program >&2
  exec build/racefill "$@"
}

do_edit() { # [TARGET...]
  need_packages program tests
  configure build-edit -DRACEFILL_TESTS=ON
  compile build-edit "${@:-racefill}"
  local each
  for each in "${@:-racefill}"; do
    [[ -x build-edit/$each ]] && echo "build-edit/$each"
  done
}

# Where the compiler's time goes, as clang++ tells it: whole files, the headers
# they read, the templates they instantiate.
do_profile() { # [TARGET...]
  need_packages program tests clang tidy
  say 'compile everything singly with clang++ -ftime-trace: 15 to 40 minutes'
  RACEFILL_LAUNCHER=env configure build-profile -DRACEFILL_TESTS=ON \
    -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_CXX_FLAGS=-ftime-trace
  find build-profile -name '*.cpp.json' -delete
  compile build-profile "${@:-racefill}"
  local kind
  say 'files: seconds of compilation'
  find build-profile -name '*.cpp.json' | while read -r file; do
    jq -r --arg file "$file" '[.traceEvents[]
      | select(.name == "Total ExecuteCompiler")] | first
      | "\(.dur / 1e6) \($file)"' "$file"
  done | sed 's|build-profile/CMakeFiles/||; s|\.json$||' | most
  for kind in Source InstantiateClass InstantiateFunction; do
    say "$kind: seconds over all files"
    find build-profile -name '*.cpp.json' -exec jq -r --arg kind "$kind" \
      '.traceEvents[] | select(.name == $kind)
        | "\(.dur / 1e6) \(.args.detail[0:100])"' {} + | most
  done
}

most() { # adds up `SECONDS NAME` by name; prints the largest
  awk '{ seconds = $1; sub(/^[^ ]* /, ""); sum[$0] += seconds; count[$0]++ }
    END { for (name in sum) printf "%8.1f s %5d x  %s\n", sum[name], count[name], name }' |
    sort -rn | head -n 25
}
