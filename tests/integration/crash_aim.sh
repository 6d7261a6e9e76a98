# crash_aim.sh: picks the instant of a kill and tells where it strikes. Source it
# after lib.sh and pg.sh; needs run_pid, dir, kind and look.
# shellcheck shell=bash

where=

is_alive() { kill -0 "$run_pid" 2>/dev/null; }

# nap MS: so long, or until the run has ended.
nap() {
  local waited
  for ((waited = 0; waited < $1; waited += 20)); do
    is_alive || return
    sleep 0.02
  done
}

# find_lock: sets lock to the byte of the write-ahead log's locks that the run
# holds: 120 inside a transaction that writes, 121 while the log is copied back.
lock=
find_lock() {
  local number type word mode pid file from rest
  lock=
  while read -r number type word mode pid file from rest; do
    [[ $pid == "$run_pid" && $mode == WRITE && ($from == 120 || $from == 121) ]] &&
      { lock=$from; return; }
  done </proc/locks
}

# The run's sessions that have written in an open transaction.
postgres_writers="SELECT 1 FROM pg_stat_activity WHERE backend_xid IS NOT NULL
  AND pid <> pg_backend_pid() AND datname = "

await_commit() { # DATABASE: at most six seconds
  local until=$((SECONDS + 6))
  if [[ $kind == sqlite ]]; then
    while is_alive && ((SECONDS < until)); do
      find_lock
      [[ -n $lock ]] && return
    done
    return
  fi
  psql -X -q "$look" >/dev/null 2>&1 <<SQL
DO \$\$ BEGIN
  FOR i IN 1..6000 LOOP
    PERFORM pg_stat_clear_snapshot();
    IF EXISTS ($postgres_writers '$1') THEN EXIT; END IF;
    PERFORM pg_sleep(0.001);
  END LOOP;
END \$\$
SQL
}

checkpoint_fresh() { echo "$dir/logs/backfill_all_tables_checkpoint.json.tmp"; }

await_checkpoint() {
  local fresh until=$((SECONDS + 6))
  fresh=$(checkpoint_fresh)
  while is_alive && ((SECONDS < until)); do
    [[ -e $fresh ]] && return
  done
}

# Of the stopped run; sets where.
look_where() { # DATABASE AIM
  if [[ -e $(checkpoint_fresh) ]]; then
    where='while the checkpoint file was written'
  elif [[ $kind == sqlite ]]; then
    find_lock
    case $lock in
      120) where='inside a transaction' ;;
      121) where='inside the copy of the log' ;;
    esac
  elif [[ -n $(sql "$look" "$postgres_writers '$1'" 2>/dev/null) ]]; then
    where='inside a transaction'
  fi
  [[ -n $where ]] && return
  case $2 in
    drain) where='at the drain' ;;
    start) where='at the start' ;;
    *) where='between' ;;
  esac
}

# Until all threads stand still; fails when the run has ended instead.
await_stop() {
  local state tries
  for ((tries = 0; tries < 1000; ++tries)); do
    state=$(ps -o stat= -p "$run_pid")
    [[ $state == T* ]] && return
    [[ -z $state || $state == Z* ]] && return 1
    sleep 0.01
  done
  fail 'the run cannot be stopped'
}

# aim_and_stop DATABASE: stops the run where it shall die, sets where; fails
# when the run had ended before.
aim_and_stop() {
  local aims=(any commit commit checkpoint start drain) aim
  aim=${aims[RANDOM % ${#aims[@]}]}
  where=
  # From the start through the gate's silence and the commits to the drain.
  case $aim in
    any) nap $((RANDOM % 6000)) ;;
    commit) nap $((RANDOM % 4000)) && await_commit "$1" ;;
    checkpoint) nap $((RANDOM % 2000)) && await_checkpoint ;;
    start) nap $((RANDOM % 300)) ;;
    drain)
      nap $((1500 + RANDOM % 3500))
      kill -TERM "$run_pid" 2>/dev/null
      nap $((RANDOM % 200))
      ;;
  esac
  kill -STOP "$run_pid" 2>/dev/null
  await_stop || return 1
  look_where "$1" "$aim"
}
