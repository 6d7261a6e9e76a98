#include "app/simulator/names.hpp"

#include <array>
#include <string_view>

namespace racefill::sim {
namespace {

constexpr std::array<std::string_view, 32> onsets{
  "b",  "br", "c",  "cl", "d", "dr", "f",  "fl", "g",  "gr", "h",
  "j",  "k",  "l",  "m",  "n", "p",  "pr", "qu", "r",  "s",  "sh",
  "st", "t",  "th", "tr", "v", "w",  "y",  "z",  "sk", "gl"};
constexpr std::array<std::string_view, 10> vowels{"a",  "e",  "i",  "o",  "u",
                                                  "ai", "ea", "ou", "ia", "ee"};
constexpr std::array<std::string_view, 16> codas{"n",  "l",  "r",  "s",
                                                 "th", "nd", "rk", "lm",
                                                 "x",  "ck", "m",  "rn",
                                                 "st", "",   "",   ""};
constexpr std::array<std::string_view, 6> accented{"é", "ü", "ñ",
                                                   "ø", "ç", "ó"};

template <std::size_t N>
std::string_view pick(dice& d, const std::array<std::string_view, N>& from) {
  return from[d.below(static_cast<std::uint32_t>(N))];
}

std::string syllable(dice& d, bool closed) {
  std::string text{pick(d, onsets)};
  text += pick(d, vowels);
  if (closed)
    text += pick(d, codas);
  return text;
}

void capitalise(std::string& word) {
  if (!word.empty() && word[0] >= 'a' && word[0] <= 'z')
    word[0] = static_cast<char>(word[0] - 'a' + 'A');
}

std::string surname(dice& d) {
  auto name = invented_word(d);
  const auto kind = d.below(50);
  if (kind == 0)
    return "O'" + name;
  if (kind == 1)
    return name + "-" + invented_word(d);
  if (kind == 2)
    return name + std::string{pick(d, accented)};
  return name;
}

} // namespace

std::string invented_word(dice& d) {
  std::string word = syllable(d, false) + syllable(d, true);
  if (word.size() < 5)
    word += syllable(d, true);
  capitalise(word);
  return word;
}

std::string horse_name(std::uint64_t number) {
  dice d{mix(number, draw::horse_name)};
  auto name = invented_word(d);
  switch (d.below(40)) {
    case 0:
      return name + "'s " + invented_word(d);
    case 1:
      return name + std::string{pick(d, accented)} + " " + invented_word(d);
    case 2:
      return "O'" + name;
    case 3:
    case 4:
    case 5:
      return name + " Of " + invented_word(d);
    default:
      return d.chance(0.85) ? name + " " + invented_word(d) : name;
  }
}

std::string person_name(std::uint64_t number) {
  dice d{number};
  auto last = surname(d);
  return invented_word(d) + " " + last;
}

std::string person_short_name(std::uint64_t number) {
  dice d{number};
  auto last = surname(d);
  return invented_word(d).substr(0, 1) + " " + last;
}

std::string owner_name(std::uint64_t number, int variant) {
  dice d{number};
  const auto kind = d.below(5);
  const auto one = invented_word(d);
  const auto two = invented_word(d);
  const bool second = variant != 0;
  switch (kind) {
    case 0:
      return one + " Racing " + (second ? "Ltd" : "Limited");
    case 1:
      return "The " + one + " " + two
             + (second ? " Syndicate" : " Partnership");
    case 2:
      return "Mr " + one.substr(0, 1) + " " + two
             + (second ? " And Partner" : " & Partner");
    case 3:
      return second ? "Mrs " + one.substr(0, 1) + " " + two
                    : "Mrs " + one + " " + two;
    default:
      return one + " " + two + (second ? " Stud & D O'" : " & D O'") + one;
  }
}

std::string place_name(std::uint64_t number) {
  dice d{number};
  auto town = invented_word(d) + (d.chance(0.5) ? "ham" : "ford");
  return d.chance(0.9) ? town + ", " + invented_word(d) + "shire" : town;
}

std::string course_name(std::uint64_t number) {
  dice d{number};
  auto name = invented_word(d);
  constexpr std::array<std::string_view, 5> ends{" Park", "", " Downs", "",
                                                 " Abbey"};
  return name + std::string{pick(d, ends)};
}

std::string editorial(std::uint64_t number, int sentences) {
  dice d{number};
  constexpr std::array<std::string_view, 8> starts{
    "Showed little when last seen",  "Kept on well over this trip",
    "Cost £42,000 as a yearling",    "Returns from 120 days off",
    "\"One to note\" says the yard", "Half-brother to a 7½f winner",
    "Eased 3lb\tfor this",           "Needs to settle better"};
  constexpr std::array<std::string_view, 6> ends{
    "; may improve.", "; others preferred.",   " – could go well.",
    "; respected.",   " and isn't dismissed.", "; ground a worry."};
  std::string text;
  for (int i = 0; i < sentences; ++i) {
    if (i > 0)
      text += ' ';
    text += pick(d, starts);
    text += ", ";
    text += invented_word(d);
    text += pick(d, ends);
  }
  return text;
}

} // namespace racefill::sim
