#!/usr/bin/env bash
# Who may include whom: the folder rules of the house, as a check.
# Usage: tests/check_includes.sh [ROOT]; prints each breach, exits 1 on any.
#
#   messages/     messages/
#   infra/ports/  plain data of messages/, infra/ports/
#   infra/        plain data of messages/, infra/
#   actors/       messages/, infra/ports/, infra/pure/, infra/log/log.hpp, itself
#   app/          everything; nobody else but its tests includes app/
set -euo pipefail

root=$(cd "${1:-"$(dirname "$0")/.."}" && pwd)
cd "$root"

breaches=0
breach() { # FILE LINE TEXT
  printf '%s:%s: %s\n' "$1" "$2" "$3"
  breaches=$((breaches + 1))
}

is_data() { # HEADER: does it only describe what travels?
  case $1 in
    messages/actors*.hpp | messages/type_ids.hpp) return 1 ;;
    messages/*) ;;
    *) return 1 ;;
  esac
}

# A file of actors/ may include its actor's headers: gatekeeper.cpp and
# gatekeeper_room.cpp both gatekeeper.hpp and all that start with `gatekeeper_`.
# What several actors share and no actor owns lies in actors/common/.
is_own_actor_header() { # FILE HEADER
  local actor=${1#actors/} other=${2#actors/}
  actor=${actor%.*} other=${other%.*}
  [[ $other == common/* ]] && return
  # The actor's name is the shortest beginning that has a header of its own.
  local part word
  for word in ${actor//_/ }; do
    part=${part:+${part}_}$word
    [[ -e actors/$part.hpp ]] || continue
    [[ $other == "$part" || $other == "$part"_* ]]
    return
  done
  return 1
}

is_allowed() { # FILE HEADER: may the file include this header of ours?
  local file=$1 header=$2
  case $file in
    messages/*) [[ $header == messages/* ]] ;;
    infra/ports/*) is_data "$header" || [[ $header == infra/ports/* ]] ;;
    infra/*) is_data "$header" || [[ $header == infra/* ]] ;;
    actors/*)
      case $header in
        messages/* | infra/ports/* | infra/pure/* | infra/log/log.hpp) ;;
        actors/*) is_own_actor_header "$file" "$header" ;;
        *) return 1 ;;
      esac
      ;;
    app/*) ;;
    # Doubles and fixtures are for all tests; app/ is for its own.
    tests/messages/* | tests/infra/* | tests/actors/*) [[ $header != app/* ]] ;;
    tests/*) ;;
    *) return 1 ;;
  esac
}

is_library_allowed() { # FILE HEADER: may the file include <this>?
  local file=$1 header=$2
  [[ $header == caf/all.hpp ]] && return 1
  case $file in
    messages/*)
      case $header in
        Poco/* | spdlog/* | simdjson* | libpq-fe.h | sqlite3.h) return 1 ;;
      esac
      ;;
    infra/ports/*)
      case $header in
        caf/expected.hpp | caf/error.hpp | caf/optional.hpp) ;;
        */*) return 1 ;;
      esac
      ;;
    infra/*)
      # Infra knows no actor.
      case $header in
        caf/*actor* | caf/event_based* | caf/behavior* | caf/send.hpp) return 1 ;;
        caf/scheduler* | caf/stateful*) return 1 ;;
      esac
      ;;
    actors/*)
      case $header in
        Poco/* | spdlog/* | simdjson* | libpq-fe.h | sqlite3.h) return 1 ;;
        caf/io/* | caf/openssl/* | sys/* | netinet/* | unistd.h) return 1 ;;
      esac
      ;;
  esac
}

check_line() { # FILE LINE DIRECTIVE
  local file=$1 line=$2 text=$3 header
  if [[ $text =~ ^[[:space:]]*#[[:space:]]*include[[:space:]]*\"([^\"]+)\" ]]; then
    header=${BASH_REMATCH[1]}
    if [[ ! -f $header ]]; then
      breach "$file" "$line" "\"$header\" is no path from the root"
    elif ! is_allowed "$file" "$header"; then
      breach "$file" "$line" "may not include \"$header\""
    fi
  elif [[ $text =~ ^[[:space:]]*#[[:space:]]*include[[:space:]]*\<([^\>]+)\> ]]; then
    header=${BASH_REMATCH[1]}
    is_library_allowed "$file" "$header" ||
      breach "$file" "$line" "may not include <$header>"
  fi
}

folders=()
for folder in messages infra actors app tests; do
  [[ -d $folder ]] && folders+=("$folder")
done
if [[ ${#folders[@]} -eq 0 ]]; then
  echo "check_includes: no sources in $root" >&2
  exit 1
fi

files=0
seen=
while IFS=: read -r file line text; do
  [[ $file == "$seen" ]] || files=$((files + 1))
  seen=$file
  check_line "$file" "$line" "$text"
done < <(grep -rnE --include='*.hpp' --include='*.cpp' \
  '^[[:space:]]*#[[:space:]]*include' "${folders[@]}")

if [[ $breaches -gt 0 ]]; then
  echo "check_includes: $breaches of the includes break the folder rules"
  exit 1
fi
echo "check_includes: $files files keep the folder rules"
