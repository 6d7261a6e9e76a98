#include "app/print/terminal.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <sstream>

#include <unistd.h>

#include "app/process/exit_status.hpp"
#include "infra/log/log_text.hpp"

namespace racefill {
namespace {

constexpr std::size_t columns_max = 80;

std::string value_of(const environment& env, const char* name) {
  const auto found = env.find(name);
  return found == env.end() ? std::string{} : found->second;
}

/// Characters, not bytes: UTF-8 continuation bytes take no room.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
    std::count_if(text.begin(), text.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

std::string padded(const std::string& text, std::size_t width, bool right) {
  const auto own = width_of(text);
  const std::string gap(width > own ? width - own : 0, ' ');
  return right ? gap + text : text + gap;
}

} // namespace

terminal_look look_of_stdout(const environment& env) {
  terminal_look out;
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    auto value = value_of(env, name);
    if (value.empty())
      continue;
    std::transform(value.begin(), value.end(), value.begin(), [](char c) {
      return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    });
    out.utf8 = value.find("utf-8") != std::string::npos
               || value.find("utf8") != std::string::npos;
    break;
  }
  out.colour = ::isatty(STDOUT_FILENO) == 1 && value_of(env, "NO_COLOR").empty()
               && value_of(env, "TERM") != "dumb";
  return out;
}

std::string tinted(const terminal_look& look, tint colour,
                   const std::string& text) {
  if (!look.colour || colour == tint::none || text.empty())
    return text;
  const char* code = "";
  switch (colour) {
    case tint::good:
      code = "32";
      break;
    case tint::warn:
      code = "33";
      break;
    case tint::bad:
      code = "31";
      break;
    case tint::dim:
      code = "2";
      break;
    case tint::bold:
      code = "1";
      break;
    case tint::none:
      break;
  }
  return std::string{"\x1b["} + code + 'm' + text + "\x1b[0m";
}

std::string with_commas(std::int64_t x) {
  auto digits = std::to_string(x < 0 ? -x : x);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0;
       at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return x < 0 ? '-' + digits : digits;
}

std::string short_number(double x) {
  char text[40];
  std::snprintf(text, sizeof text, "%.2f", x);
  std::string out = text;
  while (out.back() == '0')
    out.pop_back();
  if (out.back() == '.')
    out.pop_back();
  return out == "-0" ? "0" : out;
}

std::string human_bytes(std::int64_t bytes) {
  const char* units[] = {"B", "kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < std::size(units)) {
    value /= 1000;
    ++unit;
  }
  const auto shown = value < 10 && unit > 0 ? std::round(value * 10) / 10
                                            : std::round(value);
  return short_number(shown) + ' ' + units[unit];
}

std::string human_seconds(std::int64_t seconds) {
  if (seconds < 60)
    return std::to_string(seconds) + " s";
  const auto minutes = (seconds + 30) / 60;
  if (minutes < 60)
    return std::to_string(minutes) + " min";
  return with_commas(minutes / 60) + " h " + std::to_string(minutes % 60)
         + " min";
}

void text_table::add(std::vector<std::string> cells, tint colour) {
  cells.resize(columns_.size());
  rows_.push_back({std::move(cells), colour});
}

std::string text_table::text(const terminal_look& look) const {
  std::vector<std::size_t> widths;
  for (const auto& each : columns_)
    widths.push_back(width_of(each.title));
  for (const auto& entry : rows_)
    for (std::size_t i = 0; i < widths.size(); ++i)
      widths[i] = std::max(widths[i], width_of(entry.cells[i]));
  auto line = [&](auto cell_of) {
    std::string out;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const auto right = columns_[i].side == align::right;
      out += (i == 0 ? "" : "  ") + padded(cell_of(i), widths[i], right);
    }
    // A last word that is too long is cut at a byte of its own.
    while (width_of(out) > columns_max) {
      out.pop_back();
      while (!out.empty()
             && (static_cast<unsigned char>(out.back()) & 0xc0) == 0x80)
        out.pop_back();
    }
    return out.substr(0, out.find_last_not_of(' ') + 1);
  };
  auto out = tinted(look, tint::bold,
                    line([&](std::size_t i) { return columns_[i].title; }))
             + '\n';
  for (const auto& entry : rows_)
    out += tinted(look, entry.colour,
                  line([&](std::size_t i) { return entry.cells[i]; }))
           + '\n';
  return out;
}

std::string wrapped_text(const std::string& text, std::size_t indent) {
  std::istringstream input{text};
  const std::string margin(indent, ' ');
  std::string out;
  std::string line;
  std::string word;
  while (input >> word) {
    if (!line.empty()
        && indent + width_of(line) + 1 + width_of(word) > columns_max) {
      out += margin + line + '\n';
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return line.empty() ? out : out + margin + line + '\n';
}

int print_report(const std::string& given, int status) {
  const auto text = escape_marks(given);
  // Who reads may have enough of it: no reason to end by a signal, or to speak.
  std::signal(SIGPIPE, SIG_IGN);
  const auto written = std::fwrite(text.data(), 1, text.size(), stdout);
  if (written == text.size() && std::fflush(stdout) == 0)
    return status;
  if (errno != EPIPE)
    return fail_with(exit_status::files, "cannot write the report to standard "
                                         "output; is the disk full?");
  return status;
}

} // namespace racefill
