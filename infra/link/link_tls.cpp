#include "infra/link/link_tls.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace racefill {
namespace {

// The largest chain that any peer may send: ours are below 1 kB.
constexpr long chain_max = 8L * 1024;

struct bio_free {
  void operator()(BIO* x) const noexcept {
    BIO_free(x);
  }
};
using bio_ptr = std::unique_ptr<BIO, bio_free>;

bio_ptr bio_over(const std::string& text) {
  return bio_ptr{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

X509* read_cert(const std::string& text) {
  return PEM_read_bio_X509(bio_over(text).get(), nullptr, nullptr, nullptr);
}

bool load(SSL_CTX* context, const link_papers& papers) {
  auto* own = read_cert(papers.certificate);
  auto* authority = read_cert(papers.authority);
  auto* key = PEM_read_bio_PrivateKey(bio_over(papers.key).get(), nullptr,
                                      nullptr, nullptr);
  const bool done
    = own != nullptr && authority != nullptr && key != nullptr
      && SSL_CTX_use_certificate(context, own) == 1
      && SSL_CTX_use_PrivateKey(context, key) == 1
      && SSL_CTX_check_private_key(context) == 1
      && X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority) == 1;
  X509_free(own);
  X509_free(authority);
  EVP_PKEY_free(key);
  return done;
}

tls_step step_of(SSL* x, int result) {
  switch (SSL_get_error(x, result)) {
    case SSL_ERROR_NONE:
      return tls_step::done;
    case SSL_ERROR_WANT_READ:
      return tls_step::wants_in;
    case SSL_ERROR_WANT_WRITE:
      return tls_step::wants_out;
    case SSL_ERROR_ZERO_RETURN:
      return tls_step::ended;
    default:
      return tls_step::failed;
  }
}

} // namespace

void free_tls_context::operator()(ssl_ctx_st* x) const noexcept {
  SSL_CTX_free(x);
}

void free_tls::operator()(ssl_st* x) const noexcept {
  SSL_free(x);
}

caf::expected<tls_context_ptr> make_link_context(const link_papers& papers,
                                                 link_end end) {
  const auto* method = end == link_end::service ? TLS_server_method()
                                                : TLS_client_method();
  tls_context_ptr context{SSL_CTX_new(method)};
  if (!context || !load(context.get(), papers))
    return caf::make_error(fault::bad_settings,
                           std::string("the remote monitor's papers cannot be "
                                       "used"));
  auto* x = context.get();
  SSL_CTX_set_min_proto_version(x, TLS1_3_VERSION);
  // Without these two a stranger would be let in: the peer must have papers.
  SSL_CTX_set_verify(x, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                     nullptr);
  SSL_CTX_set_verify_depth(x, 1);
  SSL_CTX_set_max_cert_list(x, chain_max);
  SSL_CTX_set_session_cache_mode(x, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(x, 0);
  SSL_CTX_set_mode(x, SSL_MODE_ENABLE_PARTIAL_WRITE
                        | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
                        | SSL_MODE_RELEASE_BUFFERS);
  return context;
}

tls_ptr make_link_session(ssl_ctx_st* context, link_end end, int socket) {
  tls_ptr session{SSL_new(context)};
  if (!session || SSL_set_fd(session.get(), socket) != 1)
    return nullptr;
  if (end == link_end::service)
    SSL_set_accept_state(session.get());
  else
    SSL_set_connect_state(session.get());
  return session;
}

tls_step tls_handshake(ssl_st* x) {
  ERR_clear_error();
  return step_of(x, SSL_do_handshake(x));
}

tls_step tls_read(ssl_st* x, char* data, std::size_t size, std::size_t& count) {
  ERR_clear_error();
  return step_of(x, SSL_read_ex(x, data, size, &count));
}

tls_step tls_write(ssl_st* x, const char* data, std::size_t size,
                   std::size_t& count) {
  ERR_clear_error();
  return step_of(x, SSL_write_ex(x, data, size, &count));
}

std::string tls_reason(ssl_st* x) {
  if (const auto verdict = SSL_get_verify_result(x); verdict != X509_V_OK)
    return X509_verify_cert_error_string(verdict);
  const auto code = ERR_peek_last_error();
  const auto* text = code != 0 ? ERR_reason_error_string(code) : nullptr;
  return text != nullptr ? text : "the peer broke off";
}

} // namespace racefill
