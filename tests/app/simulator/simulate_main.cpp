/// The simulator as a program of its own, for trying it out.
#include "app/commands/simulate.hpp"

int main(int argc, char** argv) {
  return racefill::simulate_command({argv + 1, argv + argc});
}
