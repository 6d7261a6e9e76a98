/// Feeds arbitrary bytes to the checkpoint's reader; what it takes, it must be
/// able to write and read again.
#include <cstdint>
#include <cstdlib>

#include "infra/files/checkpoint_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  auto image = racefill::read_checkpoint(text);
  if (!image)
    return 0;
  if (image->order.empty())
    image->order = "newest-first";
  auto again = racefill::read_checkpoint(
    racefill::write_checkpoint(*image, "2025-10-17T08:00:00Z"));
  if (!again || again->processed_dates != image->processed_dates)
    std::abort();
  return 0;
}
