#include "app/rounds/lone_call.hpp"

#include <chrono>

#include "app/rounds/edges.hpp"
#include "infra/facts/report_database.hpp"
#include "infra/http/base_url.hpp"
#include "infra/http/transport.hpp"
#include "infra/racing_api/racing_api.hpp"

namespace racefill {
namespace {

/// Nobody wants to know the steps of a lone call.
class silent_events : public exchange_events {
public:
  void on_sent() override {
  }
  void on_acknowledged() override {
  }
  void on_replied() override {
  }
  void on_closed() override {
  }
};

} // namespace

caf::expected<live_api> open_live_api(const command_context& context) {
  const auto& conf = context.conf;
  const auto missing = missing_api_credentials(context.secrets);
  if (!missing.empty())
    return caf::make_error(fault::bad_settings, missing);
  auto url = parse_base_url(conf.api.url);
  if (!url)
    return url.error();
  http_settings http;
  http.url = std::move(*url);
  http.username = context.secrets.api_username;
  http.password = context.secrets.api_password.reveal();
  http.ca_file = conf.api.ca_file;
  if (auto err = validate(http))
    return err;
  racing_api_settings api;
  api.regions = conf.api.regions;
  api.page_limit = 1; // Enough to see whether a day has racing.
  api.deadline = std::chrono::seconds{conf.http.deadline_seconds};
  auto seat = take_account_seat(conf, context.secrets);
  if (!seat)
    return std::move(seat.error());
  return live_api{make_racing_api(api), make_http_transport(std::move(http)),
                  std::move(*seat)};
}

caf::expected<api_reply> call_once(live_api& live, const api_request& request) {
  silent_events events;
  return live.transport->exchange(request, events);
}

caf::expected<std::string> lease_holder(const command_context& context) {
  auto db = report_database::open(store_settings_of(context));
  if (!db)
    return db.error();
  try {
    if (!db->has("racefill_lease"))
      return std::string{};
    const auto rows
      = db->query("SELECT holder FROM racefill_lease WHERE holder IS NOT NULL "
                  "AND expires_at>"
                  + now_plus(db->kind(), 0));
    return rows.empty() ? std::string{} : rows[0][0].value_or("");
  } catch (const sql_error& err) {
    return to_error(err);
  }
}

} // namespace racefill
