#include "infra/link/identity.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "infra/files/durable_file.hpp"
#include "infra/link/papers_maker.hpp"

namespace racefill {
namespace {

constexpr std::size_t file_max = 64 * 1024;

caf::error refuse(std::string text) {
  return caf::make_error(fault::bad_settings, std::move(text));
}

bool exists(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0;
}

const char* remedy() {
  return "; remove that folder to have new papers made, then export the "
         "viewers' ones again";
}

// One of our files: whole, regular, and nobody else's to read.
caf::expected<std::string> read_paper(const std::string& folder,
                                      const char* name) {
  const auto path = folder + "/" + name;
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode))
    return refuse("the remote monitor's papers are incomplete: " + path
                  + " is missing" + remedy());
  if ((info.st_mode & 077) != 0)
    return refuse(path + " is open to others; run: chmod 600 " + path);
  auto text = read_file(path, file_max);
  if (!text)
    return refuse(describe(text.error()));
  if (text->empty())
    return refuse("the remote monitor's papers are incomplete: " + path
                  + " is empty" + remedy());
  return std::move(*text);
}

std::string without_line_end(std::string x) {
  while (!x.empty() && (x.back() == '\n' || x.back() == '\r'))
    x.pop_back();
  return x;
}

caf::expected<link_papers> read_link(const std::string& folder,
                                     const char* certificate, const char* key,
                                     bool is_server) {
  auto ca = read_paper(folder, "authority.pem");
  if (!ca)
    return std::move(ca.error());
  auto own = read_paper(folder, certificate);
  if (!own)
    return std::move(own.error());
  auto secret = read_paper(folder, key);
  if (!secret)
    return std::move(secret.error());
  link_papers x{std::move(*ca), std::move(*own), std::move(*secret)};
  if (const auto wrong = fault_in_papers(x, is_server); !wrong.empty())
    return refuse("the remote monitor's papers in " + folder
                  + " cannot be used: " + wrong + remedy());
  return x;
}

// All files in a folder of another name, which then takes its place.
caf::error make_folder(const std::string& folder) {
  auto made = make_papers();
  if (!made)
    return std::move(made.error());
  const auto fresh = folder + ".new-" + std::to_string(::getpid());
  if (auto err = make_folder_of(folder))
    return err;
  std::error_code code;
  std::filesystem::remove_all(fresh, code);
  if (::mkdir(fresh.c_str(), 0700) != 0)
    return file_error("make the folder", fresh, errno);
  made->token += "\n";
  const std::pair<const char*, const std::string*> files[] = {
    {"authority.pem", &made->authority},
    {"authority.key", &made->authority_key},
    {"server.pem", &made->server},
    {"server.key", &made->server_key},
    {"client.pem", &made->client},
    {"client.key", &made->client_key},
    {"control.token", &made->token},
  };
  for (const auto& [name, text] : files)
    if (auto err = write_private_file(fresh + "/" + name, *text)) {
      std::filesystem::remove_all(fresh, code);
      return err;
    }
  if (::rename(fresh.c_str(), folder.c_str()) != 0) {
    const auto error_no = errno;
    std::filesystem::remove_all(fresh, code);
    // Another start of ours was faster: its papers are as good.
    if (error_no != EEXIST && error_no != ENOTEMPTY)
      return file_error("make the folder", folder, error_no);
  }
  return sync_folder_of(folder);
}

caf::expected<std::string> read_token(const std::string& folder) {
  auto text = read_paper(folder, "control.token");
  if (!text)
    return std::move(text.error());
  auto token = without_line_end(std::move(*text));
  if (token.size() < 32)
    return refuse(folder + "/control.token is too short" + remedy());
  return token;
}

// The PEM block `kind` of `text`, with its frame; "" when there is none.
std::string block_of(const std::string& text, const std::string& kind,
                     std::size_t& from) {
  const auto begin = text.find("-----BEGIN " + kind + "-----", from);
  const auto end_line = "-----END " + kind + "-----";
  const auto end = begin == std::string::npos ? begin
                                              : text.find(end_line, begin);
  if (end == std::string::npos)
    return {};
  from = end + end_line.size();
  return text.substr(begin, from - begin) + "\n";
}

std::string value_of(const std::string& text, const std::string& name) {
  const auto begin = text.find("\n" + name + "=");
  if (begin == std::string::npos)
    return {};
  const auto from = begin + name.size() + 2;
  return without_line_end(text.substr(from, text.find('\n', from) - from));
}

} // namespace

caf::error write_private_file(const std::string& path,
                              const std::string& text) {
  file_handle file{
    ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (!file)
    return file_error("write", path, errno);
  if (::fchmod(file.get(), 0600) == 0 && write_at(file.get(), text, 0)
      && ::fsync(file.get()) == 0 && file.close())
    return {};
  const auto error_no = errno;
  ::unlink(path.c_str());
  return file_error("write", path, error_no);
}

caf::error write_address(const std::string& folder,
                         const std::string& address) {
  const auto path = folder + "/address";
  const auto fresh = path + ".new";
  ::unlink(fresh.c_str());
  if (auto err = write_private_file(fresh, address + "\n"))
    return err;
  if (::rename(fresh.c_str(), path.c_str()) != 0)
    return file_error("write", path, errno);
  return {};
}

caf::expected<service_papers> open_service_papers(const std::string& folder) {
  if (!exists(folder))
    if (auto err = make_folder(folder))
      return err;
  auto link = read_link(folder, "server.pem", "server.key", true);
  if (!link)
    return std::move(link.error());
  // A service whose viewers could not come in is not complete either.
  if (auto client = open_client_papers(folder); !client)
    return std::move(client.error());
  auto token = read_token(folder);
  if (!token)
    return std::move(token.error());
  return service_papers{std::move(*link), std::move(*token)};
}

caf::expected<client_papers> open_client_papers(const std::string& folder) {
  if (!exists(folder))
    return refuse("no service with a remote monitor has run here: there is no "
                  + folder
                  + "; set monitor.port and start one, name its --state-dir, "
                    "or bring --client FILE from its host");
  auto link = read_link(folder, "client.pem", "client.key", false);
  if (!link)
    return std::move(link.error());
  auto token = read_token(folder);
  if (!token)
    return std::move(token.error());
  client_papers x{std::move(*link), std::move(*token), {}};
  if (auto address = read_file(folder + "/address", 512))
    x.address = without_line_end(std::move(*address));
  return x;
}

std::string pack_client_papers(const client_papers& x) {
  return "# Opens the remote monitor of one racefill service, steering "
         "included.\n# Keep it secret: mode 0600.\nracefill-client=1\naddress="
         + x.address + "\ntoken=" + x.token + "\n" + x.link.certificate
         + x.link.key + x.link.authority;
}

caf::expected<client_papers> unpack_client_papers(const std::string& text,
                                                  const std::string& name) {
  if (value_of(text, "racefill-client") != "1")
    return refuse(name
                  + " was not made by `racefill monitor --export-client` of "
                    "this version");
  client_papers x;
  x.address = value_of(text, "address");
  x.token = value_of(text, "token");
  std::size_t from = 0;
  x.link.certificate = block_of(text, "CERTIFICATE", from);
  x.link.key = block_of(text, "PRIVATE KEY", from);
  x.link.authority = block_of(text, "CERTIFICATE", from);
  if (x.link.certificate.empty() || x.link.key.empty()
      || x.link.authority.empty())
    return refuse(name + " is incomplete: export it again");
  if (const auto wrong = fault_in_papers(x.link, false); !wrong.empty())
    return refuse(name + " cannot be used: " + wrong + "; export it again");
  return x;
}

} // namespace racefill
