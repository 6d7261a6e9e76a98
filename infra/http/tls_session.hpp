/// TLS_SESSION: the cipher between two byte strings; it touches no socket.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <caf/expected.hpp>

#include "messages/faults.hpp"

// OpenSSL's types, named here to keep its headers out of ours.
struct ssl_ctx_st;
struct ssl_st;
struct bio_st;

namespace racefill {

/// What a step of a stream came to.
enum class stream_state {
  ready, ///< It moved on.
  wait,  ///< It needs bytes that are not there yet.
  ended, ///< The peer ended the stream in order.
  broken ///< It cannot go on.
};

/// Whom to trust; shared by all sessions of a transport.
class tls_context {
public:
  /// Trusts the system's authorities, or only those in `ca_file` unless it is
  /// empty. Faults: tls_refused.
  static caf::expected<tls_context> make(const std::string& ca_file);

  ssl_ctx_st* get() const noexcept {
    return context_.get();
  }

private:
  std::shared_ptr<ssl_ctx_st> context_;
};

/// A client's side of one TLS connection. The certificate must stand and must
/// name the host. Bytes of the wire go in by feed() and come out by take().
class tls_session {
public:
  tls_session(const tls_context& context, const std::string& host);

  /// Takes bytes that came from the peer.
  void feed(std::string_view wire);

  /// Gives the bytes to be sent to the peer.
  std::string take();

  /// Goes on with the handshake; ready once it is complete.
  stream_state shake_hands();

  /// After a broken handshake: the reason, and whether it is the certificate.
  /// Faults: tls_refused, unreachable.
  caf::error handshake_error(const std::string& peer) const;

  /// Encrypts `plain` for take(). False when the session is broken.
  bool write(std::string_view plain);

  /// Appends what has been decrypted to `plain`.
  stream_state read(std::string& plain);

private:
  struct free_session {
    void operator()(ssl_st* x) const noexcept;
  };

  std::unique_ptr<ssl_st, free_session> session_;
  bio_st* in_ = nullptr;  ///< Owned by the session.
  bio_st* out_ = nullptr; ///< Owned by the session.
  std::string failure_;
};

} // namespace racefill
