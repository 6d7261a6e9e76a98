#include "infra/http/transport.hpp"

#include <algorithm>
#include <optional>
#include <sstream>

#include <Poco/Base64Encoder.h>

#include "infra/http/connection.hpp"
#include "infra/http/response.hpp"

namespace racefill {
namespace {

using steady = std::chrono::steady_clock;

// How exactly an acknowledgement is timed.
constexpr std::chrono::microseconds acknowledgement_poll{300};

// Bounds the arithmetic, nothing else.
constexpr std::chrono::milliseconds deadline_max{24 * 3600 * 1000};

// Base64 in one line, as Basic authentication wants it.
std::string basic_credentials(const std::string& username,
                              const std::string& password) {
  std::ostringstream out;
  Poco::Base64Encoder encoder{out};
  encoder.rdbuf()->setLineLength(0);
  encoder << username << ':' << password;
  encoder.close();
  return out.str();
}

bool is_target(const std::string& target) {
  return !target.empty() && target.front() == '/'
         && std::all_of(target.begin(), target.end(),
                        [](char c) { return c > ' ' && c < 0x7f; });
}

// Tells the events of one exchange, each at most once. However it ends, nothing
// of its request is left under way and on_closed() has been called.
class exchange_scope {
public:
  exchange_scope(connection& link, exchange_events& events)
    : link_(link), events_(events) {
  }

  exchange_scope(const exchange_scope&) = delete;
  exchange_scope& operator=(const exchange_scope&) = delete;

  ~exchange_scope() {
    if (whole_)
      return;
    link_.close();
    if (sent_)
      events_.on_closed();
  }

  void sent() {
    sent_ = true;
    events_.on_sent();
  }

  bool wants_acknowledgement() const {
    return !acknowledged_;
  }

  void look_for_acknowledgement() {
    if (acknowledged_ || !link_.acknowledged())
      return;
    acknowledged_ = true;
    events_.on_acknowledged();
  }

  void replied() {
    acknowledged_ = true; // No use any more.
    events_.on_replied();
  }

  void whole(bool keep_alive) {
    if (!keep_alive)
      link_.close();
    whole_ = true;
    events_.on_closed();
  }

private:
  connection& link_;
  exchange_events& events_;
  bool sent_ = false;
  bool acknowledged_ = false;
  bool whole_ = false;
};

class socket_transport : public http_transport {
public:
  explicit socket_transport(http_settings settings)
    : settings_(std::move(settings)),
      peer_(authority(settings_.url)),
      fields_("Host: " + host_header(settings_.url)
              + "\r\nAuthorization: Basic "
              + basic_credentials(settings_.username, settings_.password)
              + "\r\nUser-Agent: " + settings_.user_agent
              + "\r\nAccept: application/json\r\nAccept-Encoding: gzip\r\n"
                "Connection: keep-alive\r\n\r\n") {
  }

  caf::expected<api_reply> exchange(const api_request& request,
                                    exchange_events& events) override {
    const auto deadline
      = steady::now()
        + std::min(std::chrono::milliseconds{request.deadline_ms},
                   deadline_max);
    if (!is_target(request.target))
      return caf::make_error(fault::invalid_request,
                             "the request's target holds a character that no "
                             "URL may hold");
    if (auto err = make_ready(deadline))
      return err;
    exchange_scope scope{link_, events};
    response_reader reader{settings_.body_bytes_max};
    if (!link_.queue("GET " + settings_.url.prefix + request.target
                     + " HTTP/1.1\r\n" + fields_))
      return failed(fault::unreachable, link_.failure());
    const auto begin = steady::now();
    if (begin >= deadline)
      return failed(fault::timed_out, "the deadline passed before the request "
                                      "could be sent");
    scope.sent();
    if (auto err = converse(scope, reader, deadline))
      return err;
    const auto latency = steady::now() - begin;
    used_ = steady::now();
    scope.whole(reader.keeps_alive());
    return reply_of(reader, latency);
  }

  void close() override {
    link_.close();
  }

private:
  caf::error failed(fault code, const std::string& why) const {
    return caf::make_error(code, peer_ + ": " + why);
  }

