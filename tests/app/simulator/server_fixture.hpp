/// SERVER FIXTURE: a running simulator of a small world on free ports.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "app/simulator/server.hpp"
#include "tests/app/simulator/raw_client.hpp"

namespace racefill::sim {

class server_test : public testing::Test {
protected:
  server_test() {
    options_.races_per_day = 3;
    settings_.limit.requests = 0;
  }

  /// Starts the server; change options_ and settings_ before.
  void start() {
    world_ = std::make_shared<const world>(options_);
    server_ = std::make_unique<simulator_server>(settings_, world_, recorded_);
  }

  /// One GET over a connection of its own.
  raw_reply get(const std::string& target, const std::string& headers = "") {
    return raw_client{server_->port()}.get(target, headers);
  }

  /// One GET that suffers `fault`.
  raw_reply get_with(const std::string& fault,
                     const std::string& target = "/v1/courses") {
    server_->clear_faults();
    server_->add_fault(parse_fault(fault));
    auto reply = get(target);
    server_->clear_faults();
    return reply;
  }

  static constexpr const char* a_day
    = "/v1/racecards/pro?date=2019-04-02&region_codes=gb&region_codes=ire";

  world_options options_;
  server_settings settings_;
  std::shared_ptr<const world> world_;
  std::shared_ptr<const fixtures> recorded_;
  std::unique_ptr<simulator_server> server_;
};

} // namespace racefill::sim
