#!/usr/bin/env bash
# tsan.sh: the real program under ThreadSanitizer, from an empty database to the
# last page. Debian's CAF is no use for that: its atomics are invisible, so every
# message looks like a race. So libcaf_core is built anew from the source package
# with -fsanitize=thread (once; kept in build-tsan/caf).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
dir=$root/build-tsan
jobs=${JOBS:-2}
mkdir -p "$dir/caf"

fail() {
  printf 'tsan: %s\n' "$*" >&2
  exit 1
}

# The upstream archive of the very version that is installed.
fetch_caf() {
  local apt=(-o Dir::Etc::sourceparts=/nonexistent
    -o "Dir::Etc::sourcelist=$dir/caf/src.sources"
    -o "Dir::State::lists=$dir/caf/lists" -o APT::Sandbox::User=root)
  mkdir -p "$dir/caf/lists/partial"
  cat >"$dir/caf/src.sources" <<TEXT
Types: deb-src
URIs: http://deb.debian.org/debian
Suites: $(. /etc/os-release && echo "$VERSION_CODENAME")
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
TEXT
  (cd "$dir/caf" && apt-get -qq "${apt[@]}" update &&
    apt-get -qq "${apt[@]}" --download-only --tar-only source actor-framework) ||
    fail 'no source of CAF is to be had'
  tar -C "$dir/caf" -xf "$dir"/caf/actor-framework_*.orig.tar.gz
}

build_caf() {
  local library=$dir/caf/lib sources
  [[ -e $library/libcaf_core.so ]] && return
  compgen -G "$dir/caf/actor-framework-*/libcaf_core" >/dev/null || fetch_caf
  sources=$(echo "$dir"/caf/actor-framework-*/libcaf_core)
  mkdir -p "$dir/caf/objects" "$library"
  find "$sources/src" -name '*.cpp' | sort |
    xargs -P "$jobs" -I{} sh -c 'g++ -std=c++17 -O1 -g1 -fPIC -pthread \
      -fsanitize=thread -Wno-tsan -c "$1" \
      -o "$2/$(echo "$1" | md5sum | cut -c1-16).o"' sh {} "$dir/caf/objects" ||
    fail 'CAF does not build'
  local soname
  soname=$(basename "$(ldconfig -p | awk '/libcaf_core\.so\.[0-9]/ { print $NF; exit }')")
  g++ -shared -fsanitize=thread -pthread -Wl,-soname,"$soname" \
    -o "$library/$soname" "$dir"/caf/objects/*.o
  ln -sf "$soname" "$library/libcaf_core.so"
}

build_ours() {
  cmake -S . -B "$dir" -G Ninja -DRACEFILL_SANITIZE=thread \
    -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_FLAGS='-O1 -Wno-tsan' \
    -DCMAKE_CXX_COMPILER_LAUNCHER="$(command -v ccache || true)" >"$dir/cmake.log" ||
    fail "cmake: see $dir/cmake.log"
  ninja -C "$dir" -j "$jobs" racefill compare_truth
}

build_caf
build_ours
export LD_LIBRARY_PATH=$dir/caf/lib
# No suppressions: to pass a library by would also hide the locks that it takes,
# and with them why its threads do not race.
export TSAN_OPTIONS=halt_on_error=0:exitcode=66:history_size=4
RACEFILL=$dir/racefill COMPARE_TRUTH=$dir/compare_truth \
  exec tests/integration/threads_test.sh
