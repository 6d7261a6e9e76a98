#!/usr/bin/env bash
# The way to the server: TLS, passwords, names and rights. What is right gets in
# by each of its ways; what is wrong gets one line that says what and what to
# do, its exit status, and leaves nothing half-written.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/pg.sh"
begin postgres_tls_test

log_line='^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z (debug|info|warn|error)'
checks=0
# Nothing of the caller's own may open or bar the way.
export HOME=$work/home
mkdir -p "$HOME"
unset PGHOST PGPORT PGUSER PGDATABASE PGSSLMODE PGSSLROOTCERT

# -- the server and its certificates ------------------------------------------------

make_authority() { # NAME
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$1 authority" \
    -keyout "$work/$1.key" -out "$work/$1.crt" 2>/dev/null ||
    fail "no authority $1"
}

make_certificate() { # NAME SUBJECT-ALTERNATIVE-NAME
  openssl req -newkey rsa:2048 -nodes -subj "/CN=$1" \
    -keyout "$work/$1.key" -out "$work/$1.csr" 2>/dev/null &&
    openssl x509 -req -days 2 -in "$work/$1.csr" -CA "$work/good.crt" \
      -CAkey "$work/good.key" -CAcreateserial -out "$work/$1.crt" \
      -extfile <(echo "subjectAltName=$2") 2>/dev/null ||
    fail "no certificate $1"
}

admin() { sql "$(pg_socket "${2:-postgres}")" "$1" || fail "admin: $1"; }

# speak_tls CERTIFICATE: the server shows it from the next connection on.
speak_tls() {
  install -m 600 "$work/$1.key" "$pg_dir/server.key"
  install -m 644 "$work/$1.crt" "$pg_dir/server.crt"
  [[ $(id -u) -eq 0 ]] && chown postgres "$pg_dir"/server.{key,crt}
  admin "ALTER SYSTEM SET ssl_cert_file = '$pg_dir/server.crt'"
  admin "ALTER SYSTEM SET ssl_key_file = '$pg_dir/server.key'"
  admin 'ALTER SYSTEM SET ssl = on'
  pg_ctl -m fast restart || fail 'no restart with TLS' "$pg_dir/log"
}

make_authority good
make_authority other
make_certificate right 'IP:127.0.0.1,DNS:localhost'
make_certificate elsewhere 'DNS:db.example'
start_postgres
make_database racing
start_simulator "$work/sim" "${small_world[@]}" --limit 50

# -- what is tried ------------------------------------------------------------------

