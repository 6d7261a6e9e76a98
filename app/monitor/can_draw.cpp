// In a file of its own: <term.h> defines macros such as `columns` and `lines`.
#include "app/monitor/can_draw.hpp"

#include <string>

#include <curses.h>
#include <term.h>
#include <unistd.h>

namespace racefill {

bool can_draw() {
  int found = 0;
  // With a place for the verdict it returns where initscr() ends the process.
  if (setupterm(nullptr, STDOUT_FILENO, &found) != OK || found != 1)
    return false;
  std::string name{"cup"}; // Older headers want it writable.
  const char* move = tigetstr(name.data());
  return move != nullptr && move != reinterpret_cast<const char*>(-1);
}

} // namespace racefill
