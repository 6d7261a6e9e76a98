/// LIVE_SETTINGS: the settings of a running process, and how they change.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include <caf/expected.hpp>

#include "app/config/config.hpp"

namespace racefill {

/// The settings in force. May be used from any thread.
///
/// The newest order wins: a reload takes over the keys whose value in the
/// sources has changed since they were read last, and leaves alone what was set
/// by hand meanwhile.
class live_settings {
public:
  /// Told under the lock of what has changed; `keys` are reloadable ones.
  using taker = std::function<void(const settings& now,
                                   const std::vector<std::string>& keys)>;

  live_settings(config_sources sources, settings at_start, taker take);

  settings current() const;

  /// Reads the sources anew. Answers with a sentence: what changed, and what
  /// needs a restart. Faults: bad_settings, with all that is wrong; then
  /// nothing has changed.
  caf::expected<std::string> reload();

  /// Sets one key until the next start. Faults: bad_settings.
  caf::expected<std::string> set(const std::string& key,
                                 const std::string& value);

private:
  std::string tell(const settings& before,
                   const std::vector<std::string>& changed) const;

  mutable std::mutex mutex_;
  config_sources sources_;
  settings read_; // As the sources had it when they were read last.
  settings now_;
  taker take_;
};

} // namespace racefill
