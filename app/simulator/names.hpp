/// NAMES: invented names and texts. Every function is pure: the same number
/// gives the same text.
#pragma once

#include <cstdint>
#include <string>

#include "app/simulator/hash.hpp"

namespace racefill::sim {

/// An invented word of two or three syllables, capitalised.
std::string invented_word(dice& d);

/// A horse's name, at most 18 letters or so; some with an apostrophe or accent.
std::string horse_name(std::uint64_t number);

/// `Tomas Brelk`; some with a hyphen, an apostrophe or an accent.
std::string person_name(std::uint64_t number);

/// `T Brelk`: the same person as person_name(number), written short.
std::string person_short_name(std::uint64_t number);

/// A stable, syndicate or person that owns horses; `variant` 0 or 1 gives two
/// spellings of the same owner.
std::string owner_name(std::uint64_t number, int variant);

/// `Brelkham, Tarshire`.
std::string place_name(std::uint64_t number);

/// A racecourse's name.
std::string course_name(std::uint64_t number);

/// `sentences` sentences of invented editorial text, some with quotes, pounds
/// signs and other characters that need escaping.
std::string editorial(std::uint64_t number, int sentences);

} // namespace racefill::sim
