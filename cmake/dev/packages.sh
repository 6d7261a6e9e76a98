# What each command of ./dev needs from Debian, and how it gets there.
# shellcheck shell=bash

release() { (. /etc/os-release && printf '%s\n' "${VERSION_CODENAME:-unknown}"); }

# Some names carry the version of the release.
clang_of_release() {
  case $(release) in
    bookworm) echo 14 ;;
    trixie) echo 19 ;;
    *) apt-cache depends clang | sed -n 's/.*Depends: clang-\([0-9]*\)$/\1/p' ;;
  esac
}

packages_for() { # GROUP: the names of the packages, a line each
  case $1 in
    program)
      printf '%s\n' build-essential cmake ninja-build ccache mold git \
        ca-certificates libcaf-dev libpoco-dev libspdlog-dev libsimdjson-dev \
        libpq-dev libsqlite3-dev libssl-dev zlib1g-dev prometheus-cpp-dev \
        libncurses-dev
      ;;
    demo) printf '%s\n' jq sqlite3 ;;
    tests)
      printf '%s\n' libgtest-dev libgmock-dev libbenchmark-dev postgresql \
        pgbouncer sqlite3 jq openssl curl faketime systemd iproute2 tmux procps
      ;;
    format) printf '%s\n' clang-format ;;
    clang) printf '%s\n' clang "libclang-rt-$(clang_of_release)-dev" ;;
    tidy) printf '%s\n' clang-tidy jq ;;
    package) printf '%s\n' dpkg-dev file fakeroot adduser lintian man-db ;;
    boot) printf '%s\n' debootstrap systemd-container procps ;;
    elsewhere) printf '%s\n' debootstrap ;;
    *) fail "no group of packages is called $1" ;;
  esac
}

missing_packages() { # GROUP...
  local group name
  for group in "$@"; do
    packages_for "$group"
  done | sort -u | while read -r name; do
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null) == \
      installed ]] || printf '%s\n' "$name"
  done
}

need_packages() { # GROUP...
  command -v dpkg-query >/dev/null ||
    fail "this script installs what it needs on Debian 12 and 13; on another" \
      "system install the like of:" $(for group in "$@"; do packages_for "$group"; done)
  local missing become=()
  mapfile -t missing < <(missing_packages "$@")
  [[ ${#missing[@]} -eq 0 ]] && return
  if [[ $(id -u) -ne 0 ]]; then
    command -v sudo >/dev/null ||
      fail "neither root nor sudo; ask someone who is to run:" \
        "apt-get install --no-install-recommends ${missing[*]}"
    become=(sudo)
  fi
  say "install ${#missing[@]} Debian packages (a minute or two): ${missing[*]}"
  "${become[@]}" apt-get update -qq ||
    fail "apt-get update failed; is the network up?"
  "${become[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
    --no-install-recommends "${missing[@]}" >/dev/null ||
    fail "apt-get install failed; see the lines above"
}

# The integration test of metrics and alerts wants a real Prometheus. Installing
# Debian's package would start a service; unpacked it is two programs.
fetch_prometheus() {
  command -v prometheus >/dev/null && command -v promtool >/dev/null && return
  local dir=build/tools
  [[ -x $dir/prometheus/usr/bin/promtool ]] && return
  mkdir -p "$dir"
  (cd "$dir" && apt-get download -qq prometheus &&
    dpkg-deb -x prometheus_*.deb prometheus) >/dev/null 2>&1 ||
    echo 'dev: no prometheus to be had; its test will be skipped'
  rm -f "$dir"/prometheus_*.deb
}

# The page's test wants a browser. Without one it is skipped, with a word.
fetch_browser() {
  command -v chromium >/dev/null && return
  local get=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq
    --no-install-recommends chromium)
  [[ $(id -u) -eq 0 ]] || get=(sudo -n "${get[@]}")
  echo 'installs the Debian package chromium'
  # A slow network must not end an installation half-way.
  { timeout 200 "${get[@]}" --download-only && "${get[@]}"; } >/dev/null 2>&1 ||
    echo 'dev: no chromium to be had; the test of the page will be skipped'
}

fetch_watchers() {
  fetch_prometheus
  fetch_browser
}
