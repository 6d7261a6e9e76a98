/// JSON_TEXT: strings as JSON spells them.
#pragma once

#include <string>
#include <string_view>

namespace racefill {

/// `text` in quotation marks, escaped. Bytes that are no UTF-8 become U+FFFD.
std::string json_quote(std::string_view text);

} // namespace racefill
