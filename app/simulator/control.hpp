/// CONTROL: the simulator's own port, apart from the API's.
///
///   GET /sim/stats · GET, POST, DELETE /sim/faults (a rule a line)
#pragma once

#include <memory>

#include <Poco/Net/HTTPRequestHandlerFactory.h>

#include "app/simulator/traffic.hpp"

namespace racefill::sim {

/// Answers the control port from `counted`.
Poco::Net::HTTPRequestHandlerFactory::Ptr
make_control(std::shared_ptr<traffic> counted);

} // namespace racefill::sim
