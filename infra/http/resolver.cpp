#include "infra/http/resolver.hpp"

#include <condition_variable>
#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>

#include <netdb.h>

namespace racefill {
namespace {

struct addresses {
  int code = 0;     ///< Of getaddrinfo.
  int error_no = 0; ///< Says more where the code is EAI_SYSTEM.
  std::vector<socket_address> list;
};

addresses look_up(const std::string& host, std::uint16_t port, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  addresses result;
  result.code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(),
                              &hints, &found);
  result.error_no = errno;
  if (result.code != 0)
    return result;
  for (const auto* entry = found; entry != nullptr; entry = entry->ai_next) {
    socket_address address;
    std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
    address.size = entry->ai_addrlen;
    result.list.push_back(address);
  }
  ::freeaddrinfo(found);
  return result;
}

caf::expected<std::vector<socket_address>> unpack(const std::string& host,
                                                  addresses found) {
  if (found.code == 0 && !found.list.empty())
    return std::move(found.list);
  const std::string why
    = found.code == EAI_SYSTEM
        ? std::error_code(found.error_no, std::generic_category()).message()
        : ::gai_strerror(found.code);
  return caf::make_error(fault::unreachable,
                         "cannot find host " + host + ": " + why);
}

} // namespace

struct resolver::lookup {
  std::string host;
  std::uint16_t port = 0;
  std::mutex mutex;
  std::condition_variable arrived;
  bool done = false;
  addresses found;
};

caf::expected<std::vector<socket_address>>
resolver::resolve(const std::string& host, std::uint16_t port,
                  std::chrono::steady_clock::time_point deadline) {
  auto literal = look_up(host, port, AI_NUMERICHOST);
  if (literal.code == 0)
    return unpack(host, std::move(literal));
  if (!lookup_ || lookup_->host != host || lookup_->port != port) {
    auto fresh = std::make_shared<lookup>();
    fresh->host = host;
    fresh->port = port;
    try {
      std::thread{[fresh] {
        auto found = look_up(fresh->host, fresh->port, 0);
        const std::lock_guard lock{fresh->mutex};
        fresh->found = std::move(found);
        fresh->done = true;
        fresh->arrived.notify_all();
      }}.detach();
    } catch (const std::system_error& e) {
      return caf::make_error(fault::unreachable,
                             "cannot look up host " + host + ": " + e.what());
    }
    lookup_ = std::move(fresh);
  }
  std::unique_lock lock{lookup_->mutex};
  if (!lookup_->arrived.wait_until(lock, deadline,
                                   [this] { return lookup_->done; }))
    return caf::make_error(fault::timed_out,
                           "no answer yet about where host " + host + " is");
  auto found = std::move(lookup_->found);
  lock.unlock();
  lookup_.reset();
  return unpack(host, std::move(found));
}

} // namespace racefill
