#include "infra/files/local_state_files.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <ctime>

#include <sys/stat.h>
#include <unistd.h>

#include "infra/files/checkpoint_file.hpp"
#include "infra/files/durable_file.hpp"
#include "infra/files/error_file.hpp"

namespace racefill {
namespace {

std::string in_logs(const state_files_settings& settings, const char* name) {
  const auto& folder = settings.directory;
  return (folder.empty() ? std::string{"."} : folder) + "/logs/" + name;
}

std::string utc_now() {
  const auto now
    = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  const auto size = std::strftime(text.data(), text.size(),
                                  "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), size};
}

caf::expected<void> outcome_of(caf::error err) {
  if (err)
    return err;
  return {};
}

// A file that a rename replaces may be read-only; a folder may not be there.
caf::error check_replaceable(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode))
    return file_error("write", path, EISDIR);
  const auto trial = path + ".trial";
  if (auto err = write_new_file(trial, "racefill tries to write here\n"))
    return err;
  ::unlink(trial.c_str());
  return caf::none;
}

class local_state_files : public state_files {
public:
  explicit local_state_files(const state_files_settings& settings)
    : checkpoint_(checkpoint_path(settings)), errors_(errors_path(settings)) {
  }

  caf::expected<void> save_checkpoint(const checkpoint_image& image) override {
    return outcome_of(
      replace_file(checkpoint_, write_checkpoint(image, utc_now())));
  }

  caf::expected<void>
  append_errors(const std::vector<error_entry>& entries) override {
    return outcome_of(errors_.append(entries));
  }

private:
  std::string checkpoint_;
  error_file errors_;
};

} // namespace

std::string checkpoint_path(const state_files_settings& settings) {
  return settings.checkpoint_file.empty()
           ? in_logs(settings, "backfill_all_tables_checkpoint.json")
           : settings.checkpoint_file;
}

std::string errors_path(const state_files_settings& settings) {
  return settings.errors_file.empty()
           ? in_logs(settings, "backfill_all_tables_errors.json")
           : settings.errors_file;
}

caf::error check_writable(const state_files_settings& settings) {
  if (auto err = check_replaceable(checkpoint_path(settings)))
    return err;
  const auto path = errors_path(settings);
  if (auto err = check_replaceable(path))
    return err;
  return error_file{path}.append({});
}

std::unique_ptr<state_files>
make_state_files(const state_files_settings& settings) {
  return std::make_unique<local_state_files>(settings);
}

} // namespace racefill
