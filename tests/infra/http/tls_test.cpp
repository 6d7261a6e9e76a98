#include <filesystem>

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "tests/infra/http/script_server.hpp"

namespace racefill::test {
namespace {

using namespace std::chrono_literals;

using key_ptr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using cert_ptr = std::unique_ptr<X509, decltype(&X509_free)>;
using context_ptr = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

struct identity {
  key_ptr key{EVP_EC_gen("P-256"), EVP_PKEY_free};
  cert_ptr cert{X509_new(), X509_free};
};

void add_extension(X509* cert, X509* issuer, int name, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, cert, nullptr, nullptr, 0);
  auto* extension = X509V3_EXT_conf_nid(nullptr, &context, name, value);
  ASSERT_NE(extension, nullptr);
  X509_add_ext(cert, extension, -1);
  X509_EXTENSION_free(extension);
}

// A certificate for `names` (SAN syntax), valid until `end_s` from now; an
// authority of its own unless there is an issuer.
identity issue(const char* names, const identity* issuer, long end_s = 3600) {
  identity result;
  auto* cert = result.cert.get();
  const auto& signer = issuer == nullptr ? result : *issuer;
  static long serial = 0;
  X509_set_version(cert, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(cert), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(cert), -7200);
  X509_gmtime_adj(X509_getm_notAfter(cert), end_s);
  X509_set_pubkey(cert, result.key.get());
  const auto* common = reinterpret_cast<const unsigned char*>(
    issuer == nullptr ? "authority" : "server");
  X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
                             common, -1, -1, 0);
  X509_set_issuer_name(cert, X509_get_subject_name(signer.cert.get()));
  if (issuer == nullptr)
    add_extension(cert, cert, NID_basic_constraints, "critical,CA:TRUE");
  else
    add_extension(cert, issuer->cert.get(), NID_subject_alt_name, names);
  X509_sign(cert, signer.key.get(), EVP_sha256());
  return result;
}

