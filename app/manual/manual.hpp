/// MANUAL: the man pages and the shells' completions, made from the tables that
/// the command line and the conf file are read by, so that they are never old.
#pragma once

#include <string>

namespace racefill {

/// racefill(1), as troff.
std::string man_page();

/// racefill.conf(5), as troff.
std::string conf_man_page();

/// Completions of commands, options and conf keys.
std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

} // namespace racefill
