/// CONTEXT: a command line with everything that was read for it.
#pragma once

#include "app/cli/cli.hpp"
#include "app/config/config.hpp"
#include "app/config/credentials.hpp"

namespace racefill {

/// What a command gets, all of it valid.
struct command_context {
  invocation call;
  environment env;
  settings conf;
  credentials secrets;
};

} // namespace racefill
