#include "messages/calls.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace racefill {
namespace {

constexpr std::size_t words_max = 200;

bool is_json(const api_reply& reply) {
  return reply.content_type.find("json") != std::string::npos;
}

void append_utf8(std::string& out, unsigned code) {
  const auto byte = [&out](unsigned x) { out += static_cast<char>(x); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | code >> 6);
    byte(0x80 | (code & 0x3F));
  } else {
    byte(0xE0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  }
}

// The four hex digits at `at`; a question mark for what is none.
unsigned hex_code(std::string_view text, std::size_t at) {
  unsigned code = 0;
  for (const char c : text.substr(std::min(at, text.size()), 4)) {
    if (std::isxdigit(static_cast<unsigned char>(c)) == 0)
      return '?';
    const auto digit = std::isdigit(static_cast<unsigned char>(c)) != 0
                         ? c - '0'
                         : (c | 0x20) - 'a' + 10;
    code = code * 16 + static_cast<unsigned>(digit);
  }
  // Half of a pair says nothing alone.
  return code >= 0xD800 && code <= 0xDFFF ? '?' : code;
}

// The JSON string whose opening quote stands at `at`, unescaped.
std::string string_at(std::string_view body, std::size_t at) {
  std::string out;
  for (++at; at < body.size() && body[at] != '"'; ++at) {
    if (body[at] != '\\' || at + 1 == body.size()) {
      out += body[at];
      continue;
    }
    const char c = body[++at];
    if (c == 'u') {
      append_utf8(out, hex_code(body, at + 1));
      at += std::min<std::size_t>(4, body.size() - at - 1);
    } else {
      out += c == 'n' || c == 't' || c == 'r' || c == 'b' || c == 'f' ? ' ' : c;
    }
  }
  return out;
}

// The value of `key` in a JSON body: a string's text, anything else as it
// stands; "" when the key is not there. A refusal need not be sound JSON, so
// this looks and does not parse.
std::string value_of(std::string_view body, std::string_view key) {
  const auto quoted = '"' + std::string{key} + '"';
  auto at = body.find(quoted);
  if (at == std::string_view::npos)
    return {};
  at = body.find_first_not_of(" \t\r\n", at + quoted.size());
  if (at == std::string_view::npos || body[at] != ':')
    return {};
  at = body.find_first_not_of(" \t\r\n", at + 1);
  if (at == std::string_view::npos)
    return {};
  if (body[at] == '"')
    return string_at(body, at);
  auto rest = std::string{body.substr(at)};
  if (!rest.empty() && rest.back() == '}')
    rest.pop_back(); // The body's own.
  return rest;
}

// The length of the sound UTF-8 sequence that begins at `at`; 0 for none.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto is_tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const auto lead = byte(at);
  if (lead < 0x80)
    return 1;
  if (lead >= 0xC2 && lead < 0xE0)
    return is_tail(at + 1) ? 2 : 0;
  if (lead >= 0xE0 && lead < 0xF0) {
    const auto low = lead == 0xE0 ? 0xA0U : 0x80U;
    const auto high = lead == 0xED ? 0x9FU : 0xBFU; // No surrogates.
    return byte(at + 1) >= low && byte(at + 1) <= high && is_tail(at + 2) ? 3
                                                                          : 0;
  }
  if (lead >= 0xF0 && lead < 0xF5) {
    const auto low = lead == 0xF0 ? 0x90U : 0x80U;
    const auto high = lead == 0xF4 ? 0x8FU : 0xBFU;
    return byte(at + 1) >= low && byte(at + 1) <= high && is_tail(at + 2)
               && is_tail(at + 3)
             ? 4
             : 0;
  }
  return 0;
}

// One line of clean text: no control character, none that turns the text's
// direction, no broken sequence, blanks once.
std::string clean(std::string_view text) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto length = sequence_length(text, at);
    const auto part = text.substr(at, std::max<std::size_t>(length, 1));
    at += part.size();
    const auto c = static_cast<unsigned char>(part[0]);
    const bool is_blank
      = c <= 0x20 || c == 0x7F
        || (part.size() == 2 && c == 0xC2
            && static_cast<unsigned char>(part[1]) < 0xA0)
        || (part.size() == 3
            && ((part >= "\u200B" && part <= "\u200F")
                || (part >= "\u2028" && part <= "\u202E")
                || (part >= "\u2066" && part <= "\u2069") || part == "\uFEFF"));
    const auto next = is_blank      ? std::string_view{" "}
                      : length == 0 ? std::string_view{"?"}
                                    : part;
    if (next == " " && (out.empty() || out.back() == ' '))
      continue;
    if (out.size() + next.size() > words_max)
      break;
    out += next;
  }
  while (!out.empty() && out.back() == ' ')
    out.pop_back();
  return out;
}

} // namespace

std::string to_string(call_kind x) {
  switch (x) {
    case call_kind::courses:
      return "courses";
    case call_kind::racecards:
      return "racecards";
    case call_kind::horse:
      return "horse";
  }
  return "unknown";
}

std::string words_of(const api_reply& reply) {
  if (reply.status >= 300 && reply.status < 400 && !reply.location.empty())
    return clean("to " + reply.location);
  if (is_json(reply))
    for (const auto* key : {"detail", "error", "message", "title"})
      if (auto words = clean(value_of(reply.body, key)); !words.empty())
        return words;
  return clean(reply.body);
}

bool speaks_of_plan(std::string words) {
  for (auto& c : words)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  // The provider's own are "Pro Plan required" and its like; an edge speaks of
  // rules and bans.
  for (const auto* word : {"plan ", "plan'", "plan.", "subscription"})
    if ((words + ' ').find(word) != std::string::npos)
      return true;
  return false;
}

bool is_about_plan(const api_reply& reply) {
  return reply.status >= 400 && reply.status < 500 && is_json(reply)
         && speaks_of_plan(words_of(reply));
}

fault fault_of(const api_reply& reply) {
  const auto status = reply.status;
  if (status == 200)
    return fault::none;
  if (status == 429)
    return fault::rate_limited;
  if (status >= 500)
    return fault::server_error;
  if (status >= 300 && status < 400)
    return fault::redirected;
  // The provider's edge shuts us out for a while and says nothing about the
  // request: in HTML, or with 403 in whatever the client accepts.
  if (status == 403)
    return is_about_plan(reply) ? fault::unauthorized : fault::blocked;
  if (status >= 400 && !is_json(reply) && status != 401)
    return fault::blocked;
  switch (status) {
    case 401:
      return fault::unauthorized;
    case 404:
      return fault::not_found;
    case 422:
      return fault::invalid_request;
    default:
      return fault::http_status;
  }
}

caf::error error_of(const api_reply& reply, const std::string& what) {
  const auto words = words_of(reply);
  return caf::make_error(fault_of(reply),
                         what + ", status " + std::to_string(reply.status)
                           + (words.empty() ? "" : ": " + words));
}

} // namespace racefill
