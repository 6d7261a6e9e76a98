#include "infra/http/tls_session.hpp"

#include <array>
#include <new>

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace racefill {
namespace {

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> binary{};
  return ::inet_pton(AF_INET, host.c_str(), binary.data()) == 1
         || ::inet_pton(AF_INET6, host.c_str(), binary.data()) == 1;
}

// The oldest error in OpenSSL's queue of this thread, which it empties.
std::string last_failure() {
  const auto code = ERR_get_error();
  ERR_clear_error();
  if (code == 0)
    return "the connection was cut";
  const char* reason = ERR_reason_error_string(code);
  return reason == nullptr ? "unknown reason" : reason;
}

} // namespace

caf::expected<tls_context> tls_context::make(const std::string& ca_file) {
  ERR_clear_error();
  tls_context result;
  result.context_.reset(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  auto* context = result.get();
  if (context == nullptr)
    return caf::make_error(fault::tls_refused,
                           "cannot start TLS: " + last_failure());
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  const auto loaded
    = ca_file.empty()
        ? SSL_CTX_set_default_verify_paths(context)
        : SSL_CTX_load_verify_locations(context, ca_file.c_str(), nullptr);
  if (loaded != 1)
    return caf::make_error(fault::tls_refused,
                           "cannot read certificate authorities from "
                             + (ca_file.empty() ? "the system" : ca_file) + ": "
                             + last_failure());
  return result;
}

void tls_session::free_session::operator()(ssl_st* x) const noexcept {
  SSL_free(x);
}

tls_session::tls_session(const tls_context& context, const std::string& host)
  : session_(SSL_new(context.get())),
    in_(BIO_new(BIO_s_mem())),
    out_(BIO_new(BIO_s_mem())) {
  auto* session = session_.get();
  if (session == nullptr || in_ == nullptr || out_ == nullptr) {
    BIO_free(in_);
    BIO_free(out_);
    throw std::bad_alloc{};
  }
  SSL_set_bio(session, in_, out_);
  SSL_set_connect_state(session);
  if (is_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host.c_str());
  } else {
    SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(session, host.c_str());
    SSL_set_tlsext_host_name(session, host.c_str());
  }
}

void tls_session::feed(std::string_view wire) {
  if (wire.empty())
    return;
  // A memory BIO takes everything or has no memory left.
  if (BIO_write(in_, wire.data(), static_cast<int>(wire.size()))
      != static_cast<int>(wire.size()))
    throw std::bad_alloc{};
}

std::string tls_session::take() {
  std::string wire(BIO_ctrl_pending(out_), '\0');
  if (wire.empty())
    return wire;
  const auto count = BIO_read(out_, wire.data(), static_cast<int>(wire.size()));
  wire.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return wire;
}

stream_state tls_session::shake_hands() {
  ERR_clear_error();
  const auto code = SSL_do_handshake(session_.get());
  if (code == 1)
    return stream_state::ready;
  const auto reason = SSL_get_error(session_.get(), code);
  if (reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE)
    return stream_state::wait;
  failure_ = last_failure();
  return stream_state::broken;
}

caf::error tls_session::handshake_error(const std::string& peer) const {
  const auto verdict = SSL_get_verify_result(session_.get());
  if (verdict != X509_V_OK)
    return caf::make_error(fault::tls_refused,
                           "the certificate of " + peer + " does not stand: "
                             + X509_verify_cert_error_string(verdict));
  return caf::make_error(fault::unreachable,
                         "no TLS with " + peer + ": " + failure_);
}

bool tls_session::write(std::string_view plain) {
  ERR_clear_error();
  // Into a memory BIO, a write is never partial.
  return SSL_write(session_.get(), plain.data(), static_cast<int>(plain.size()))
         == static_cast<int>(plain.size());
}

stream_state tls_session::read(std::string& plain) {
  auto moved = false;
  std::array<char, 16384> piece; // NOLINT: filled by SSL_read.
  for (;;) {
    ERR_clear_error();
    const auto count = SSL_read(session_.get(), piece.data(),
                                static_cast<int>(piece.size()));
    if (count > 0) {
      plain.append(piece.data(), static_cast<std::size_t>(count));
      moved = true;
      continue;
    }
    if (moved) // What came is told first, the end at the next call.
      return stream_state::ready;
    switch (SSL_get_error(session_.get(), count)) {
      case SSL_ERROR_WANT_READ:
      case SSL_ERROR_WANT_WRITE:
        return stream_state::wait;
      case SSL_ERROR_ZERO_RETURN:
        return stream_state::ended;
      default:
        ERR_clear_error();
        return stream_state::broken;
    }
  }
}

} // namespace racefill
