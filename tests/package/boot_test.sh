#!/usr/bin/env bash
# boot_test.sh DEB: the package's service under a systemd that has booted: a fresh
# Debian in a container, the package installed by apt, the unit started, reloaded,
# killed, hung, wrongly configured and stopped. Needs root and the packages
# debootstrap and systemd-container. DEBIAN_ROOT names a Debian made before (or to
# be made, and kept), so that the next time takes no download.
set -uo pipefail
deb=$(realpath "${1:?name the package}")
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
step=start
machine=
base=${DEBIAN_ROOT:-}
scratch=$(mktemp -d /var/tmp/racefill-boot-XXXXXX) || exit 1
root=$scratch/root

fail() {
  echo "FAIL boot_test: $step: $*"
  exit 1
}
begin() {
  step=$1
  echo "- $step"
}
skip() {
  echo "SKIP boot_test: $*"
  exit 77
}

cleanup() {
  if [[ -n $machine ]]; then
    # With its first process the whole machine ends; nspawn alone would leave it.
    kill -KILL "$(init_of_machine)" 2>/dev/null || kill -KILL "$machine" 2>/dev/null
    wait "$machine" 2>/dev/null
  fi
  umount -l "$root" "$scratch/nspawn" 2>/dev/null
  [[ -n $own_run ]] && umount -l /run/systemd/nspawn 2>/dev/null
  rm -rf --one-file-system "$scratch"
}
own_run=
trap cleanup EXIT
trap 'exit 130' INT TERM

[[ $(id -u) -eq 0 ]] || skip 'it needs root'
for tool in debootstrap systemd-nspawn nsenter; do
  command -v "$tool" >/dev/null ||
    skip "no $tool; apt-get install debootstrap systemd-container"
done

begin 'a fresh Debian'
base=${base:-$scratch/base}
if [[ ! -e $base/etc/debian_version ]]; then
  debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,ca-certificates \
    bookworm "$base" "$mirror" >"$scratch/log" 2>&1 ||
    fail "debootstrap: $(tail -n 3 "$scratch/log")"
fi
# Whatever the machine writes is thrown away; the base stays as it is.
mkdir -p "$scratch/upper" "$scratch/work" "$root"
mount -t overlay overlay \
  -o "lowerdir=$base,upperdir=$scratch/upper,workdir=$scratch/work" "$root" ||
  skip 'no overlayfs here'
cp "$deb" "$root/root/racefill.deb"
cp /etc/resolv.conf "$root/etc/resolv.conf"

begin 'the package, by apt'
chroot "$root" sh -c 'apt-get -qq update && DEBIAN_FRONTEND=noninteractive \
  apt-get -qq -y --no-install-recommends install /root/racefill.deb' \
  >"$scratch/log" 2>&1 || fail "$(tail -n 5 "$scratch/log")"

begin 'boot'
# Where systemd did not boot the host itself, nspawn misses a tmpfs in /run.
mkdir -p /run/systemd/nspawn
if [[ $(stat -f -c %T /run/systemd/nspawn) != tmpfs ]]; then
  mount -t tmpfs tmpfs /run/systemd/nspawn || skip 'no tmpfs in /run'
  own_run=yes
fi
systemd-nspawn -D "$root" --machine=racefill-boot --register=no --keep-unit \
  --boot >"$scratch/console" 2>&1 </dev/null &
machine=$!

init_of_machine() { pgrep -P "$machine" -x systemd; }
inside() { # COMMAND...: in the container
  nsenter --target "$(init_of_machine)" --mount --uts --ipc --net --pid \
    --root --wdns=/ -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
    "$@"
}
await() { # WHAT SECONDS COMMAND...
  local what=$1 until=$((SECONDS + $2))
  shift 2
  until "$@" >/dev/null 2>&1; do
    kill -0 "$machine" 2>/dev/null || skip "nspawn: $(tail -n 2 "$scratch/console")"
    ((SECONDS < until)) || fail "in vain: $what: $(inside systemctl status \
      racefill 2>&1 | tail -n 15)"
    sleep 0.3
  done
}
booted() { inside systemctl is-active multi-user.target; }
await 'the machine is up' 60 booted

show() { inside systemctl show -p "$1" --value racefill; }
says() { inside journalctl -q -u racefill -o cat | grep -qE -- "$1"; }
status_is() { [[ $(show StatusText) =~ $1 ]]; }
is() { [[ $(show "$1") == "$2" ]]; }

begin 'a provider, an account, a conf'
inside systemd-run -q --unit simulator --setenv SIM_USERNAME=demo \
  --setenv SIM_PASSWORD=demo /usr/bin/racefill simulate --seed 5 \
  --races-per-day 3 --horses 0.05 --port-file /run/simulator.json ||
  fail 'systemd-run'
