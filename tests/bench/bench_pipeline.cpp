/// BENCH PIPELINE: the whole service on recorded days, without any limit.
///
///   bench_pipeline record FOLDER FROM DAYS   bodies as the API sends them
///   bench_pipeline run FOLDER DB FROM DAYS   one line of JSON on stdout
///
/// Every actor is the real one, and so are wiring, decoder and store. Only the
/// connections are replaced, by ones that read a file: an HTTP server and its
/// client would take most of both cores and be measured instead.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <sstream>
#include <thread>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/exit_reason.hpp>
#include <caf/scoped_actor.hpp>

#include "actors/api_transport.hpp"
#include "app/process/heap.hpp"
#include "app/rounds/prepare_database.hpp"
#include "app/simulator/body.hpp"
#include "app/wiring/roster.hpp"
#include "infra/machine/process_identity.hpp"
#include "infra/pure/instant.hpp"

namespace {

using namespace racefill;
using steady = std::chrono::steady_clock;

[[noreturn]] void die(const std::string& why) {
  std::fprintf(stderr, "bench_pipeline: %s\n", why.c_str());
  std::exit(1);
}

std::string file_of(const std::string& folder, const std::string& day) {
  return folder + "/racecards-" + day + ".json";
}

int record(const std::string& folder, date from, int days) {
  std::filesystem::create_directories(folder);
  const sim::world world{{}};
  for (int i = 0; i < days; ++i) {
    sim::page_query query;
    query.day = from + i;
    query.regions = {"gb", "ire"};
    const auto day = to_string(query.day);
    std::ofstream{file_of(folder, day), std::ios::binary}
      << sim::racecards_body(world, query);
  }
  return 0;
}

/// When the first exchange began; zero before.
std::atomic<std::int64_t> first_exchange_ns{0};
std::atomic<std::int64_t> bytes_read{0};

class file_transport : public http_transport {
public:
  explicit file_transport(std::string folder) : folder_(std::move(folder)) {
    // nop
  }

  caf::expected<api_reply> exchange(const api_request& request,
                                    exchange_events& events) override {
    std::int64_t none = 0;
    first_exchange_ns.compare_exchange_strong(
      none, steady::now().time_since_epoch().count());
    events.on_sent();
    events.on_acknowledged();
    api_reply reply;
    reply.status = 200;
    reply.content_type = "application/json";
    const auto at = request.target.find("date=");
    if (request.kind == call_kind::racecards && at != std::string::npos)
      reply.body = read(file_of(folder_, request.target.substr(at + 5, 10)));
    else
      reply.body = R"({"courses":[],"total":0})";
    reply.wire_bytes = static_cast<std::int64_t>(reply.body.size());
    bytes_read += reply.wire_bytes;
    events.on_replied();
    events.on_closed();
    return reply;
  }

  void close() override {
    // nop
  }

private:
  static std::string read(const std::string& path) {
    std::error_code err;
    const auto size = std::filesystem::file_size(path, err);
    if (err)
      die("no file " + path);
    std::string out(size, '\0');
    std::ifstream{path, std::ios::binary}.read(
      out.data(), static_cast<std::streamsize>(size));
    return out;
  }

  std::string folder_;
};

/// Gives every connection of `spec` the files instead.
void read_files(caf::actor_system& sys, child_spec& spec,
                const std::string& folder) {
  if (spec.name.rfind("api_transport/", 0) != 0)
    return;
  spec.start = [&sys, folder] {
    return caf::actor_cast<caf::strong_actor_ptr>(spawn_api_transport(
      sys, [folder] { return std::make_unique<file_transport>(folder); }));
  };
}

/// What the actors tell the main thread.
class ending {
public:
  void tell(const std::string& why) {
    const std::lock_guard guard{mutex_};
    why_ = why;
    over_ = true;
    changed_.notify_all();
  }

