#include "infra/link/papers_maker.hpp"

#include <array>
#include <memory>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

namespace racefill {
namespace {

template <class T, void (*Free)(T*)>
struct freed_by {
  void operator()(T* x) const noexcept {
    Free(x);
  }
};

struct bio_free {
  void operator()(BIO* x) const noexcept {
    BIO_free(x);
  }
};

using key_ptr = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY, EVP_PKEY_free>>;
using cert_ptr = std::unique_ptr<X509, freed_by<X509, X509_free>>;
using store_ptr
  = std::unique_ptr<X509_STORE, freed_by<X509_STORE, X509_STORE_free>>;
using check_ptr
  = std::unique_ptr<X509_STORE_CTX,
                    freed_by<X509_STORE_CTX, X509_STORE_CTX_free>>;
using bio_ptr = std::unique_ptr<BIO, bio_free>;

constexpr long day_seconds = 24L * 3'600;
constexpr long valid_days = 3'650;

std::string text_of(const bio_ptr& bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string pem_of(const cert_ptr& x) {
  const bio_ptr bio{BIO_new(BIO_s_mem())};
  PEM_write_bio_X509(bio.get(), x.get());
  return text_of(bio);
}

std::string pem_of(const key_ptr& x) {
  const bio_ptr bio{BIO_new(BIO_s_mem())};
  PEM_write_bio_PrivateKey(bio.get(), x.get(), nullptr, nullptr, 0, nullptr,
                           nullptr);
  return text_of(bio);
}

bio_ptr bio_over(const std::string& text) {
  return bio_ptr{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

// Never asks a terminal for a pass phrase.
int no_pass_phrase(char*, int, int, void*) {
  return 0;
}

cert_ptr read_cert(const std::string& text) {
  return cert_ptr{
    PEM_read_bio_X509(bio_over(text).get(), nullptr, no_pass_phrase, nullptr)};
}

key_ptr read_key(const std::string& text) {
  return key_ptr{PEM_read_bio_PrivateKey(bio_over(text).get(), nullptr,
                                         no_pass_phrase, nullptr)};
}

key_ptr make_key() {
  return key_ptr{EVP_EC_gen("P-256")};
}

void add_extension(X509* cert, X509* issuer, int id, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, cert, nullptr, nullptr, 0);
  auto* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value);
  if (extension == nullptr)
    return;
  X509_add_ext(cert, extension, -1);
  X509_EXTENSION_free(extension);
}

bool set_serial(X509* cert) {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    return false;
  bytes[0] &= 0x7f; // Serial numbers are positive.
  auto* number = BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()),
                           nullptr);
  const bool done = number != nullptr
                    && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert))
                         != nullptr;
  BN_free(number);
  return done;
}

// A certificate over `key`, signed by the issuer; by itself when there is none.
cert_ptr make_cert(EVP_PKEY* key, const char* name, X509* issuer,
                   EVP_PKEY* issuer_key, const char* usage) {
  cert_ptr cert{X509_new()};
  if (!cert || !set_serial(cert.get()))
    return nullptr;
  X509_set_version(cert.get(), 2);
  // A viewer's clock may be behind.
  X509_gmtime_adj(X509_getm_notBefore(cert.get()), -day_seconds);
  X509_gmtime_adj(X509_getm_notAfter(cert.get()), valid_days * day_seconds);
  X509_set_pubkey(cert.get(), key);
  auto* subject = X509_get_subject_name(cert.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name), -1,
                             -1, 0);
  X509_set_issuer_name(cert.get(),
                       issuer ? X509_get_subject_name(issuer) : subject);
  auto* signer = issuer ? issuer : cert.get();
  if (issuer == nullptr) {
    add_extension(cert.get(), signer, NID_basic_constraints,
                  "critical,CA:TRUE,pathlen:0");
    add_extension(cert.get(), signer, NID_key_usage, "critical,keyCertSign");
  } else {
    add_extension(cert.get(), signer, NID_basic_constraints,
                  "critical,CA:FALSE");
    add_extension(cert.get(), signer, NID_key_usage,
                  "critical,digitalSignature");
    // So that a viewer's papers cannot play the service.
    add_extension(cert.get(), signer, NID_ext_key_usage, usage);
  }
  add_extension(cert.get(), signer, NID_subject_key_identifier, "hash");
  if (X509_sign(cert.get(), issuer_key, EVP_sha256()) == 0)
    return nullptr;
  return cert;
}

std::string make_token() {
  std::array<unsigned char, 32> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    return {};
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const auto byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

} // namespace

caf::expected<new_papers> make_papers() {
  const auto failed = [] {
    return caf::make_error(
      fault::files_refused,
      std::string("OpenSSL cannot make certificates here"));
  };
  const auto ca_key = make_key();
  const auto server_key = make_key();
  const auto client_key = make_key();
  if (!ca_key || !server_key || !client_key)
    return failed();
  const auto ca = make_cert(ca_key.get(), "racefill private authority", nullptr,
                            ca_key.get(), "");
  if (!ca)
    return failed();
  const auto server = make_cert(server_key.get(), "racefill service", ca.get(),
                                ca_key.get(), "serverAuth");
  const auto client = make_cert(client_key.get(), "racefill viewer", ca.get(),
                                ca_key.get(), "clientAuth");
  new_papers x;
  x.token = make_token();
  if (!server || !client || x.token.empty())
    return failed();
  x.authority = pem_of(ca);
  x.authority_key = pem_of(ca_key);
  x.server = pem_of(server);
  x.server_key = pem_of(server_key);
  x.client = pem_of(client);
  x.client_key = pem_of(client_key);
  return x;
}

std::string fault_in_papers(const link_papers& x, bool is_server) {
  const auto ca = read_cert(x.authority);
  const auto cert = read_cert(x.certificate);
  const auto key = read_key(x.key);
  if (!ca)
    return "the authority's certificate is damaged";
  if (!cert)
    return "the certificate is damaged";
  if (!key)
    return "the key is damaged";
  if (X509_check_private_key(cert.get(), key.get()) != 1)
    return "the key does not belong to the certificate";
  const store_ptr store{X509_STORE_new()};
  const check_ptr check{X509_STORE_CTX_new()};
  if (!store || !check || X509_STORE_add_cert(store.get(), ca.get()) != 1
      || X509_STORE_CTX_init(check.get(), store.get(), cert.get(), nullptr)
           != 1)
    return "OpenSSL cannot check the certificate";
  X509_STORE_CTX_set_default(check.get(),
                             is_server ? "ssl_server" : "ssl_client");
  if (X509_verify_cert(check.get()) == 1)
    return {};
  return std::string("the certificate does not stand: ")
         + X509_verify_cert_error_string(X509_STORE_CTX_get_error(check.get()));
}

} // namespace racefill