await 'the simulator listens' 30 test -s "/proc/$(init_of_machine)/root/run/simulator.json"
url=$(inside sed -n 's/.*"url": *"\([^"]*\)".*/\1/p' /run/simulator.json)
mkdir -p "$root/etc/credstore"
printf 'username=demo\npassword=demo\n' >"$root/etc/credstore/racefill.racing_api"
chmod 600 "$root/etc/credstore/racefill.racing_api"
set_conf() { # LINE...
  {
    echo "api.url = $url"
    echo 'run.start_date = 2024-03-01'
    echo 'run.end_date = 2024-03-02'
    printf '%s\n' "$@"
  } >"$root/etc/racefill/racefill.conf"
}
set_conf

begin 'start: ready, with a status line'
inside systemctl start racefill || fail "$(inside journalctl -q -u racefill -o cat |
  tail -n 5)"
is ActiveState active && is SubState running || fail 'it does not run'
await 'the status line' 30 status_is '(racecards|horses): '
pid=$(show MainPID)
[[ $(inside stat -c %U "/proc/$pid") == racefill ]] || fail 'it is not user racefill'
inside grep -q demo "/proc/$pid/environ" "/proc/$pid/cmdline" &&
  fail 'the account is in its environment or its words'

begin 'reload'
set_conf 'concurrency.racecard_fetchers = 1'
inside systemctl reload racefill || fail 'reload'
await 'it takes the settings over' 30 says 'scales racecard_fetcher from=4 to=1'

begin 'kill -9: it is started again and goes on'
# The unit waits 15 s between two starts, and 120 s for a sign of life.
inside mkdir -p /run/systemd/system/racefill.service.d
printf '[Service]\nRestartSec=1\nWatchdogSec=6\n' |
  inside tee /run/systemd/system/racefill.service.d/test.conf >/dev/null
inside systemctl daemon-reload
inside sh -c "kill -KILL $pid"
started_again() { is ActiveState active && [[ $(show MainPID) != "$pid" ]]; }
await 'the second start' 60 started_again
await 'the range is settled' 240 status_is 'idle: next round'

begin 'it hangs: the watchdog ends it'
pid=$(show MainPID)
inside sh -c "kill -STOP $pid"
await 'the start after the hang' 90 started_again
barked() { inside journalctl -q -u racefill | grep -q -i watchdog; }
await 'it was the watchdog' 20 barked # The journal may be a moment late.

begin 'stop: drained, and nothing to complain of'
await 'it rests again' 240 status_is 'idle: next round'
inside systemctl stop racefill || fail 'stop'
is Result success || fail "the result is $(show Result)"
is ExecMainStatus 0 || fail "exit status $(show ExecMainStatus)"

# The unit hides other users' processes, so the service cannot look them up.
begin 'a run of another user keeps the lease until it is dead'
rounds() { inside journalctl -q -u racefill -o cat | grep -c 'serve begins a round'; }
begins() { (($(rounds) > before)); }
before=$(rounds)
inside mkdir -p /root/byhand
inside systemd-run -q --unit byhand --setenv RACING_API_USERNAME=demo \
  --setenv RACING_API_PASSWORD=demo /usr/bin/racefill run --non-interactive \
  --db sqlite:/var/lib/racefill/racefill.db --state-dir /root/byhand \
  --api-url "$url" --start-date 2024-03-01 --end-date 2024-03-30 ||
  fail 'systemd-run'
works() { inside journalctl -q -u byhand -o cat | grep -q 'restored the ledger'; }
await 'the run of root' 30 works
inside systemctl start racefill || fail 'a taken lease stops the start'
await 'the service waits' 30 says 'serve waits for the lease'
sleep 7 # It looks again each five seconds.
begins && fail 'it took the lease from a run that goes on'
inside systemctl is-active -q byhand || fail 'the run of root is gone'
inside systemctl kill -s KILL byhand
# At once where it can see that the process is gone; else when the lease runs out.
await 'the service takes over' 90 begins
inside systemctl stop racefill || fail 'stop'

begin 'what a restart cannot heal is not restarted'
set_conf 'gate.requests = many'
inside systemctl start racefill 2>/dev/null && fail 'a wrong conf starts'
await 'it stays down' 20 is ActiveState failed
is ExecMainStatus 2 || fail "exit status $(show ExecMainStatus)"
says 'gate.requests' || fail 'the journal does not name the key'
sleep 3
is ActiveState failed || fail 'it is started again'
inside systemctl reset-failed racefill
set_conf
printf 'username=demo\npassword=WRONG\n' >"$root/etc/credstore/racefill.racing_api"
inside rm /var/lib/racefill/racefill.db
inside systemctl start racefill || fail 'credentials are looked at by the API alone'
await 'the API refuses the account' 30 is ActiveState failed
is ExecMainStatus 4 || fail "exit status $(show ExecMainStatus)"
sleep 3
is ActiveState failed || fail 'it is started again'

echo "PASS boot_test in $SECONDS s"