  /// The reason of a halt; "" when all is done.
  std::string wait() {
    std::unique_lock lock{mutex_};
    if (!changed_.wait_for(lock, std::chrono::minutes{30},
                           [this] { return over_; }))
      die("the run hangs");
    return why_;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
  std::string why_;
};

/// `key` of /proc/self/status, in kB.
long status_kb(const std::string& key) {
  std::ifstream file{"/proc/self/status"};
  std::string line;
  while (std::getline(file, line))
    if (line.rfind(key, 0) == 0)
      return std::stol(line.substr(key.size() + 1));
  return 0;
}

command_context context_of(const std::string& db) {
  command_context out;
  config_sources sources;
  sources.system_file.clear();
  sources.flags = {{"database.url", db, "--db"}};
  auto conf = load_settings(sources);
  if (!conf)
    die(describe(conf.error()));
  out.conf = *conf;
  // Everything else is as it comes; only the limits are out of the way.
  out.conf.gate.requests = 10'000;
  out.conf.gate.ip_requests = 1'000'000;
  if (const auto* rows = std::getenv("BENCH_BATCH_ROWS"))
    out.conf.writer.batch_rows = std::atoi(rows);
  if (const auto* writers = std::getenv("BENCH_WRITERS"))
    out.conf.concurrency.writers = std::atoi(writers);
  out.secrets.api_username = "demo";
  return out;
}

session_plan plan_of(record_store& store, date from, int days) {
  session_plan plan;
  plan.run_id = "bench";
  plan.start_time = utc_text(std::chrono::system_clock::now());
  plan.days.start = from;
  plan.days.end = from + (days - 1);
  plan.days.today = today_in_london();
  plan.days.history_start = from;
  plan.fast = true;
  plan.fetch_references = false;
  plan.claim = claim_of_this_process();
  auto lease = store.acquire_lease(plan.claim);
  if (!lease)
    die(describe(lease.error()));
  plan.lease = *lease;
  store.set_fence(lease->token);
  return plan;
}

int run(const std::string& folder, const std::string& db, date from, int days) {
  const auto context = context_of(db);
  auto database = open_for_run(context);
  if (!database)
    die(describe(database.error()));
  const auto plan = plan_of(*database->store, from, days);
  caf::actor_system_config config;
  config.add_message_types<caf::id_block::racefill>();
  config.add_message_types<caf::id_block::racefill_handles>();
  config.set("scheduler.policy", caf::atom("sharing"));
  caf::actor_system sys{config};
  ending end;
  run_control_settings hears;
  hears.halted = [&end](const caf::error& err) { end.tell(describe(err)); };
  hears.finished = [&end] { end.tell({}); };
  auto wired = wire(sys, context, plan, hears, [](const front_desk_actor&) {
    // Nobody asks anything of this run.
  });
  if (!wired)
    die(describe(wired.error()));
  for (auto& spec : wired->children)
    read_files(sys, spec, folder);
  for (auto& pool : wired->pools)
    pool.make = [&sys, folder, inner = pool.make](std::int32_t index) {
      auto specs = inner(index);
      for (auto& spec : specs)
        read_files(sys, spec, folder);
      return specs;
    };
  // Held to the end.
  [[maybe_unused]] const auto supervisor = spawn_supervisor(sys,
                                                            std::move(*wired));
  const auto why = end.wait();
  const auto over = steady::now().time_since_epoch().count();
  if (!why.empty())
    die(why);
  const auto totals = database->store->load_totals();
  const auto ledger = database->store->load_days(from, from + (days - 1));
  if (!totals || !ledger)
    die("the ledger cannot be read");
  std::int64_t runners = 0;
  for (const auto& x : *ledger)
    runners += x.runners;
  const auto seconds = static_cast<double>(over - first_exchange_ns) / 1e9;
  std::printf("{\"days\":%zu,\"seconds\":%.3f,\"days_per_second\":%.2f,"
              "\"runners\":%lld,\"megabytes\":%.1f,\"peak_mb\":%.1f}\n",
              ledger->size(), seconds, days / seconds,
              static_cast<long long>(runners),
              static_cast<double>(bytes_read) / 1e6,
              static_cast<double>(status_kb("VmHWM:")) / 1024.0);
  std::fflush(stdout);
  // All is committed and printed: nobody waits for the actors' farewells.
  std::_Exit(ledger->size() == static_cast<std::size_t>(days) ? 0 : 1);
}

} // namespace

int main(int argc, char** argv) {
  settle_heap(); // As the program itself does.
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 4 && words[0] == "record")
    if (const auto from = parse_date(words[2]))
      return record(words[1], *from, std::stoi(words[3]));
  if (words.size() == 5 && words[0] == "run")
    if (const auto from = parse_date(words[3]))
      return run(words[1], words[2], *from, std::stoi(words[4]));
  die("record FOLDER FROM DAYS, or run FOLDER DB FROM DAYS");
}
