#include "infra/http/response.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <iomanip>
#include <locale>
#include <sstream>

#include <caf/optional.hpp>

namespace racefill {
namespace {

constexpr std::int64_t retry_after_s_max = 1'000'000'000'000;

caf::error broken(const std::string& why) {
  return caf::make_error(fault::broken_body, why);
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lower(std::string_view text) {
  std::string result{text};
  for (auto& c : result)
    c = lower(c);
  return result;
}

std::string_view trim(std::string_view text) {
  const auto* blanks = " \t\r";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// `HTTP/1.1 200 OK`, the words after the number left out at will.
bool parse_status(std::string_view line, response_head& head) {
  if (line.size() < 12 || line.substr(0, 7) != "HTTP/1." || !is_digit(line[7])
      || line[8] != ' ' || !is_digit(line[9]) || !is_digit(line[10])
      || !is_digit(line[11]) || (line.size() > 12 && line[12] != ' '))
    return false;
  head.http_1_0 = line[7] == '0';
  std::from_chars(line.data() + 9, line.data() + 12, head.status);
  return head.status >= 100 && head.status <= 599;
}

// The three forms of RFC 9110; strict, where Poco's parser reads "soon".
caf::optional<std::chrono::system_clock::time_point>
parse_http_date(const std::string& text) {
  for (const char* form :
       {"%a, %d %b %Y %H:%M:%S GMT", "%a, %d-%b-%y %H:%M:%S GMT",
        "%a %b %d %H:%M:%S %Y"}) {
    // std::get_time takes a text that ends early for a whole one.
    const auto is_c_time = std::string_view{form}.back() == 'Y';
    if (is_c_time ? text.size() != 24
                  : text.size() < 29 || text.substr(text.size() - 3) != "GMT")
      continue;
    std::istringstream in{text};
    in.imbue(std::locale::classic());
    std::tm parts{};
    in >> std::get_time(&parts, form);
    if (in.fail() || in.peek() != std::istringstream::traits_type::eof())
      continue;
    const std::chrono::year_month_day day{
      std::chrono::year{parts.tm_year + 1900},
      std::chrono::month{static_cast<unsigned>(parts.tm_mon + 1)},
      std::chrono::day{static_cast<unsigned>(parts.tm_mday)}};
    if (!day.ok())
      return caf::none;
    return std::chrono::sys_days{day} + std::chrono::hours{parts.tm_hour}
           + std::chrono::minutes{parts.tm_min}
           + std::chrono::seconds{parts.tm_sec};
  }
  return caf::none;
}

} // namespace

const std::string&
response_head::field(std::string_view lower_case_name) const noexcept {
  static const std::string absent;
  for (const auto& [name, value] : fields)
    if (name == lower_case_name)
      return value;
  return absent;
}

bool response_head::names(std::string_view lower_case_name,
                          std::string_view token) const {
  for (const auto& [name, value] : fields) {
    if (name != lower_case_name)
      continue;
    std::string_view left = value;
    while (!left.empty()) {
      const auto comma = std::min(left.find(','), left.size());
      if (lower(trim(left.substr(0, comma))) == token)
        return true;
      left.remove_prefix(std::min(comma + 1, left.size()));
    }
  }
  return false;
}

caf::expected<response_head> parse_head(std::string_view text) {
  response_head head;
  auto is_first = true;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.back() == '\r')
      line.remove_suffix(1);
    if (is_first) {
      if (!parse_status(line, head))
        return broken("the server's answer is not HTTP/1");
      is_first = false;
      continue;
    }
    if (line.empty())
      continue;
    if ((line.front() == ' ' || line.front() == '\t') && !head.fields.empty()) {
      head.fields.back().second.append(1, ' ').append(trim(line));
      continue;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || trim(line.substr(0, colon)).empty())
      return broken("the response's head is no list of fields");
    head.fields.emplace_back(lower(trim(line.substr(0, colon))),
                             std::string{trim(line.substr(colon + 1))});
  }
  if (is_first)
    return broken("the response has no status line");
  return head;
}

std::int64_t retry_after_ms(const response_head& head,
                            std::chrono::system_clock::time_point now) {
  const auto& text = head.field("retry-after");
  if (text.empty())
    return -1;
  if (std::all_of(text.begin(), text.end(),
                  [](char c) { return is_digit(c); })) {
    std::int64_t seconds = 0;
    const auto outcome = std::from_chars(text.data(), text.data() + text.size(),
                                         seconds);
    if (outcome.ec != std::errc{})
      seconds = retry_after_s_max;
    return std::min(seconds, retry_after_s_max) * 1000;
  }
  const auto then = parse_http_date(text);
  if (!then)
    return -1;
  // Two readings of the server's own clock need no agreement with ours.
  const auto sent = parse_http_date(head.field("date"));
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
    *then - (sent ? *sent : now));
  return std::max<std::int64_t>(left.count(), 0);
}

} // namespace racefill
