/// LINK_TLS: TLS for the monitor's port, with papers on both sides.
#pragma once

#include <memory>
#include <string>

#include <caf/expected.hpp>

#include "infra/link/identity.hpp"

// OpenSSL's types, named here to keep its headers out of ours.
struct ssl_ctx_st;
struct ssl_st;

namespace racefill {

struct free_tls_context {
  void operator()(ssl_ctx_st* x) const noexcept;
};

struct free_tls {
  void operator()(ssl_st* x) const noexcept;
};

using tls_context_ptr = std::unique_ptr<ssl_ctx_st, free_tls_context>;
using tls_ptr = std::unique_ptr<ssl_st, free_tls>;

/// Which end of a link.
enum class link_end { service, viewer };

/// TLS 1.3 alone; the peer must show a certificate of the same authority, made
/// for its end. No resumption, no renegotiation. Faults: bad_settings.
caf::expected<tls_context_ptr> make_link_context(const link_papers& papers,
                                                 link_end end);

/// A session over a connected, non-blocking socket.
tls_ptr make_link_session(ssl_ctx_st* context, link_end end, int socket);

/// How one step of a session ended.
enum class tls_step {
  done,      ///< It moved on.
  wants_in,  ///< It waits for bytes of the peer.
  wants_out, ///< It waits for room towards the peer.
  ended,     ///< The peer has ended the stream.
  failed,    ///< It cannot go on; tls_reason() says why.
};

tls_step tls_handshake(ssl_st* x);
/// `count` is set with `done`.
tls_step tls_read(ssl_st* x, char* data, std::size_t size, std::size_t& count);
tls_step tls_write(ssl_st* x, const char* data, std::size_t size,
                   std::size_t& count);

/// Why the last step of this thread failed, for people.
std::string tls_reason(ssl_st* x);

} // namespace racefill
