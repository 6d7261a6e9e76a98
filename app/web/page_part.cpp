#include "app/web/page_part.hpp"

#include <unistd.h>

#include <stdexcept>
#include <string>

#include "app/print/report_file.hpp"
#include "app/web/page_poller.hpp"
#include "app/web/page_server.hpp"
#include "app/web/page_text.hpp"
#include "infra/log/log.hpp"

namespace racefill {
namespace {

// Tells this process's calendar versions from those of another one.
std::string epoch_of_process() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::to_string(getpid()) + "-"
         + std::to_string(
           std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

// The parts share one scope, so that one hash allows them all.
std::string page_script() {
  return std::string{calendar_js} + charts_js + page_js;
}

class page_part : public service_part {
public:
  page_part(const service_context& service,
            const page_server_settings& settings, page_site site)
    : board_(std::make_shared<page_board>(page_clock::now())),
      server_(settings, std::move(site), board_),
      poller_(service.sys, service.desk, board_) {
  }

  std::string url() const {
    return server_.url();
  }

private:
  std::shared_ptr<page_board> board_;
  page_server server_;
  page_poller poller_; // First to end.
};

} // namespace

caf::expected<std::unique_ptr<service_part>>
open_page_part(const service_context& service) {
  const auto& conf = service.conf;
  if (conf.page.port == 0 && conf.page.port_file.empty())
    return std::unique_ptr<service_part>{};
  page_server_settings settings;
  settings.host = conf.page.host;
  settings.port = static_cast<std::uint16_t>(conf.page.port);
  const bool is_local = page_server::is_loopback(settings.host);
  try {
    auto part = std::make_unique<page_part>(
      service, settings,
      make_page_site(page_html, page_css, page_script(), epoch_of_process(),
                     is_local));
    log_info("page", "page is served", {{"url", part->url()}});
    if (!is_local)
      log_warn("page", "page is open to the network, without password or "
                       "encryption; page.host = 127.0.0.1 keeps it local");
    if (!conf.page.port_file.empty())
      if (auto err = write_report_file(in_state_dir(conf, conf.page.port_file),
                                       part->url() + "\n"))
        return err;
    return std::unique_ptr<service_part>{std::move(part)};
  } catch (const std::runtime_error& e) {
    return caf::make_error(fault::bad_settings,
                           std::string("page.host, page.port: ") + e.what());
  }
}

} // namespace racefill
