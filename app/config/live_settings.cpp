#include "app/config/live_settings.hpp"

#include <utility>

#include "app/config/setting_keys.hpp"
#include "messages/faults.hpp"

namespace racefill {
namespace {

caf::error refuse(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines)
    text += (text.empty() ? "" : "\n") + line;
  return caf::make_error(fault::bad_settings, std::move(text));
}

std::string shown(const setting_key& key, const settings& x) {
  auto value = key.may_hold_secret ? std::string{} : key.print(x);
  return value.empty() ? "empty" : value;
}

} // namespace

live_settings::live_settings(config_sources sources, settings at_start,
                             taker take)
  : sources_(std::move(sources)),
    read_(at_start),
    now_(std::move(at_start)),
    take_(std::move(take)) {
  // nop
}

settings live_settings::current() const {
  const std::lock_guard guard{mutex_};
  return now_;
}

std::string live_settings::tell(const settings& before,
                                const std::vector<std::string>& changed) const {
  std::string text;
  for (const auto& name : changed) {
    const auto* key = find_setting_key(name);
    text += (text.empty() ? "" : "; ") + name + " is " + shown(*key, now_)
            + " now, was " + shown(*key, before);
  }
  return text.empty() ? "nothing has changed" : text;
}

caf::expected<std::string> live_settings::reload() {
  const std::lock_guard guard{mutex_};
  auto next = load_settings(sources_);
  if (!next)
    return std::move(next.error());
  auto after = now_;
  std::vector<std::string> changed;
  std::string restart;
  for (const auto& key : setting_keys()) {
    const auto wanted = key.print(*next);
    if (!key.reloadable) {
      if (wanted != key.print(now_))
        restart += (restart.empty() ? "" : ", ") + key.name;
    } else if (wanted != key.print(read_) && wanted != key.print(now_)) {
      key.assign(after, wanted);
      changed.push_back(key.name);
    }
  }
  if (const auto problems = validate(after); !problems.empty())
    return refuse(problems);
  const auto before = std::exchange(now_, std::move(after));
  read_ = std::move(*next);
  if (!changed.empty())
    take_(now_, changed);
  auto text = tell(before, changed);
  if (!restart.empty())
    text += "; only a restart takes over: " + restart;
  return text;
}

caf::expected<std::string> live_settings::set(const std::string& key,
                                              const std::string& value) {
  const std::lock_guard guard{mutex_};
  auto after = now_;
  if (auto err = assign_setting(after, {key, value, key}))
    return err;
  const auto* known = find_setting_key(key);
  if (!known->reloadable)
    return refuse(
      {key + " needs a restart; edit the conf file and restart the service"});
  if (known->print(after) == known->print(now_))
    return key + " is " + shown(*known, now_) + " already";
  const auto before = std::exchange(now_, std::move(after));
  take_(now_, {key});
  return tell(before, {key});
}

} // namespace racefill