context_ptr server_context(const identity& server) {
  context_ptr result{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
  SSL_CTX_use_certificate(result.get(), server.cert.get());
  SSL_CTX_use_PrivateKey(result.get(), server.key.get());
  return result;
}

class tls_test : public testing::Test {
protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path()
              / ("racefill_tls_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    ca_file_ = (folder_ / "ca.pem").string();
    auto* file = std::fopen(ca_file_.c_str(), "w");
    ASSERT_NE(file, nullptr);
    PEM_write_X509(file, authority_.cert.get());
    std::fclose(file);
  }

  void TearDown() override {
    std::filesystem::remove_all(folder_);
  }

  http_settings settings_for(const script_server& server,
                             const std::string& host = "localhost") const {
    auto result = server.settings();
    result.url.tls = true;
    result.url.host = host;
    result.ca_file = ca_file_;
    return result;
  }

  // One exchange with a server of that identity.
  caf::expected<api_reply> ask(const identity& server_identity,
                               const std::string& host, event_log& events,
                               bool trust = true) {
    auto context = server_context(server_identity);
    script_server server{[&](server_peer& peer, int) {
                           while (!server.next_request(peer).empty())
                             peer.send(response(200, "{}"));
                         },
                         context.get()};
    auto settings = settings_for(server, host);
    if (!trust)
      settings.ca_file.clear();
    auto transport = make_http_transport(settings);
    auto reply = transport->exchange({call_kind::courses, "/v1", 5000}, events);
    EXPECT_EQ(server.requests().size(), reply ? 1u : 0u);
    return reply;
  }

  void expect_refused(const caf::expected<api_reply>& reply,
                      const event_log& events, const char* why) {
    ASSERT_FALSE(reply);
    EXPECT_EQ(fault_of(reply.error()), fault::tls_refused)
      << describe(reply.error());
    EXPECT_NE(describe(reply.error()).find(why), std::string::npos)
      << describe(reply.error());
    EXPECT_TRUE(events.names.empty());
  }

  identity authority_ = issue("", nullptr);
  identity good_ = issue("DNS:localhost,IP:127.0.0.1", &authority_);
  std::filesystem::path folder_;
  std::string ca_file_;
};

TEST_F(tls_test, talks_to_a_server_whose_certificate_stands) {
  auto context = server_context(good_);
  script_server server{[&](server_peer& peer, int) {
                         while (!server.next_request(peer).empty())
                           peer.send(response(200, std::string(500'000, 'x')));
                       },
                       context.get()};
  auto transport = make_http_transport(settings_for(server));
  for (int i = 0; i < 10; ++i) {
    event_log events;
    auto reply = transport->exchange({call_kind::courses, "/v1", 5000}, events);
    ASSERT_TRUE(reply) << describe(reply.error());
    EXPECT_EQ(reply->body.size(), 500'000u);
    EXPECT_EQ(events.order(), "sent replied closed");
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(tls_test, tells_the_acknowledgement_of_a_ciphered_request) {
  auto context = server_context(good_);
  script_server server{[&](server_peer& peer, int) {
                         server.next_request(peer);
                         peer.drip("HTTP/1.1 ", 5ms);
                         peer.send("200 OK\r\nContent-Length: 0\r\n\r\n");
                         peer.hang();
                       },
                       context.get()};
  auto transport = make_http_transport(settings_for(server));
  event_log events;
  ASSERT_TRUE(transport->exchange({call_kind::courses, "/v1", 5000}, events));
  EXPECT_EQ(events.names, (std::vector<std::string>{"sent", "acknowledged",
                                                    "replied", "closed"}));
}

TEST_F(tls_test, accepts_an_address_that_the_certificate_names) {
  event_log events;
  auto reply = ask(good_, "127.0.0.1", events);
  EXPECT_TRUE(reply) << describe(reply.error());
}

TEST_F(tls_test, names_the_host_to_the_server) {
  auto context = server_context(good_);
  std::string seen;
  SSL_CTX_set_tlsext_servername_callback(
    context.get(), +[](SSL* session, int*, void* place) {
      const auto* name = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name);
      *static_cast<std::string*>(place) = name == nullptr ? "" : name;
      return SSL_TLSEXT_ERR_OK;
    });
  SSL_CTX_set_tlsext_servername_arg(context.get(), &seen);
  {
    script_server server{[&](server_peer& peer, int) {
                           server.next_request(peer);
                           peer.send(response(200, "{}"));
                         },
                         context.get()};
    auto transport = make_http_transport(settings_for(server));
    event_log events;
    ASSERT_TRUE(transport->exchange({call_kind::courses, "/v1", 5000}, events));
  }
  EXPECT_EQ(seen, "localhost");
}

TEST_F(tls_test, refuses_an_unknown_authority) {
  event_log events;
  expect_refused(ask(good_, "localhost", events, false), events, "certificate");
}

TEST_F(tls_test, refuses_a_certificate_for_another_host) {
  event_log events;
  expect_refused(ask(issue("DNS:elsewhere.example", &authority_), "localhost",
                     events),
                 events, "hostname mismatch");
  event_log others;
  expect_refused(ask(issue("DNS:localhost", &authority_), "127.0.0.1", others),
                 others, "IP address mismatch");
}

TEST_F(tls_test, refuses_an_expired_certificate) {
  event_log events;
  expect_refused(ask(issue("DNS:localhost", &authority_, -3600), "localhost",
                     events),
                 events, "expired");
}

TEST_F(tls_test, says_which_authorities_it_cannot_read) {
  http_settings settings;
  settings.url = {true, "localhost", 1, ""};
  settings.ca_file = "/nowhere/ca.pem";
  EXPECT_EQ(fault_of(validate(settings)), fault::bad_settings);
  event_log events;
  auto reply = make_http_transport(settings)->exchange(
    {call_kind::courses, "/v1", 5000}, events);
  expect_refused(reply, events, "/nowhere/ca.pem");
}

TEST_F(tls_test, cannot_reach_a_server_without_tls) {
  script_server server{
    [](server_peer& peer, int) { peer.send("HTTP/1.1 400 No\r\n\r\n"); }};
  auto transport = make_http_transport(settings_for(server));
  event_log events;
  auto reply = transport->exchange({call_kind::courses, "/v1", 5000}, events);
  ASSERT_FALSE(reply);
  EXPECT_EQ(fault_of(reply.error()), fault::unreachable);
  EXPECT_TRUE(events.names.empty());
}

TEST_F(tls_test, bounds_a_handshake_that_never_ends) {
  script_server server{[](server_peer& peer, int) { peer.hang(); }};
  auto settings = settings_for(server);
  auto transport = make_http_transport(settings);
  event_log events;
  auto reply = transport->exchange({call_kind::courses, "/v1", 200}, events);
  ASSERT_FALSE(reply);
  EXPECT_EQ(fault_of(reply.error()), fault::timed_out);
  settings.connect_timeout = 200ms;
  transport = make_http_transport(settings);
  reply = transport->exchange({call_kind::courses, "/v1", 5000}, events);
  ASSERT_FALSE(reply);
  EXPECT_EQ(fault_of(reply.error()), fault::unreachable);
  EXPECT_TRUE(events.names.empty());
}

TEST_F(tls_test, takes_a_stream_without_its_proper_end_as_broken) {
  auto context = server_context(good_);
  script_server server{[&](server_peer& peer, int number) {
                         server.next_request(peer);
                         peer.send("HTTP/1.1 200 OK\r\n\r\n{}");
                         if (number == 0)
                           peer.cut();
                         else
                           peer.close();
                       },
                       context.get()};
  auto transport = make_http_transport(settings_for(server));
  event_log events;
  auto reply = transport->exchange({call_kind::courses, "/v1", 5000}, events);
  ASSERT_FALSE(reply);
  EXPECT_EQ(fault_of(reply.error()), fault::broken_body);
  event_log others;
  reply = transport->exchange({call_kind::courses, "/v1", 5000}, others);
  EXPECT_TRUE(reply) << describe(reply.error());
}

TEST_F(tls_test, connects_anew_when_the_server_closed_an_idle_connection) {
  auto context = server_context(good_);
  std::atomic<int> closed{0};
  script_server server{[&](server_peer& peer, int) {
                         server.next_request(peer);
                         peer.send(response(200, "{}"));
                         peer.close();
                         ++closed;
                       },
                       context.get()};
  auto transport = make_http_transport(settings_for(server));
  for (int i = 0; i < 3; ++i) {
    event_log events;
    auto reply = transport->exchange({call_kind::courses, "/v1", 5000}, events);
    ASSERT_TRUE(reply) << describe(reply.error());
    while (closed <= i)
      std::this_thread::yield();
  }
  EXPECT_EQ(server.requests().size(), 3u);
}

} // namespace
} // namespace racefill::test
