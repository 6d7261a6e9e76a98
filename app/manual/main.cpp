/// RACEFILL_MANUAL DIR: writes the man pages and completions of the package.

#include <cstdio>
#include <fstream>
#include <string>

#include "app/manual/manual.hpp"

namespace {

bool write(const std::string& path, const std::string& text) {
  std::ofstream out{path, std::ios::binary};
  out << text;
  out.close();
  if (!out)
    std::fprintf(stderr, "racefill_manual: cannot write %s\n", path.c_str());
  return static_cast<bool>(out);
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("racefill_manual DIR\n", stderr);
    return 2;
  }
  const std::string dir = std::string{argv[1]} + '/';
  const bool done = write(dir + "racefill.1", racefill::man_page())
                    && write(dir + "racefill.conf.5", racefill::conf_man_page())
                    && write(dir + "racefill.bash", racefill::bash_completion())
                    && write(dir + "_racefill", racefill::zsh_completion())
                    && write(dir + "racefill.fish",
                             racefill::fish_completion());
  return done ? 0 : 1;
}
