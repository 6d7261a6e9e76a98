/// IDENTITY: the certificates and the token by which the service and its
/// viewers know each other. A private authority made at the first start; nobody
/// else's certificate opens the port, and steering needs the token besides.
#pragma once

#include <string>

#include <caf/expected.hpp>

#include "messages/faults.hpp"

namespace racefill {

/// One end's papers, as PEM text.
struct link_papers {
  std::string authority;   ///< The private authority's certificate.
  std::string certificate; ///< This end's own, signed by it.
  std::string key;         ///< Of that certificate.
};

/// A viewer's papers, and what opens steering.
struct client_papers {
  link_papers link;
  std::string token;   ///< "" for one who may only watch.
  std::string address; ///< HOST:PORT of the service; "" when not known.
};

/// The service's papers in `folder`, made when the folder does not exist yet.
struct service_papers {
  link_papers link;
  std::string token;
};

/// Makes `folder` with new papers (files of mode 0600 in a folder of mode
/// 0700), unless it exists; then reads them. Half a set is never made: the
/// folder appears as a whole. Faults: bad_settings (a file is missing, open to
/// others, damaged, out of date, or belongs to another set), files_refused,
/// disk_full.
caf::expected<service_papers> open_service_papers(const std::string& folder);

/// What a viewer on the service's own host finds in `folder`.
/// Faults: bad_settings.
caf::expected<client_papers> open_client_papers(const std::string& folder);

/// Packs a viewer's papers into one text for another machine.
std::string pack_client_papers(const client_papers& x);

/// Reads such a text. Faults: bad_settings; `name` is what the text is called.
caf::expected<client_papers> unpack_client_papers(const std::string& text,
                                                  const std::string& name);

/// Writes `text` to a new file of mode 0600, which must not exist yet.
/// Faults: files_refused, disk_full.
caf::error write_private_file(const std::string& path, const std::string& text);

/// Where the service listens, for viewers that were not told: `folder`/address.
/// Faults: files_refused, disk_full.
caf::error write_address(const std::string& folder, const std::string& address);

} // namespace racefill
