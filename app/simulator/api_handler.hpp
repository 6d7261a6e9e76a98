/// API HANDLER: takes a request from its arrival to the last byte of its
/// answer.
#pragma once

#include <functional>
#include <memory>

#include <Poco/Net/HTTPRequestHandlerFactory.h>

#include "app/simulator/answer.hpp"
#include "app/simulator/traffic.hpp"

namespace racefill::sim {

/// What the handlers share.
struct service {
  std::shared_ptr<traffic> counted;
  answerer answers;
  /// Closes the listener for a while; called from a handler's thread.
  std::function<void(double)> close_listener;
};

/// Answers the API's port from `shared`.
Poco::Net::HTTPRequestHandlerFactory::Ptr
make_api(std::shared_ptr<service> shared);

} // namespace racefill::sim
