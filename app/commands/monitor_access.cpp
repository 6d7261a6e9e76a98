#include "app/commands/monitor_access.hpp"

#include <charconv>

#include <unistd.h>

#include "app/config/small_file.hpp"
#include "app/monitor/monitor_part.hpp"
#include "infra/machine/process_identity.hpp"

namespace racefill {
namespace {

caf::expected<client_papers> papers_of(const command_context& context) {
  const auto& file = context.call.client_file;
  if (file.empty())
    return open_client_papers(monitor_folder(context.conf));
  auto text = read_small_file(file, std::size_t{64} * 1024,
                              file_privacy::owner_only);
  if (!text)
    return std::move(text.error());
  return unpack_client_papers(*text, file);
}

bool split(const std::string& address, std::string& host, std::uint16_t& port) {
  const auto colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0)
    return false;
  const auto* end = address.data() + address.size();
  const auto read = std::from_chars(address.data() + colon + 1, end, port);
  host = address.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  return read.ec == std::errc{} && read.ptr == end && port != 0;
}

} // namespace

caf::expected<monitor_client_settings>
monitor_access(const command_context& context) {
  auto papers = papers_of(context);
  if (!papers)
    return std::move(papers.error());
  monitor_client_settings x;
  const auto& call = context.call;
  const auto& conf = context.conf.monitor;
  x.name = host_name() + " " + std::to_string(::getpid());
  if (call.attach_port != 0) {
    x.host = call.attach_host;
    x.port = static_cast<std::uint16_t>(call.attach_port);
  } else if (conf.port != 0 && call.client_file.empty()) {
    x.host = conf.host == "0.0.0.0" ? "127.0.0.1"
             : conf.host == "::"    ? "::1"
                                    : conf.host;
    x.port = static_cast<std::uint16_t>(conf.port);
  } else if (!split(papers->address, x.host, x.port)) {
    return caf::make_error(fault::bad_settings,
                           std::string("no service to talk to: set "
                                       "monitor.port, or name one by --attach "
                                       "HOST:PORT"));
  }
  x.papers = std::move(*papers);
  return x;
}

int fail_with_link(const caf::error& err) {
  auto text = describe(err);
  if (fault_of(err) == fault::unreachable)
    text += "; is `racefill serve` running with this monitor.port?";
  else if (fault_of(err) == fault::tls_refused)
    text += "; its papers and ours are not of one service: use its own "
            "--state-dir, or export a --client file there again";
  return fail_with(exit_status_of(fault_of(err)), text);
}

} // namespace racefill
