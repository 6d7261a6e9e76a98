#!/usr/bin/env bash
# package_test.sh DEB: the package's whole life in a scratch root: this system's
# own files below, everything written above them and thrown away at the end.
# Needs root, and a kernel with overlayfs.
set -uo pipefail
deb=$(realpath "${1:?name the package}")

if [[ ${PACKAGE_TEST_INSIDE:-} != yes ]]; then
  [[ $(id -u) -eq 0 ]] || {
    echo 'SKIP package_test: it needs root'
    exit 77
  }
  scratch=$(mktemp -d) || exit 1
  # The mounts live and die with this namespace.
  unshare --mount bash -c '
    set -e
    mount -t tmpfs tmpfs "$1"
    mkdir "$1/upper" "$1/work" "$1/root"
    mount -t overlay overlay \
      -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root" || exit 77
    mount -t proc proc "$1/root/proc"
    mount --bind /dev "$1/root/dev"
    # Lower mounts are not part of the overlay: the two files go along.
    mkdir -p "$1/root/tmp/package-test"
    cp "$2" "$1/root/tmp/package-test/racefill.deb"
    cp "$3" "$1/root/tmp/package-test/test.sh"
    PACKAGE_TEST_INSIDE=yes exec chroot "$1/root" \
      /bin/bash /tmp/package-test/test.sh /tmp/package-test/racefill.deb
  ' _ "$scratch" "$deb" "$(realpath "$0")"
  status=$?
  rmdir "$scratch"
  [[ $status -ne 77 ]] || echo 'SKIP package_test: no overlayfs here'
  exit "$status"
fi

export DEBIAN_FRONTEND=noninteractive LC_ALL=C
cd /tmp/package-test || exit 1
step=start
fail() {
  echo "FAIL package_test: $step: $*"
  exit 1
}
begin() {
  step=$1
  echo "- $step"
}

begin install
dpkg -i "$deb" >log 2>&1 || fail "$(tail -n 5 log)"
racefill --version | grep -q '^racefill [0-9]' || fail 'it does not start'
RACING_API_USERNAME=a RACING_API_PASSWORD=b racefill check-config \
  --state-dir /tmp --db sqlite:/tmp/package-test/x.db >log 2>&1 ||
  fail "check-config: $(tail -n 5 log)"
getent passwd racefill >/dev/null || fail 'there is no user racefill'
[[ $(stat -c %a /etc/racefill/racefill.conf) == 644 ]] || fail 'the conf file'
systemd-analyze verify /lib/systemd/system/racefill.service >log 2>&1 ||
  fail "the unit: $(grep racefill log)"
for page in 1/racefill.1 5/racefill.conf.5; do
  [[ -s /usr/share/man/man$page.gz ]] || {
    # A slim system is told to leave man pages and docs out.
    grep -rqs '^path-exclude.*/usr/share/man' /etc/dpkg/dpkg.cfg.d ||
      fail "no man page $page"
  }
done
bash -c '. /usr/share/bash-completion/completions/racefill
  COMP_WORDS=(racefill ser) COMP_CWORD=1; _racefill
  [[ ${COMPREPLY[*]} == serve ]]
  COMP_WORDS=(racefill run --set gate.req) COMP_CWORD=3; _racefill
  [[ ${COMPREPLY[*]} == gate.requests= ]]' 2>/dev/null ||
  fail 'the completions of bash'

begin 'upgrade keeps an edited conf file'
echo '# mine' >>/etc/racefill/racefill.conf
dpkg-deb -R "$deb" newer
sed -i 's/^Version: .*/Version: 99.0/' newer/DEBIAN/control
echo '# new in 99.0' >>newer/etc/racefill/racefill.conf
dpkg-deb --root-owner-group -b newer newer.deb >/dev/null
dpkg --force-confdef --force-confold -i newer.deb >log 2>&1 ||
  fail "$(tail -n 5 log)"
grep -qx '# mine' /etc/racefill/racefill.conf || fail 'the edit is gone'
grep -qx '# new in 99.0' /etc/racefill/racefill.conf.dpkg-dist ||
  fail 'the new conf file is not laid beside it'

begin 'remove keeps conf and data'
mkdir -p /var/lib/racefill/logs
echo data >/var/lib/racefill/racefill.db
dpkg -r racefill >log 2>&1 || fail "$(tail -n 5 log)"
[[ ! -e /usr/bin/racefill ]] || fail 'the program is still there'
grep -qx '# mine' /etc/racefill/racefill.conf || fail 'the conf file is gone'
[[ -s /var/lib/racefill/racefill.db ]] || fail 'the data are gone'

begin 'purge takes all but the database'
dpkg -P racefill >log 2>&1 || fail "$(tail -n 5 log)"
[[ ! -e /etc/racefill/racefill.conf ]] || fail 'the conf file is left'
[[ ! -e /var/lib/racefill/logs ]] || fail 'the logs are left'
[[ -s /var/lib/racefill/racefill.db ]] || fail 'the data are gone'
grep -q 'is kept' log || fail 'nobody says that the database is kept'

echo 'PASS package_test'
