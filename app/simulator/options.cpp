#include "app/simulator/options.hpp"

#include <charconv>
#include <cstdlib>
#include <functional>
#include <map>
#include <stdexcept>

namespace racefill {
namespace {

using sim::endpoint;

[[noreturn]] void refuse(const std::string& why) {
  throw std::invalid_argument(why + " (see simulate --help)");
}

template <class T>
T number(const std::string& flag, const std::string& text, T low, T high) {
  T x{};
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, x);
  if (error != std::errc{} || stop != end || !(x >= low && x <= high))
    refuse(flag + " " + text + ": give a number from " + std::to_string(low)
           + " to " + std::to_string(high));
  return x;
}

date day(const std::string& flag, const std::string& text) {
  const auto x = parse_date(text);
  if (!x)
    refuse(flag + " " + text + ": give a day as YYYY-MM-DD");
  return *x;
}

// `300` or `300+-50`: milliseconds and their spread.
void read_latency(const std::string& text, sim::server_settings& to) {
  auto spread = text.find("+-");
  std::size_t width = 2;
  if (spread == std::string::npos) {
    spread = text.find("±");
    width = std::string{"±"}.size();
  }
  to.latency = std::chrono::milliseconds{
    number("--latency", text.substr(0, spread), 0, 600'000)};
  if (spread != std::string::npos)
    to.jitter = std::chrono::milliseconds{
      number("--latency", text.substr(spread + width), 0, 600'000)};
}

// `horses=5` or `5`: over everything.
void read_limit(const std::string& text, sim::server_settings& to) {
  const auto equals = text.find('=');
  if (equals == std::string::npos) {
    to.limit.requests = number("--limit", text, 0, 1'000'000);
    return;
  }
  const auto name = text.substr(0, equals);
  for (std::size_t i = 0; i < sim::endpoint_count; ++i) {
    if (name != sim::to_string(static_cast<endpoint>(i)))
      continue;
    to.limit_each[i].requests = number("--limit " + name,
                                       text.substr(equals + 1), 0, 1'000'000);
    return;
  }
  refuse("--limit " + text
         + ": endpoints are racecards, horses, courses, other");
}

void read_window(const std::string& text, sim::server_settings& to) {
  const std::chrono::milliseconds window{
    number("--window-ms", text, 1, 3'600'000)};
  to.limit.window = window;
  for (auto& x : to.limit_each)
    x.window = window;
}

void read_history_answer(const std::string& text, sim::answer_settings& to) {
  if (text == "empty")
    to.earlier = sim::before_history::empty;
  else if (text == "404")
    to.earlier = sim::before_history::not_found;
  else if (text == "422")
    to.earlier = sim::before_history::unprocessable;
  else
    refuse("--history-answer " + text + ": give empty, 404 or 422");
}

using setter = std::function<void(simulate_options&, const std::string&)>;

const std::map<std::string, setter>& world_flags() {
  static const std::map<std::string, setter> flags{
    {"--seed",
     [](auto& o, auto& v) {
       o.world.seed = number<std::uint64_t>("--seed", v, 0, ~std::uint64_t{0});
       o.server.seed = o.world.seed;
     }},
    {"--races-per-day",
     [](auto& o, auto& v) {
       o.world.races_per_day = number("--races-per-day", v, 1.0, 60.0);
     }},
    {"--horses",
     [](auto& o, auto& v) {
       o.world.horses = number("--horses", v, 0.01, 10.0);
     }},
    {"--oddities",
     [](auto& o, auto& v) {
       o.world.oddities = number("--oddities", v, 0.0, 1000.0);
     }},
    {"--missing-profiles",
     [](auto& o, auto& v) {
       o.world.profiles_missing = number("--missing-profiles", v, 0.0, 1.0);
     }},
    {"--first-day",
     [](auto& o, auto& v) { o.world.first_day = day("--first-day", v); }},
    {"--last-day",
     [](auto& o, auto& v) { o.world.last_day = day("--last-day", v); }},
    {"--history-start",
     [](auto& o, auto& v) {
       o.server.answers.history_start = day("--history-start", v);
     }},
    {"--from", [](auto& o, auto& v) { o.from = day("--from", v); }},
    {"--to", [](auto& o, auto& v) { o.to = day("--to", v); }},
    {"--profile-date",
     [](auto& o, auto& v) { o.profile_date = day("--profile-date", v); }},
  };
  return flags;
}

const std::map<std::string, setter>& server_flags() {
  static const std::map<std::string, setter> flags{
    {"--host", [](auto& o, auto& v) { o.server.host = v; }},
    {"--port",
     [](auto& o, auto& v) {
       o.server.port = number<std::uint16_t>("--port", v, 0, 65'535);
     }},
    {"--control-port",
     [](auto& o, auto& v) {
       o.server.control_port = number<std::uint16_t>("--control-port", v, 0,
                                                     65'535);
     }},
    {"--port-file", [](auto& o, auto& v) { o.port_file = v; }},
    {"--tls-cert", [](auto& o, auto& v) { o.server.certificate = v; }},
    {"--tls-key", [](auto& o, auto& v) { o.server.private_key = v; }},
    {"--limit", [](auto& o, auto& v) { read_limit(v, o.server); }},
    {"--window-ms", [](auto& o, auto& v) { read_window(v, o.server); }},
    {"--retry-after",
     [](auto& o, auto& v) { o.server.answers.retry_after = v; }},
    {"--latency", [](auto& o, auto& v) { read_latency(v, o.server); }},
    {"--connections",
     [](auto& o, auto& v) {
       o.server.connections_max = number("--connections", v, 8, 4096);
     }},
    {"--arrivals", [](auto& o, auto& v) { o.server.arrivals_file = v; }},
    {"--fault",
     [](auto& o, auto& v) { o.server.faults.push_back(sim::parse_fault(v)); }},
    {"--fixtures", [](auto& o, auto& v) { o.fixtures_dir = v; }},
    {"--history-answer",
     [](auto& o, auto& v) { read_history_answer(v, o.server.answers); }},
  };
  return flags;
}

bool read_switch(simulate_options& to, const std::string& flag) {
  if (flag == "--help" || flag == "-h")
    to.help = true;
  else if (flag == "--verbatim")
    to.verbatim = true;
  else if (flag == "--no-odds")
    to.server.answers.odds = false;
  else if (flag == "--no-editorial")
    to.world.editorial = false;
  else if (flag == "--no-foreign")
    to.world.foreign = false;
  else if (flag == "--fast")
    to.fast = true;
  else
    return false;
  return true;
}

void check(const simulate_options& x) {
  if (x.help)
    return;
  if (x.server.certificate.empty() != x.server.private_key.empty())
    refuse("--tls-cert and --tls-key go together");
  if (x.verbatim && x.fixtures_dir.empty())
    refuse("--verbatim needs --fixtures DIR");
  if (x.truth && (!x.from.known() || !x.to.known()))
    refuse("truth needs --from and --to");
  if (x.truth && x.to < x.from)
    refuse("--to lies before --from");
}

} // namespace

simulate_options read_simulate_options(const std::vector<std::string>& args) {
  simulate_options x;
  // NOLINTBEGIN(concurrency-mt-unsafe): nobody changes the environment.
  if (const auto* user = std::getenv("SIM_USERNAME"))
    x.server.answers.username = user;
  if (const auto* password = std::getenv("SIM_PASSWORD"))
    x.server.answers.password = password;
  // NOLINTEND(concurrency-mt-unsafe)
  std::size_t i = 0;
  if (!args.empty() && args[0] == "truth") {
    x.truth = true;
    i = 1;
  }
  for (; i < args.size(); ++i) {
    auto flag = args[i];
    if (read_switch(x, flag))
      continue;
    std::string value;
    const auto equals = flag.find('=');
    const bool joined = flag.starts_with("--") && equals != std::string::npos;
    if (joined) {
      value = flag.substr(equals + 1);
      flag.resize(equals);
    }
    const setter* set = nullptr;
    for (const auto* flags : {&world_flags(), &server_flags()})
      if (const auto found = flags->find(flag); found != flags->end())
        set = &found->second;
    if (set == nullptr)
      refuse("unknown argument '" + args[i] + "'");
    if (!joined) {
      if (i + 1 >= args.size())
        refuse(flag + " needs a value");
      value = args[++i];
    }
    (*set)(x, value);
  }
  check(x);
  return x;
}

std::string simulate_help() {
  return R"(racefill simulate [options]
racefill simulate truth --from DAY --to DAY [options]

Serves an invented racing history as the Racing API would, so that a back-fill
can be rehearsed before it is paid for. Stops on SIGINT or SIGTERM.
User and password: environment SIM_USERNAME, SIM_PASSWORD (demo, demo).

The world
  --seed N              which world (1)
  --races-per-day N     of GB and IRE, 1 to 60 (35); people and horses scale
  --horses X            scale of the horse population, 0.01 to 10 (1)
  --first-day DAY       no racing before (2015-01-01)
  --last-day DAY        no racing after (2025-12-31); profiles are of this day
  --oddities X          scale of rare mistakes in the data, 0 for none (1)
  --missing-profiles P  share of horses answering 404 (0.003)
  --no-foreign          no races outside GB and IRE
  --no-editorial        no comments, quotes, verdicts
  --no-odds             no bookmakers' odds (two thirds of the bytes)
  --history-start DAY   earlier days answer as --history-answer empty|404|422

The server
  --host H --port N     where to listen (127.0.0.1, 0: any free port)
  --control-port N      GET /sim/stats; GET, POST, DELETE /sim/faults (any free)
  --port-file FILE      also write the line with both URLs there
  --tls-cert FILE --tls-key FILE   serve HTTPS
  --limit N             arrivals in any window, refused ones counted (2; 0 none)
  --limit horses=N      for one of racecards, horses, courses, other
  --window-ms N         the window (1000)
  --retry-after TEXT    with each 429 of the limit: 1, date:5, any text (none)
  --latency MS+-MS      of each answer, after its arrival (0)
  --connections N       at once (256)
  --arrivals FILE       append a JSON line an arrival
  --fixtures DIR        serve racecards-DATE.json, horse-ID.json, courses.json
  --verbatim            fixtures byte for byte, `total` included

Faults: --fault KIND[:key=value,…], repeatable; also lines to POST /sim/faults.
  every=N p=P path=TEXT after=N count=N from=SECONDS to=SECONDS say when
)" + sim::fault_help()
         + R"(  example: --fault 503:every=50 --fault 429:retry=2,p=0.01,path=/horses/

The truth: JSON lines {"table":…,"row":{…}}, what all ra_* tables must hold
after an ideal run over the days, sorted by table and key.
  --from DAY --to DAY   the days of the run
  --fast                as run --fast: no profiles
  --profile-date DAY    when the profiles are fetched (today)
)";
}

} // namespace racefill
