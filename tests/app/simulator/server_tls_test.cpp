#include <cstdlib>
#include <filesystem>

#include <Poco/Net/Context.h>
#include <Poco/Net/SecureStreamSocket.h>

#include <unistd.h>

#include "tests/app/simulator/server_fixture.hpp"

namespace racefill::sim {
namespace {

namespace fs = std::filesystem;

class tls : public server_test {
protected:
  tls()
    : folder_(fs::temp_directory_path()
              / ("tls." + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
    settings_.certificate = (folder_ / "cert.pem").string();
    settings_.private_key = (folder_ / "key.pem").string();
  }
  ~tls() override {
    fs::remove_all(folder_);
  }

  // A certificate of this test alone.
  bool make_certificate() const {
    const auto command
      = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost "
        "-keyout "
        + settings_.private_key + " -out " + settings_.certificate
        + " >/dev/null 2>&1";
    return std::system(command.c_str()) == 0;
  }

  raw_client connect() const {
    Poco::Net::Context::Ptr context = new Poco::Net::Context(
      Poco::Net::Context::TLS_CLIENT_USE, "", Poco::Net::Context::VERIFY_NONE);
    return raw_client{Poco::Net::SecureStreamSocket(
      Poco::Net::SocketAddress("127.0.0.1", server_->port()), context)};
  }

  fs::path folder_;
};

TEST_F(tls, serves_requests_and_faults_alike) {
  if (!make_certificate())
    GTEST_SKIP() << "the openssl program is not here";
  start();
  EXPECT_TRUE(server_->url().starts_with("https://"));
  auto client = connect();
  EXPECT_EQ(client.get("/v1/courses/regions").status(), 200);
  EXPECT_EQ(client.get(a_day).status(), 200);
  server_->add_fault(parse_fault("short"));
  const auto cut = client.get("/v1/courses");
  EXPECT_TRUE(cut.closed);
  EXPECT_LT(static_cast<long>(cut.body().size()), cut.length());
}

TEST_F(tls, names_the_certificate_that_cannot_be_used) {
  settings_.certificate = "/nowhere/cert.pem";
  try {
    start();
    FAIL() << "a missing certificate was accepted";
  } catch (const std::runtime_error& e) {
    EXPECT_NE(std::string{e.what()}.find("/nowhere/cert.pem"),
              std::string::npos);
  }
}

} // namespace
} // namespace racefill::sim