# attempt NAME URL [ARGUMENT...]: one day into that database.
attempt() {
  local name=$1 url=$2
  shift 2
  dir=$work/${name//[^A-Za-z0-9]/_}
  run_racefill "$dir" "$url" --start-date "$first_day" \
    --end-date "$first_day" --fast "$@"
}

told_no_secret() { # NAME
  grep -qF -e "$pg_password" -e SECRET "$dir/out" "$dir/err" &&
    fail "$1: tells the password"
  checks=$((checks + 1))
}

# refused NAME STATUS PATTERN URL [ARGUMENT...]: by one line, and nothing is
# written.
refused() {
  local name=$1 wanted=$2 pattern=$3 lines before
  shift 3
  before=$(contents)
  attempt "$name" "$@"
  expect_status "$wanted" "$dir" "$name"
  lines=$(grep -Ev "$log_line" "$dir/err")
  [[ $(grep -c . <<<"$lines") -eq 1 && $lines == racefill:\ * ]] ||
    fail "$name: expected one line of ours" "$dir/err"
  grep -Eq -- "$pattern" <<<"$lines" ||
    fail "$name: the line does not say $pattern: $lines"
  [[ $(contents) == "$before" ]] || fail "$name: something was written"
  told_no_secret "$name"
  say "$name: $lines"
}

# Every table of the database and how many rows were ever written to it.
contents() {
  pg_running || return 0
  PGPASSFILE=/nonexistent sql "$(pg_socket racing)" "SELECT c.relname, pg_relation_size(c.oid)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' ORDER BY 1"
}
pg_running() { [[ -S $pg_dir/.s.PGSQL.$pg_port ]]; }

let_in() { # NAME URL [ARGUMENT...]: the day is stored and settled.
  local name=$1
  attempt "$@"
  expect_status 0 "$dir" "$name"
  told_no_secret "$name"
  say "$name: let in"
}

used_tls() { # yes|no: whether the server's log shows TLS for racefill's last login
  local last
  last=$(grep -a 'connection authorized: user=racefill' "$pg_dir/log" | tail -n 1)
  if [[ $last == *SSL\ enabled* ]]; then [[ $1 == yes ]]; else [[ $1 == no ]]; fi ||
    fail "TLS should be: $1; the server says: $last"
}

url=$(pg_url racing)
with_password() { RACEFILL_DB=$(pg_secret_url racing)$1; export RACEFILL_DB; }
admin 'ALTER SYSTEM SET log_connections = on'

# -- a server without TLS -----------------------------------------------------------

for mode in require verify-ca verify-full; do
  with_password "?sslmode=$mode"
  refused "no TLS, $mode" 3 'no TLS.*sslmode' "$url?sslmode=$mode"
done
with_password '?sslmode=requier'
refused 'misspelt sslmode' 2 'sslmode.*requier.*require' "$url?sslmode=requier"
with_password '?sslmode='
refused 'empty sslmode' 2 'sslmode' "$url?sslmode="

# -- TLS ----------------------------------------------------------------------------

speak_tls right
ca=sslrootcert=$work/good.crt
with_password '?sslmode=require'
let_in 'require' "$url?sslmode=require"
used_tls yes
for mode in verify-ca verify-full; do
  with_password "?sslmode=$mode&$ca"
  let_in "$mode" "$url?sslmode=$mode&$ca"
  used_tls yes
  with_password "?sslmode=$mode&sslrootcert=$work/other.crt"
  refused "unknown authority, $mode" 3 'certificate.*sslrootcert' \
    "$url?sslmode=$mode&sslrootcert=$work/other.crt"
  # By the system's authorities, which do not know this one.
  with_password "?sslmode=$mode"
  refused "authority not named, $mode" 3 'certificate.*sslrootcert' \
    "$url?sslmode=$mode"
  with_password "?sslmode=$mode&sslrootcert=$work/nowhere.crt"
  refused "authority's file is missing, $mode" 3 'nowhere.crt' \
    "$url?sslmode=$mode&sslrootcert=$work/nowhere.crt"
done
by_name=postgresql://racefill@localhost:$pg_port/racing
RACEFILL_DB=${by_name/racefill@/racefill:$pg_password_coded@}"?sslmode=verify-full&$ca"
let_in 'by name' "$by_name?sslmode=verify-full&$ca"
used_tls yes

speak_tls elsewhere
with_password "?sslmode=verify-ca&$ca"
let_in 'another host, verify-ca' "$url?sslmode=verify-ca&$ca"
with_password "?sslmode=verify-full&$ca"
refused 'another host, verify-full' 3 'db.example.*127.0.0.1.*host name' \
  "$url?sslmode=verify-full&$ca"

# -- passwords ----------------------------------------------------------------------

unset RACEFILL_DB
refused 'no password' 3 'no password.*RACEFILL_DB.*pgpass' "$url"
RACEFILL_DB=postgresql://racefill:SECRET@127.0.0.1:$pg_port/racing
export RACEFILL_DB
refused 'wrong password' 3 'password authentication failed.*check the password' \
  "$url"
nobody=${url/racefill@/nobody_here@}
RACEFILL_DB=${nobody/@/:SECRET@} refused 'wrong user' 3 \
  'nobody_here.*check the password' "$nobody"
# A password goes only to the server that it was given for.
refused 'password of another URL' 3 'no password' "$url?sslmode=require"
unset RACEFILL_DB

pass_entry() { # The password as ~/.pgpass wants it.
  local x=${pg_password//\\/\\\\} # Backslashes first.
  printf '127.0.0.1:%s:racing:racefill:%s\n' "$pg_port" "${x//:/\\:}"
}
odd_passwords=("$pg_password" "it's \\ \"\$HOME\" \`x\` 100%" ' spaces: #=&?'
  $'gr\xc3\xbc\xc3\x9f \xe9\xa6\xac')
pg_password_kept=$pg_password
for pg_password in "${odd_passwords[@]}"; do
  admin "ALTER ROLE racefill PASSWORD \$odd\$$pg_password\$odd\$"
  n=$((${n:-0} + 1))
  (umask 077 && pass_entry >"$work/pass$n" && cp "$work/pass$n" "$HOME/.pgpass" &&
    printf '%s\n' "$pg_password" >"$work/secret$n")
  let_in "password $n in ~/.pgpass" "$url"
  rm "$HOME/.pgpass"
  PGPASSFILE=$work/pass$n let_in "password $n in PGPASSFILE" "$url"
  let_in "password $n by passfile" "$url?passfile=$work/pass$n"
  let_in "password $n in a file" "$url" \
    --set "database.password_file=$work/secret$n"
  coded=$(jq -rn --arg x "$pg_password" '$x | @uri')
  RACEFILL_DB=postgresql://racefill:$coded@127.0.0.1:$pg_port/racing \
    let_in "password $n in RACEFILL_DB" "$url"
done
pg_password=$pg_password_kept
admin "ALTER ROLE racefill PASSWORD '$pg_password'"
(umask 077 && pass_entry >"$work/pass" &&
  printf '%s\n' "$pg_password" >"$work/secret")

chmod 644 "$work/secret"
refused 'readable password file' 2 'secret.*open to others.*chmod 600' "$url" \
  --set "database.password_file=$work/secret"
chmod 644 "$work/pass"
PGPASSFILE=$work/pass refused 'readable PGPASSFILE' 3 \
  'no password.*pass.*open to others.*chmod 600' "$url"
cp "$work/pass" "$HOME/.pgpass"
chmod 640 "$HOME/.pgpass"
refused 'readable pgpass' 3 'no password.*\.pgpass.*open to others.*chmod 600' \
  "$url"
rm "$HOME/.pgpass"
chmod 600 "$work/pass"

# -- names and rights ---------------------------------------------------------------

export PGPASSFILE=$work/pass
printf '127.0.0.1:*:*:*:%s\n' SECRET >>"$work/pass"
admin "CREATE ROLE weak LOGIN PASSWORD 'SECRET'"
admin "CREATE ROLE sleeping NOLOGIN PASSWORD 'SECRET'"
for role in weak racefill; do
  printf '127.0.0.1:%s:%s:%s:SECRET\n' "$pg_port" elsewhere "$role"
done >>"$work/pass"
elsewhere() { echo "postgresql://$1@127.0.0.1:$pg_port/$2"; }
refused 'wrong database' 3 '"elsewhere" does not exist.*name in the URL' \
  "$(elsewhere weak elsewhere)"
refused 'no login' 3 'not permitted to log in' "$(elsewhere sleeping racing)"
refused 'role without rights' 3 'permission denied.*postgres-role.sql' \
  "$(elsewhere weak racing)"
admin 'CREATE DATABASE closed OWNER racefill'
admin 'REVOKE CONNECT ON DATABASE closed FROM PUBLIC'
refused 'role that may not connect' 3 'permission denied.*postgres-role.sql' \
  "$(elsewhere weak closed)"
admin 'CREATE DATABASE bare OWNER racefill'
admin 'REVOKE CREATE ON SCHEMA public FROM PUBLIC' bare
refused 'role that may not create' 3 'permission denied.*owner.*racefill migrate' \
  "$(elsewhere weak bare)"
refused 'nobody listens' 3 'refused.*(server|host)' \
  'postgresql://racefill@127.0.0.1:1/racing'
refused 'no such host' 3 'no-such-host' \
  'postgresql://racefill@no-such-host.invalid/racing'

# -- tables and ledgers -------------------------------------------------------------

admin "UPDATE racefill_meta SET value = '99' WHERE name = 'schema_version'" racing
refused 'newer ledger' 3 'version 99.*newer program' "$url"
before=$(contents)
"$RACEFILL" migrate --db "$url" >"$dir/out" 2>"$dir/err"
[[ $? -eq 3 ]] || fail 'migrate takes a newer ledger' "$dir/out" "$dir/err"
[[ $(contents) == "$before" ]] || fail 'migrate wrote into a newer ledger'
admin "UPDATE racefill_meta SET value = '0' WHERE name = 'schema_version'" racing
refused 'unreadable ledger' 3 'schema_version.*backup' "$url"
admin 'SET client_min_messages = warning;
  DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION racefill' racing
admin 'CREATE TABLE ra_jockeys (id integer, name text);
  ALTER TABLE ra_jockeys OWNER TO racefill' racing
refused 'foreign shape' 3 'ra_jockeys.*foreign shape' "$url"
admin 'DROP TABLE ra_jockeys; CREATE VIEW ra_courses AS SELECT 1 AS course_id;
  ALTER VIEW ra_courses OWNER TO racefill' racing
refused 'a view' 3 'ra_courses.*foreign shape.*view.*rename' "$url"
admin 'DROP VIEW ra_courses' racing
let_in 'at last' "$url"

# -- a server that speaks German ----------------------------------------------------

# By its SQLSTATE every error keeps its class and its hint, whatever the words.
pg_ctl -m fast stop
LANGUAGE=de pg_ctl -o '-c lc_messages=C.UTF-8' start ||
  fail 'no server that speaks German' "$pg_dir/log"
german=$(psql -X -d "$(pg_socket nowhere)" -c '' 2>&1)
if [[ $german == *existiert\ nicht* ]]; then
  refused 'German: wrong password' 3 'fehlgeschlagen.*check the password' \
    "${url/racefill@/weaker@}"
  refused 'German: wrong database' 3 'existiert nicht.*name in the URL' \
    "$(elsewhere weak elsewhere)"
  refused 'German: no login' 3 'check the user' "$(elsewhere sleeping racing)"
  refused 'German: may not connect' 3 'postgres-role.sql' \
    "$(elsewhere weak closed)"
  refused 'German: without rights' 3 'postgres-role.sql' \
    "$(elsewhere weak racing)"
  let_in 'German' "$url"
else
  say "German: skipped, the server has no German texts: $german"
fi

pg_ctl -m fast stop
refused 'server down' 3 'refused.*(server|host)' "$url"
stop_simulator
((checks >= 50)) || fail "only $checks ways were tried"
finish
