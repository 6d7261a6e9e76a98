# Any command of ./dev in a fresh Debian of another release.
# shellcheck shell=bash

elsewhere_root=

leave_elsewhere() {
  [[ -n $elsewhere_root ]] || return 0
  local each
  for each in dev/shm dev/pts dev sys proc; do
    umount -l "$elsewhere_root/$each" 2>/dev/null || true
  done
}

make_root() { # RELEASE DIR
  [[ -e $2/etc/debian_version ]] && return
  say "make a Debian $1 in $2 (two or three minutes)"
  rm -rf "$2"
  mkdir -p "$2"
  debootstrap --variant=minbase --include=git,ca-certificates,sudo "$1" "$2" \
    "${DEBIAN_MIRROR:-http://deb.debian.org/debian}" >"$2.log" 2>&1 ||
    fail "debootstrap: $(tail -n 3 "$2.log")"
  chroot "$2" useradd --create-home --shell /bin/bash dev
  echo 'dev ALL=(ALL) NOPASSWD: ALL' >"$2/etc/sudoers.d/dev"
  # An install must not start services in there.
  printf '#!/bin/sh\nexit 101\n' >"$2/usr/sbin/policy-rc.d"
  chmod 755 "$2/usr/sbin/policy-rc.d"
}

# elsewhere RELEASE [--root] COMMAND...: from a clean clone of HEAD, as a user with
# sudo or as root. The Debian and its compiler cache are kept between calls.
do_elsewhere() {
  local name=${1:-} user=dev home=/home/dev
  [[ $name == bookworm || $name == trixie ]] ||
    fail 'usage: ./dev elsewhere bookworm|trixie [--root] COMMAND...'
  shift
  if [[ ${1:-} == --root ]]; then
    user=root home=/root
    shift
  fi
  [[ $# -gt 0 ]] || fail 'name a command of ./dev to run there'
  [[ $(id -u) -eq 0 ]] || fail 'a root of another Debian is made by root: use sudo'
  need_packages elsewhere
  # Not below the tree: a clone of it must not find the tree around it.
  elsewhere_root=${RACEFILL_ELSEWHERE:-/var/tmp/racefill-elsewhere}/$name
  make_root "$name" "$elsewhere_root"
  trap leave_elsewhere EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  leave_elsewhere
  mount -t proc proc "$elsewhere_root/proc"
  mount --rbind --make-rslave /sys "$elsewhere_root/sys" 2>/dev/null || true
  mount --rbind --make-rslave /dev "$elsewhere_root/dev"
  local clone=$elsewhere_root$home/racefill
  rm -rf "$clone"
  git clone -q --no-hardlinks "$root" "$clone"
  # A proxy or a mirror of this machine is the other one's too.
  cp /etc/resolv.conf /etc/hosts "$elsewhere_root/etc/" 2>/dev/null || true
  cp -r /etc/apt/apt.conf.d/. "$elsewhere_root/etc/apt/apt.conf.d/" 2>/dev/null || true
  chroot "$elsewhere_root" chown -R "$user:$user" "$home/racefill"
  say "Debian $name: ./dev $* as $user, from a clean clone of $(git rev-parse --short HEAD)"
  local started=$SECONDS status=0
  chroot "$elsewhere_root" su - "$user" -c \
    "cd racefill && $(env | grep -iE '^(https?|no)_proxy=' | sed 's/^/export /; s/$/;/' | tr '\n' ' ') ./dev $(printf '%q ' "$@")" ||
    status=$?
  say "Debian $name: status $status after $((SECONDS - started)) s"
  return "$status"
}
