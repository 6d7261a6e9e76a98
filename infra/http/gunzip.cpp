#include <array>
#include <limits>
#include <memory>

// Lets zlib take its input as const.
#define ZLIB_CONST
#include <zlib.h>

#include "infra/http/response.hpp"

namespace racefill {
namespace {

caf::error broken(const std::string& why) {
  return caf::make_error(fault::broken_body, why);
}

} // namespace

caf::expected<std::string> gunzip(std::string_view wire, std::size_t size_max) {
  constexpr int gzip_only = 15 + 16; // The largest window; no bare zlib.
  if (wire.size() > std::numeric_limits<uInt>::max())
    return broken("the packed body is too long");
  z_stream stream{};
  if (::inflateInit2(&stream, gzip_only) != Z_OK)
    return broken("no memory to unpack the body");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> guard{&stream,
                                                            ::inflateEnd};
  stream.next_in = reinterpret_cast<const Bytef*>(wire.data());
  stream.avail_in = static_cast<uInt>(wire.size());
  std::string result;
  std::array<char, 65536> piece; // NOLINT: filled by inflate.
  for (;;) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    const auto code = ::inflate(&stream, Z_NO_FLUSH);
    const auto count = piece.size() - stream.avail_out;
    if (count > size_max - result.size())
      return broken("the unpacked body is over the limit of "
                    + std::to_string(size_max) + " bytes");
    result.append(piece.data(), count);
    if (code == Z_STREAM_END) {
      if (stream.avail_in == 0)
        return result;
      if (::inflateReset(&stream) != Z_OK) // Another member follows.
        return broken("the packed body is damaged");
    } else if (code == Z_BUF_ERROR
               || (code == Z_OK && stream.avail_in == 0
                   && stream.avail_out != 0)) {
      return broken("the packed body was cut off");
    } else if (code != Z_OK) {
      return broken("the packed body is damaged");
    }
  }
}

} // namespace racefill
