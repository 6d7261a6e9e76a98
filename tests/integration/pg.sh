# pg.sh: a private PostgreSQL cluster and pgbouncer for one test. Source it
# after lib.sh. Works as root too: the server then runs as user postgres.
# shellcheck shell=bash

pg_dir=
pg_port=
pooler_pid=
pg_password='p@ss:w/rd %é'
pg_password_coded='p%40ss%3Aw%2Frd%20%25%C3%A9'

pg_bin() {
  local version
  for version in 15 16 17 14 13; do
    [[ -x /usr/lib/postgresql/$version/bin/initdb ]] &&
      { echo "/usr/lib/postgresql/$version/bin"; return; }
  done
  fail 'no PostgreSQL server is installed'
}

become=()
[[ $(id -u) -eq 0 ]] &&
  become=(setpriv --reuid=postgres --regid=postgres --clear-groups)

as_postgres() { # COMMAND...
  "${become[@]}" "$@"
}

# The options stand on one line: pg_ctl hands them to a shell.
pg_ctl() { # ARGUMENT...
  as_postgres "$(pg_bin)/pg_ctl" -D "$pg_dir/data" -w -l "$pg_dir/log" \
    -o "-k $pg_dir -p $pg_port" \
    -o '-c listen_addresses=127.0.0.1 -c fsync=off' \
    -o '-c max_connections=50 -c shared_buffers=64MB' "$@" >/dev/null 2>&1
}

# start_postgres: sets pg_dir, pg_port; a role racefill with a password as odd as
# passwords are, TCP by password, the socket by trust.
start_postgres() {
  pg_dir=$(mktemp -d "${TMPDIR:-/tmp}/racefill-pg-XXXXXX") || exit 1
  [[ $(id -u) -eq 0 ]] && chown postgres "$pg_dir"
  as_postgres "$(pg_bin)/initdb" -D "$pg_dir/data" -U postgres -E UTF8 \
    --locale=C.UTF-8 -A trust --no-sync >"$work/initdb.log" 2>&1 ||
    fail 'initdb fails' "$work/initdb.log"
  printf 'local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n' |
    as_postgres tee "$pg_dir/data/pg_hba.conf" >/dev/null
  local tries=0
  until pg_port=$(free_port) && pg_ctl start; do # Another may take it first.
    ((++tries < 3)) || fail 'PostgreSQL does not start' "$pg_dir/log"
  done
  sql "$(pg_socket postgres)" "CREATE ROLE racefill LOGIN
    PASSWORD '$pg_password'" || fail 'no role'
}

stop_postgres() {
  [[ -z $pg_dir ]] && return
  if [[ -n $pooler_pid ]]; then
    kill -KILL "$pooler_pid" 2>/dev/null
    wait "$pooler_pid" 2>/dev/null
  fi
  pg_ctl -m immediate stop
  rm -rf "$pg_dir"
}
more_cleanup() { stop_postgres; }

# URLs of a database: for us by the socket, for racefill by password.
pg_socket() { echo "postgresql://postgres@/$1?host=$pg_dir&port=$pg_port"; }
pg_url() { echo "postgresql://racefill@127.0.0.1:$pg_port/$1"; }
pg_secret_url() {
  echo "postgresql://racefill:$pg_password_coded@127.0.0.1:$pg_port/$1"
}
pooler_url() { echo "postgresql://postgres@/$1?host=$pg_dir&port=$pooler_port"; }

make_database() { # NAME
  sql "$(pg_socket postgres)" "CREATE DATABASE $1 OWNER racefill" ||
    fail "cannot make the database $1"
}

# start_pooler: pgbouncer in transaction mode, two server connections a pool.
start_pooler() {
  local tries=0
  pooler_port=$(free_port)
  as_postgres tee "$pg_dir/pgbouncer.ini" >/dev/null <<INI
[databases]
* = host=$pg_dir port=$pg_port user=postgres
[pgbouncer]
unix_socket_dir=$pg_dir
listen_port=$pooler_port
auth_type=any
pool_mode=transaction
default_pool_size=2
max_client_conn=50
server_idle_timeout=2
logfile=$pg_dir/pgbouncer.log
INI
  # No function here: the id must be pgbouncer's, not that of a shell around it.
  "${become[@]}" /usr/sbin/pgbouncer -q "$pg_dir/pgbouncer.ini" 2>/dev/null &
  pooler_pid=$!
  until "$(pg_bin)/pg_isready" -q -h "$pg_dir" -p "$pooler_port"; do
    ((++tries < 1200)) || fail 'pgbouncer does not start' "$pg_dir/pgbouncer.log"
    sleep 0.05
  done
}
