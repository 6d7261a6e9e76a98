/// DATABASE_URL: takes the password out of a URL before anyone can print it.
#pragma once

#include <string>
#include <string_view>

#include "app/config/secret.hpp"

namespace racefill {

/// A database URL in two parts.
struct database_target {
  std::string url;     ///< Without a password; fit for logs.
  secret password;     ///< Percent-decoded; empty when the URL had none.
  std::string problem; ///< What is wrong; "" when the parts may be used.
};

/// Splits `sqlite:PATH`, `postgresql://…` and `postgres://…`; the password may
/// stand before the `@` or in the query (`?password=…`). A URL that cannot be
/// taken apart with certainty (an `@` or `/` in a password that is not
/// percent-encoded) gives a problem and no url: neither ever repeats a part of
/// the password.
database_target split_database_url(std::string_view text);

/// Tells whether a URL of any scheme carries `name:password@` or a password in
/// its query. Says yes when in doubt.
bool holds_password(std::string_view url);

} // namespace racefill
