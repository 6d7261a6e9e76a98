#include "infra/racing_api/bookmakers.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "infra/racing_api/text.hpp"

namespace racefill {

namespace {

struct known_bookmaker {
  std::string_view slug;
  std::string_view name;
  std::string_view type;
};

constexpr std::array<known_bookmaker, 19> known{{
  {"bet365", "Bet365", "online"},
  {"william_hill", "William Hill", "online"},
  {"ladbrokes", "Ladbrokes", "online"},
  {"coral", "Coral", "online"},
  {"paddy_power", "Paddy Power", "online"},
  {"betfair", "Betfair Exchange", "exchange"},
  {"betfair_sportsbook", "Betfair Sportsbook", "online"},
  {"skybet", "Sky Bet", "online"},
  {"betvictor", "BetVictor", "online"},
  {"betfred", "Betfred", "online"},
  {"888sport", "888sport", "online"},
  {"unibet", "Unibet", "online"},
  {"betway", "Betway", "online"},
  {"boylesports", "BoyleSports", "online"},
  {"betdaq", "Betdaq", "exchange"},
  {"matchbook", "Matchbook", "exchange"},
  {"smarkets", "Smarkets", "exchange"},
  {"spreadex", "Spreadex", "spread"},
  {"sporting_index", "Sporting Index", "spread"},
}};

bool is_word_byte(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & '\x80') != 0;
}

// Letters and digits only: what is left when spelling drifts.
std::string squash(std::string_view text) {
  auto result = to_lower(text);
  result.erase(std::remove_if(result.begin(), result.end(),
                              [](char c) { return !is_word_byte(c); }),
               result.end());
  return result;
}

std::string slug_of(std::string_view name) {
  std::string result;
  for (const char c : to_lower(name)) {
    if (is_word_byte(c))
      result += c;
    else if (!result.empty() && result.back() != '_')
      result += '_';
  }
  if (!result.empty() && result.back() == '_')
    result.pop_back();
  return result;
}

bookmaker_row to_row(const known_bookmaker& entry) {
  return {std::string{entry.slug}, std::string{entry.name},
          std::string{entry.type}, true};
}

} // namespace

std::vector<bookmaker_row> well_known_bookmakers() {
  std::vector<bookmaker_row> result;
  result.reserve(known.size());
  std::transform(known.begin(), known.end(), std::back_inserter(result),
                 to_row);
  std::sort(result.begin(), result.end(),
            [](const bookmaker_row& a, const bookmaker_row& b) {
              return a.bookmaker_id < b.bookmaker_id;
            });
  return result;
}

bookmaker_row to_bookmaker(std::string_view name) {
  const auto bare = squash(name);
  for (const auto& entry : known)
    if (bare == squash(entry.slug) || bare == squash(entry.name))
      return to_row(entry);
  return {slug_of(name), std::string{name}, "online", true};
}

} // namespace racefill
