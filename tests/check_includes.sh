#!/usr/bin/env bash
# Who may include whom: the rules of the house, as a check.
# Usage: tests/check_includes.sh [ROOT]; prints each breach, exits 1 on any.
set -euo pipefail

# Each room, and what it may include besides itself and messages/. `data` stands
# for the headers of messages/ that only describe what travels: no actor's
# interface. A name with a dot is one header.
rules='
messages
infra/ports       data
infra/pure        data infra/ports
infra/log         data infra/ports infra/pure
infra/sql         data infra/ports infra/pure infra/log
infra/http        data infra/ports infra/pure infra/log
infra/racing_api  data infra/ports infra/pure infra/log
infra/files       data infra/ports infra/pure infra/log
infra/machine     data infra/ports infra/pure infra/log
infra/store       data infra/ports infra/pure infra/log infra/sql infra/files infra/machine
infra/facts       data infra/ports infra/pure infra/log infra/sql infra/store
infra/link        data infra/ports infra/log infra/files
actors            infra/ports infra/pure infra/log/log.hpp
app/config        infra/log infra/pure
app/cli           app/config
app/process       app/config infra/log
app/print         app/config app/process/exit_status.hpp infra/log/log_text.hpp infra/pure infra/files
app/simulator     infra/pure
app/wiring        actors infra app/cli app/rounds
app/rounds        actors infra app/config app/cli app/process app/wiring
app/web           infra/log infra/pure app/print app/process/part.hpp
app/monitor       actors infra/log infra/link app/print app/process/part.hpp
app/reports       infra/facts app/print app/rounds/round_range.hpp
app/commands      actors infra app
app/manual        app/config app/cli
app               app infra
tests/messages    tests infra/ports
tests/infra       tests infra
tests/actors      tests actors infra
tests             tests actors infra app
'

cd "${1:-"$(dirname "$0")/.."}"
folders=()
for folder in messages infra actors app tests; do
  [[ -d $folder ]] && folders+=("$folder")
done
if [[ ${#folders[@]} -eq 0 ]]; then
  echo "check_includes: no sources in $PWD" >&2
  exit 1
fi

grep -rnE --include='*.hpp' --include='*.cpp' \
  '^[[:space:]]*#[[:space:]]*include' "${folders[@]}" |
  RULES=$rules awk -F: '
  function breach(text) {
    printf "%s:%s: %s\n", $1, $2, text
    breaches++
  }
  function folder(path) { sub(/\/[^\/]*$/, "", path); return path }
  # The room whose name is the longest beginning of the path.
  function room(path) {
    for (path = folder(path); !(path in allowed); path = folder(path))
      if (path !~ /\//) return ""
    return path
  }
  function exists(path,   line, found) {
    found = (getline line < path) >= 0
    close(path)
    return found
  }
  function is_data(header) {
    return header ~ /^messages\// && header !~ /\/(actors[^\/]*|type_ids)\.hpp$/
  }
  # A file of actors/ may include its own actor'"'"'s headers: gatekeeper.cpp and
  # gatekeeper_room.cpp both gatekeeper.hpp and all that start with
  # `gatekeeper_`. The actor'"'"'s name is the shortest beginning that has a header.
  # What several actors share and no actor owns lies in actors/common/.
  function is_own_actor(file, header,   words, count, i, name) {
    sub(/^actors\//, "", file); sub(/^actors\//, "", header)
    if (header ~ /^common\//) return 1
    sub(/\.[ch]pp$/, "", file); sub(/\.[ch]pp$/, "", header)
    count = split(file, words, "_")
    for (i = 1; i <= count; i++) {
      name = i == 1 ? words[1] : name "_" words[i]
      if (exists("actors/" name ".hpp"))
        return header == name || index(header, name "_") == 1
    }
    return 0
  }
  function is_allowed(file, header,   from, to, may, count, i) {
    from = room(file); to = room(header)
    if (from == "" || to == "") return 0
    if (from == "actors" && to == "actors") return is_own_actor(file, header)
    if (from == to) return 1
    if (to == "messages" && allowed[from] !~ / data /) return 1
    count = split(allowed[from], may, " ")
    for (i = 1; i <= count; i++)
      if (header == may[i] || to == may[i] || index(to, may[i] "/") == 1 ||
          may[i] == "data" && is_data(header))
        return 1
    return 0
  }
  # Infra knows no actor, actors and messages no library but CAF.
  function is_library_allowed(file, header) {
    if (header == "caf/all.hpp") return 0
    if (file ~ /^(messages|actors)\// &&
        header ~ /^(Poco\/|spdlog\/|simdjson|libpq-fe\.h|sqlite3\.h)/) return 0
    if (file ~ /^actors\// &&
        header ~ /^(caf\/io\/|caf\/openssl\/|sys\/|netinet\/|unistd\.h)/) return 0
    if (file ~ /^infra\/ports\// && header ~ /\//)
      return header ~ /^caf\/(expected|error|optional)\.hpp$/
    if (file ~ /^infra\//)
      return header !~ /^caf\/(.*actor|event_based|behavior|send\.hpp|scheduler|stateful)/
    return 1
  }
  BEGIN {
    count = split(ENVIRON["RULES"], lines, "\n")
    for (i = 1; i <= count; i++)
      if (lines[i] != "") {
        split(lines[i], words, " ")
        allowed[words[1]] = substr(lines[i], length(words[1]) + 1) " "
      }
  }
  { if ($1 != seen) { files++; seen = $1 } }
  match($0, /"[^"]+"/) {
    header = substr($0, RSTART + 1, RLENGTH - 2)
    if (!exists(header)) breach("\"" header "\" is no path from the root")
    else if (!is_allowed($1, header)) breach("may not include \"" header "\"")
    next
  }
  match($0, /<[^>]+>/) {
    header = substr($0, RSTART + 1, RLENGTH - 2)
    if (!is_library_allowed($1, header)) breach("may not include <" header ">")
  }
  END {
    if (breaches) {
      print "check_includes: " breaches " of the includes break the folder rules"
      exit 1
    }
    print "check_includes: " files " files keep the folder rules"
  }'
