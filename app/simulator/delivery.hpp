/// DELIVERY: puts an answer on the wire, whole or spoilt.
#pragma once

#include <functional>
#include <string>

#include <Poco/Net/StreamSocket.h>

#include "app/simulator/answer.hpp"

namespace racefill::sim {

/// How the client wants it.
struct delivery {
  bool keep_alive = true;
  bool gzip = false;
};

/// Waits; false when the server stops meanwhile.
using pause = std::function<bool(std::chrono::nanoseconds)>;

/// Sends `what`, spoilt as `fault` (may be null) says. False when the
/// connection must end. Throws Poco exceptions when the client has gone.
bool deliver(Poco::Net::StreamSocket& to, answer what, delivery how,
             const fault_rule* fault, const pause& wait);

/// `text` as gzip.
std::string gzip(const std::string& text);

} // namespace racefill::sim
