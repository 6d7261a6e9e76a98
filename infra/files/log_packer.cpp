#include "infra/files/log_packer.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include <Poco/DeflatingStream.h>
#include <Poco/StreamCopier.h>

#include "infra/files/durable_file.hpp"
#include "messages/date.hpp"

namespace racefill {
namespace {

namespace fs = std::filesystem;

/// Age and name of a file, as the folder has it.
struct old_file {
  fs::path path;
  std::chrono::system_clock::time_point changed;
};

std::chrono::system_clock::time_point changed_at(const fs::path& path) {
  return std::chrono::file_clock::to_sys(fs::last_write_time(path));
}

/// The files of `folder` that are older than `age`, by name.
std::vector<old_file> old_files(const fs::path& folder,
                                const std::set<std::string>& keep,
                                std::chrono::system_clock::time_point limit) {
  std::vector<old_file> out;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator{folder, missing}) {
    if (!entry.is_regular_file() || entry.is_symlink()
        || keep.count(entry.path().string()) > 0)
      continue;
    const auto changed = changed_at(entry.path());
    if (changed < limit)
      out.push_back({entry.path(), changed});
  }
  std::sort(out.begin(), out.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  return out;
}

/// A name that is still free.
fs::path place_for(const fs::path& archive, const old_file& file) {
  const auto day = to_date(std::chrono::floor<std::chrono::days>(file.changed));
  const auto stem = to_string(day) + '-' + file.path.filename().string();
  auto out = archive / (stem + ".gz");
  for (int i = 2; fs::exists(out); ++i)
    out = archive / (stem + '.' + std::to_string(i) + ".gz");
  return out;
}

/// The packed text in a file of another name first, so that a crash leaves no
/// half archive under a real one.
void pack(const fs::path& from, const fs::path& to) {
  const auto part = to.string() + ".part";
  std::ifstream input{from, std::ios::binary};
  std::ofstream output{part, std::ios::binary | std::ios::trunc};
  if (!input || !output)
    throw fs::filesystem_error{"cannot open", from, to,
                               std::error_code{errno, std::generic_category()}};
  {
    Poco::DeflatingOutputStream packed{output,
                                       Poco::DeflatingStreamBuf::STREAM_GZIP};
    Poco::StreamCopier::copyStream(input, packed);
    packed.close();
  }
  output.close();
  if (!output || input.bad())
    throw fs::filesystem_error{"cannot write", fs::path{part},
                               std::error_code{errno, std::generic_category()}};
  fs::permissions(part, fs::status(from).permissions());
  fs::last_write_time(part, fs::last_write_time(from));
  fs::rename(part, to);
}

void delete_old(const archive_settings& settings, const fs::path& archive,
                archive_result& out) {
  if (settings.delete_after.count() == 0)
    return;
  for (const auto& file :
       old_files(archive, {}, settings.now - settings.delete_after)) {
    fs::remove(file.path);
    out.deleted.push_back(file.path.filename().string());
  }
}

std::int64_t bytes_of(const fs::path& folder) {
  std::int64_t out = 0;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator{folder, missing})
    if (entry.is_regular_file())
      out += static_cast<std::int64_t>(entry.file_size());
  return out;
}

} // namespace

caf::expected<archive_result> archive_files(const archive_settings& settings) {
  archive_result out;
  const fs::path folder = settings.folder;
  const auto archive = folder / "archive";
  try {
    const auto old = old_files(folder, settings.keep,
                               settings.now - settings.older_than);
    if (!old.empty())
      fs::create_directories(archive);
    for (const auto& file : old) {
      const auto place = place_for(archive, file);
      archived_file done;
      done.name = file.path.filename().string();
      done.bytes = static_cast<std::int64_t>(fs::file_size(file.path));
      pack(file.path, place);
      if (auto err = sync_folder_of(place.string()))
        return err;
      fs::remove(file.path);
      done.packed_bytes = static_cast<std::int64_t>(fs::file_size(place));
      out.archived.push_back(std::move(done));
    }
    delete_old(settings, archive, out);
    out.held_bytes = bytes_of(archive);
  } catch (const fs::filesystem_error& err) {
    return file_error("archive", err.path1().string(), err.code().value());
  } catch (const std::exception& err) {
    return caf::make_error(fault::files_refused,
                           std::string{"cannot archive: "} + err.what());
  }
  return out;
}

} // namespace racefill
