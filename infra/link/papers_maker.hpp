/// PAPERS_MAKER: keys and certificates, made and checked by OpenSSL.
#pragma once

#include <string>

#include <caf/expected.hpp>

#include "infra/link/identity.hpp"

namespace racefill {

/// A whole new set.
struct new_papers {
  std::string authority;
  std::string authority_key;
  std::string server;
  std::string server_key;
  std::string client;
  std::string client_key;
  std::string token; ///< 64 hexadecimal digits.
};

/// Makes a set that stands for ten years. Faults: files_refused (OpenSSL has no
/// random numbers).
caf::expected<new_papers> make_papers();

/// What is wrong with an end's papers: "" when the certificate is signed by the
/// authority, the key belongs to it and both are in date.
std::string fault_in_papers(const link_papers& x, bool is_server);

} // namespace racefill
