#include "app/web/connection_book.hpp"

#include <Poco/Exception.h>

namespace racefill {

connection_book::connection_book(std::size_t connections_max,
                                 clock::duration head_within)
  : connections_max_(connections_max), head_within_(head_within) {
}

bool connection_book::accept(const Poco::Net::StreamSocket& socket) {
  const auto now = clock::now();
  sweep(now);
  const std::lock_guard guard{mutex_};
  if (entries_.size() >= connections_max_)
    return false;
  entries_.insert_or_assign(socket.impl(), entry{socket, now + head_within_});
  return true;
}

void connection_book::expect(const Poco::Net::StreamSocket& socket,
                             clock::time_point by) {
  const std::lock_guard guard{mutex_};
  if (const auto it = entries_.find(socket.impl()); it != entries_.end())
    it->second.by = by;
}

void connection_book::leave_alone(const Poco::Net::StreamSocket& socket) {
  expect(socket, clock::time_point::max());
}

void connection_book::forget(const Poco::Net::StreamSocket& socket) {
  const std::lock_guard guard{mutex_};
  entries_.erase(socket.impl());
}

void connection_book::sweep(clock::time_point now) {
  const std::lock_guard guard{mutex_};
  for (auto it = entries_.begin(); it != entries_.end();) {
    auto& [impl, x] = *it;
    if (impl->referenceCount() == 1) { // Poco is through with it.
      it = entries_.erase(it);
      continue;
    }
    if (now > x.by) {
      try {
        x.socket.shutdown(); // Wakes the thread that reads or writes.
      } catch (const Poco::Exception&) {
        // The peer was faster.
      }
    }
    ++it;
  }
}

std::size_t connection_book::open() const {
  const std::lock_guard guard{mutex_};
  return entries_.size();
}

} // namespace racefill
