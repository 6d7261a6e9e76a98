#include "app/print/report_file.hpp"

#include <cerrno>
#include <cstdio>

#include "infra/files/durable_file.hpp"

namespace racefill {

caf::error write_report_file(const std::string& path, const std::string& text) {
  const auto draft = path + ".tmp";
  if (auto err = write_new_file(draft, text))
    return err;
  if (std::rename(draft.c_str(), path.c_str()) != 0) {
    const auto reason = errno;
    std::remove(draft.c_str());
    return file_error("write", path, reason);
  }
  return sync_folder_of(path);
}

} // namespace racefill
