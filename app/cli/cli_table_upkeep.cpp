#include "app/cli/cli_table_parts.hpp"
#include "app/config/setting_values.hpp"

namespace racefill {
namespace {

using words = std::vector<std::string>;

std::string take_files(invocation& x, const words& given) {
  if (given.empty())
    return "verify-gate needs a file: gate.log_file of a run, or the arrivals "
           "file of simulate";
  x.verify.files = given;
  return {};
}

template <auto Member>
option_spec counted(std::string name, std::string help, std::int32_t most) {
  return with_value(std::move(name), "N", std::move(help),
                    [most](invocation& x, const std::string& value) {
                      auto& out = x.verify.*Member;
                      if (read(value, out) && out >= 1 && out <= most)
                        return std::string{};
                      return "must be 1 to " + std::to_string(most);
                    });
}

command_spec make_verify_gate() {
  auto out = make(command::verify_gate, "verify-gate",
                  "what a log of the gate proves",
                  "Reads what a run with gate.log = true has written, or the "
                  "arrivals file of simulate: the largest number of requests "
                  "that can have arrived in any window, the share of the limit "
                  "that was used, and each window it cannot vouch for. Several "
                  "files count as one log, oldest first. Exit 1 if it cannot "
                  "vouch for a window.");
  out.words = "FILE...";
  out.takes_common = false;
  out.prints_report = true;
  out.take_words = take_files;
  out.options = {
    counted<&verify_options::requests>(
      "--requests", "requests allowed in a window (2)", 1'000'000),
    counted<&verify_options::window_ms>(
      "--window-ms", "length of the window (1000)", 86'400'000),
    with_value("--mode", "MODE", "proof by ack (default), reply or paced",
               [](invocation& x, const std::string& value) {
                 return read(value, x.verify.mode)
                          ? std::string{}
                          : std::string{"must be ack, reply or paced"};
               }),
  };
  out.examples = {"racefill verify-gate logs/gate.jsonl.1 logs/gate.jsonl",
                  "racefill verify-gate --json arrivals.jsonl"};
  return out;
}

} // namespace

std::vector<command_spec> make_upkeep() {
  auto migrate = make(command::migrate, "migrate",
                      "create or complete the tables",
                      "Adds what is missing; never drops, renames or empties "
                      "anything.");
  migrate.options = {
    toggle<&invocation::check_only>("--check", "only show the differences"),
    toggle<&invocation::relax>("--relax", "drop the NOT NULLs that real data "
                                          "violates"),
  };
  migrate.examples = {"racefill migrate --check"};
  auto simulate = make(command::simulate, "simulate",
                       "a local stand-in for the API, to rehearse with", "");
  simulate.words = "...";
  simulate.takes_common = false;
  simulate.passes_on = true;
  auto check = make(command::check_config, "check-config",
                    "find mistakes in the conf file and credentials",
                    "Unknown keys, ranges, database within reach, credentials "
                    "present.");
  check.options = {toggle<&invocation::live>(
    "--live", "also make one call of the API and look at the database")};
  check.prints_report = true;
  check.examples = {"racefill check-config --config racefill.conf"};
  return {migrate, simulate, check, make_verify_gate()};
}

} // namespace racefill
