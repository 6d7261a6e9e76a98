#include <algorithm>

#include "app/cli/cli_table_parts.hpp"
#include "app/config/nearest.hpp"
#include "app/config/setting_keys.hpp"
#include "app/config/setting_values.hpp"

namespace racefill {
namespace {

using words = std::vector<std::string>;

std::string set_interval(invocation& x, const std::string& value) {
  std::int32_t seconds = 0;
  if (!read(value, seconds) || seconds < 1 || seconds > 86400)
    return "must be 1 to 86400 seconds";
  x.interval_seconds = seconds;
  return {};
}

std::string set_attach(invocation& x, const std::string& value) {
  const auto colon = value.rfind(':');
  std::int32_t port = 0;
  if (colon == std::string::npos || colon == 0
      || !read(std::string_view{value}.substr(colon + 1), port) || port < 1
      || port > 65535)
    return "must be HOST:PORT, as in 127.0.0.1:4711";
  auto host = value.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2); // An IPv6 address.
  x.attach_host = std::move(host);
  x.attach_port = port;
  return {};
}

option_spec attach() {
  return with_value("--attach", "HOST:PORT",
                    "the service to talk to (monitor.host, monitor.port)",
                    set_attach);
}

std::string set_client(invocation& x, const std::string& value) {
  x.client_file = value;
  return {};
}

std::string set_export_client(invocation& x, const std::string& value) {
  x.export_client_file = value;
  return {};
}

option_spec client() {
  return with_value("--client", "FILE",
                    "papers exported on the service's host (this host's)",
                    set_client);
}

std::string take_retry_days(invocation& x, const words& rest) {
  x.verb = ctl_verb::retry;
  if (rest == words{"failed"})
    return {};
  for (const auto& word : rest) {
    const auto day = parse_date(word);
    if (!day)
      return "ctl retry " + word + ": no such day; use YYYY-MM-DD or failed";
    x.retry_days.push_back(*day);
  }
  return rest.empty() ? "ctl retry needs DATE... or failed" : std::string{};
}

std::string take_change(invocation& x, const words& rest) {
  x.verb = ctl_verb::set;
  const auto equals = rest.size() == 1 ? rest[0].find('=') : std::string::npos;
  if (equals == std::string::npos)
    return "ctl set needs one KEY=VALUE, as in ctl set gate.requests=1";
  x.change = setting_override{rest[0].substr(0, equals),
                              rest[0].substr(equals + 1),
                              "ctl set " + rest[0].substr(0, equals)};
  settings scratch;
  if (const auto err = assign_setting(scratch, x.change))
    return error_lines(err).front();
  if (!find_setting_key(x.change.key)->reloadable)
    return x.change.label
           + " needs a restart; edit the conf file and restart the service";
  return {};
}

std::string take_verb(invocation& x, const words& given) {
  if (given.empty())
    return "ctl needs one of pause, resume, drain, reload, set, retry";
  const words rest{given.begin() + 1, given.end()};
  if (given[0] == "set")
    return take_change(x, rest);
  if (given[0] == "retry")
    return take_retry_days(x, rest);
  const words plain{"pause", "resume", "drain", "reload"};
  const auto found = std::find(plain.begin(), plain.end(), given[0]);
  if (found == plain.end())
    return "ctl " + given[0] + " is unknown"
           + did_you_mean(given[0], {"pause", "resume", "drain", "reload",
                                     "set", "retry"})
           + "; use pause, resume, drain, reload, set or retry";
  if (!rest.empty())
    return "ctl " + given[0] + " takes nothing more";
  constexpr ctl_verb verbs[] = {ctl_verb::pause, ctl_verb::resume,
                                ctl_verb::drain, ctl_verb::reload};
  x.verb = verbs[found - plain.begin()];
  return {};
}

} // namespace

command_spec make_serve() {
  auto out = make(command::serve, "serve",
                  "the background service: the range, then daily upkeep",
                  "Runs until stopped. SIGTERM drains and exits 0, a second "
                  "one stops at once, SIGHUP re-reads the conf file.");
  out.options = {
    accept_not_offered(),
  };
  out.examples = {"racefill serve --config /etc/racefill/racefill.conf"};
  return out;
}

command_spec make_monitor() {
  auto out = make(command::monitor, "monitor",
                  "watch a running service over the network",
                  "A live screen on a terminal, plain text otherwise. "
                  "Reconnects by itself. Finds a service on this host by its "
                  "state directory; elsewhere it needs a file that "
                  "--export-client made on the service's host.");
  out.options = {
    attach(),
    client(),
    with_value("--export-client", "FILE",
               "pack what another machine needs into a new file",
               set_export_client),
    toggle<&invocation::once>("--once", "print one snapshot and exit"),
    with_value("--interval", "N", "seconds between two snapshots (60)",
               set_interval),
  };
  out.prints_report = true;
  out.examples = {"racefill monitor", "racefill monitor --once --json | jq .",
                  "racefill monitor --export-client viewer.racefill",
                  "racefill monitor --client viewer.racefill --attach "
                  "10.0.0.5:4711"};
  return out;
}

command_spec make_ctl() {
  auto out = make(command::ctl, "ctl", "steer a running service",
                  "ACTION is pause or resume (the calls), drain (finish what "
                  "is held, then stop), reload (the conf file), set KEY=VALUE "
                  "(one key that can change while running), or retry DATE... "
                  "or retry failed (parked days).");
  out.words = "ACTION";
  out.options = {attach(), client()};
  out.prints_report = true;
  out.take_words = take_verb;
  out.examples = {"racefill ctl pause", "racefill ctl set gate.requests=1",
                  "racefill ctl retry 2024-03-01 2024-03-02"};
  return out;
}

} // namespace racefill
