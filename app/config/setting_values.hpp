/// SETTING_VALUES: a value's text and back, for each type a setting may have.
/// Every read() takes the whole text or nothing: "5x", "+5", " 5" are refused.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/settings.hpp"

namespace racefill {

bool read(std::string_view text, std::int32_t& out);
/// `true` and `false` alone.
bool read(std::string_view text, bool& out);
/// Anything without control characters, 1024 bytes at most.
bool read(std::string_view text, std::string& out);
/// `YYYY-MM-DD`; "" for a day that is not known.
bool read(std::string_view text, date& out);
/// Words of lower-case letters, digits and hyphens between commas, each once,
/// at least one.
bool read(std::string_view text, std::vector<std::string>& out);
/// Names between commas, each with a letter or a digit, none twice; "" for
/// none.
bool read_names(std::string_view text, std::vector<std::string>& out);
/// The minutes from midnight to `HH:MM`; -1 for anything else.
int minute_of_day(std::string_view text);
bool read(std::string_view text, gate_mode& out);
bool read(std::string_view text, run_order& out);
bool read(std::string_view text, log_level& out);
bool read(std::string_view text, log_format& out);

std::string print(std::int32_t x);
std::string print(bool x);
std::string print(const std::string& x);
std::string print(date x);
std::string print(const std::vector<std::string>& x);
std::string print(gate_mode x);
std::string print(run_order x);
std::string print(log_level x);
std::string print(log_format x);

} // namespace racefill
