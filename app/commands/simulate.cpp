#include "app/commands/simulate.hpp"

#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "app/simulator/json_text.hpp"
#include "app/simulator/options.hpp"
#include "app/simulator/truth.hpp"

namespace racefill {
namespace {

std::string ready_line(const sim::simulator_server& server) {
  std::string line;
  sim::json_writer json{line};
  json.open('{');
  json.member("url", server.url());
  json.member("control", server.control_url());
  json.close('}');
  return line + "\n";
}

void print_summary(const sim::server_stats& x) {
  std::cout << "{\"summary\":" << sim::to_json(x) << "}" << std::endl;
}

int serve(const simulate_options& options) {
  // Blocked before any thread exists, so that only sigwait sees them.
  sigset_t stops;
  sigset_t before;
  sigemptyset(&stops);
  sigaddset(&stops, SIGINT);
  sigaddset(&stops, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stops, &before);
  auto world = std::make_shared<const sim::world>(options.world);
  std::shared_ptr<const sim::fixtures> recorded;
  if (!options.fixtures_dir.empty())
    recorded = std::make_shared<const sim::fixtures>(options.fixtures_dir,
                                                     options.verbatim);
  sim::simulator_server server{options.server, world, recorded};
  const auto line = ready_line(server);
  if (!options.port_file.empty()) {
    // Renamed into place: whoever waits for the file sees it whole.
    const auto draft = options.port_file + ".new";
    std::ofstream file(draft);
    file << line << std::flush;
    if (!file || std::rename(draft.c_str(), options.port_file.c_str()) != 0)
      throw std::runtime_error("port file " + options.port_file
                               + " cannot be written");
  }
  std::cout << line << std::flush;
  int signal = 0;
  sigwait(&stops, &signal);
  server.stop();
  print_summary(server.stats());
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return 0;
}

int print_truth(const simulate_options& options) {
  sim::truth_options asked;
  asked.from = options.from;
  asked.to = options.to;
  asked.history_start = options.server.answers.history_start;
  asked.fast = options.fast;
  asked.profile_date = options.profile_date.known()
                         ? options.profile_date
                         : to_date(std::chrono::floor<std::chrono::days>(
                           std::chrono::system_clock::now()));
  sim::tell_truth(sim::world{options.world}, asked,
                  [](std::string_view table, const sim::truth_row& row) {
                    std::cout << sim::truth_line(table, row) << '\n';
                  });
  std::cout << std::flush;
  if (!std::cout)
    throw std::runtime_error("the truth cannot be written to stdout");
  return 0;
}

} // namespace

int simulate_command(const std::vector<std::string>& args) {
  try {
    const auto options = read_simulate_options(args);
    if (options.help) {
      std::cout << simulate_help();
      return 0;
    }
    return options.truth ? print_truth(options) : serve(options);
  } catch (const std::invalid_argument& e) {
    std::cerr << "simulate: " << e.what() << std::endl;
    return 2;
  } catch (const std::exception& e) {
    std::cerr << "simulate: " << e.what() << std::endl;
    return 1;
  }
}

} // namespace racefill