  // Leaves a connection on which nobody has said anything yet.
  caf::error make_ready(steady::time_point deadline) {
    if (steady::now() - used_ < settings_.idle_max && link_.is_idle())
      return caf::none;
    link_.close();
    if (settings_.url.tls && !tls_) {
      auto context = tls_context::make(settings_.ca_file);
      if (!context)
        return std::move(context.error());
      tls_ = std::move(*context);
    }
    const auto connect_by = steady::now() + settings_.connect_timeout;
    auto err = link_.open(settings_.url, tls_ ? &*tls_ : nullptr,
                          std::min(deadline, connect_by));
    // Only the request's own deadline makes a timed_out.
    if (err && fault_of(err) == fault::timed_out && connect_by < deadline)
      return failed(fault::unreachable,
                    "no connection within "
                      + std::to_string(settings_.connect_timeout.count())
                      + " ms");
    return err;
  }

  // Sends what is queued and reads until the response is whole.
  caf::error converse(exchange_scope& scope, response_reader& reader,
                      steady::time_point deadline) {
    for (;;) {
      const auto sent = link_.flush();
      scope.look_for_acknowledgement();
      std::string bytes;
      const auto state = link_.receive(bytes);
      // The head's bytes acknowledge the request too.
      if (!bytes.empty())
        scope.look_for_acknowledgement();
      if (auto err = read(scope, reader, state, bytes))
        return err;
      if (reader.is_whole())
        return caf::none;
      // Told after the read only: the server may refuse early, with an answer.
      if (sent == stream_state::broken && state == stream_state::wait)
        return failed(fault::unreachable, link_.failure());
      const auto now = steady::now();
      if (now >= deadline)
        return failed(fault::timed_out, describe_wait(reader));
      if (state != stream_state::wait)
        continue;
      link_.wait(scope.wants_acknowledgement()
                   ? std::min(deadline, now + acknowledgement_poll)
                   : deadline);
    }
  }

  caf::error read(exchange_scope& scope, response_reader& reader,
                  stream_state state, const std::string& bytes) const {
    const auto had_head = reader.has_head();
    auto err = reader.feed(bytes);
    if (!had_head && reader.has_head())
      scope.replied();
    if (!err && state == stream_state::ended)
      err = reader.end();
    if (err)
      return failed(fault_of(err), err.context().get_as<std::string>(0));
    if (state == stream_state::broken && !reader.is_whole())
      return failed(reader.has_head() ? fault::broken_body : fault::unreachable,
                    link_.failure());
    return caf::none;
  }

  static std::string describe_wait(const response_reader& reader) {
    return reader.has_head() ? "the deadline passed within the body"
                             : "the deadline passed before the response";
  }

  caf::expected<api_reply> reply_of(response_reader& reader,
                                    steady::duration latency) {
    const auto& head = reader.head();
    api_reply reply;
    reply.status = head.status;
    reply.content_type = head.field("content-type");
    reply.location = head.field("location");
    reply.retry_after_ms = retry_after_ms(head,
                                          std::chrono::system_clock::now());
    reply.latency_ms
      = std::chrono::duration_cast<std::chrono::milliseconds>(latency).count();
    reply.wire_bytes = reader.wire_bytes();
    const auto& coding = head.field("content-encoding");
    if (reader.body().empty() || coding.empty()
        || head.names("content-encoding", "identity")) {
      reply.body = std::move(reader.body());
      return reply;
    }
    if (!head.names("content-encoding", "gzip")
        && !head.names("content-encoding", "x-gzip")) {
      link_.close();
      return failed(fault::broken_body,
                    "the body is packed as nobody asked: " + coding);
    }
    auto body = gunzip(reader.body(), settings_.body_bytes_max);
    if (!body) {
      link_.close();
      return failed(fault::broken_body,
                    body.error().context().get_as<std::string>(0));
    }
    reply.body = std::move(*body);
    return reply;
  }

  http_settings settings_;
  std::string peer_;
  std::string fields_; ///< All header fields, the credentials among them.
  std::optional<tls_context> tls_;
  connection link_;
  steady::time_point used_{}; ///< When the connection last ended a response.
};

} // namespace

caf::error validate(const http_settings& settings) {
  auto refuse = [](const std::string& why) {
    return caf::make_error(fault::bad_settings, why);
  };
  if (settings.username.find(':') != std::string::npos)
    return refuse("the API's user name holds a colon, which HTTP Basic "
                  "authentication cannot carry");
  if (settings.connect_timeout.count() <= 0)
    return refuse("the connect timeout must be above 0");
  if (!settings.url.tls)
    return caf::none;
  auto context = tls_context::make(settings.ca_file);
  if (!context)
    return refuse(context.error().context().get_as<std::string>(0));
  return caf::none;
}

std::unique_ptr<http_transport> make_http_transport(http_settings settings) {
  return std::make_unique<socket_transport>(std::move(settings));
}

} // namespace racefill
