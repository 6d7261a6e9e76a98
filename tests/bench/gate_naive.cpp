/// GATE_NAIVE: what most clients do about a limit: ask, read the answer, sleep
/// half a second. Measured beside the gate, on the same kind of server.
///
/// gate_naive URL TARGET SECONDS, credentials from the environment.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "infra/http/transport.hpp"

namespace {

struct deaf : racefill::exchange_events {
  void on_sent() override {
  }
  void on_acknowledged() override {
  }
  void on_replied() override {
  }
  void on_closed() override {
  }
};

const char* from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

} // namespace

int main(int argc, char** argv) {
  using clock = std::chrono::steady_clock;
  if (argc != 4) {
    std::fputs("gate_naive URL TARGET SECONDS\n", stderr);
    return 2;
  }
  auto url = racefill::parse_base_url(argv[1]);
  if (!url) {
    std::fputs("gate_naive: no such URL\n", stderr);
    return 2;
  }
  racefill::http_settings settings;
  settings.url = *url;
  settings.username = from_environment("RACING_API_USERNAME");
  settings.password = from_environment("RACING_API_PASSWORD");
  auto transport = racefill::make_http_transport(settings);
  racefill::api_request request;
  request.target = argv[2];
  request.deadline_ms = 30'000;
  const auto end = clock::now() + std::chrono::seconds(std::atoi(argv[3]));
  deaf events;
  while (clock::now() < end) {
    if (!transport->exchange(request, events)) {
      std::fputs("gate_naive: no answer\n", stderr);
      return 1;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
  return 0;
}
