#include "app/simulator/fixtures.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

namespace racefill::sim {
namespace {

constexpr std::string_view blanks = " \t\r\n";

// Past the string that begins at `at`.
std::size_t skip_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at)
    if (text[at] == '\\')
      ++at;
  return std::min(text.size(), at + 1);
}

// Past the value that begins at `at`.
std::size_t skip_value(std::string_view text, std::size_t at) {
  int depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = skip_string(text, at);
      if (depth == 0)
        return at;
      continue;
    }
    if (c == '{' || c == '[')
      ++depth;
    if (c == '}' || c == ']') {
      if (depth == 0)
        return at;
      if (--depth == 0)
        return at + 1;
    }
    if (depth == 0 && (c == ',' || blanks.find(c) != std::string_view::npos))
      return at;
    ++at;
  }
  return at;
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(blanks, at), text.size());
}

std::string read_checked(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream all;
  all << in.rdbuf();
  if (!in)
    throw std::runtime_error("fixture " + file.string() + " cannot be read");
  auto text = all.str();
  try {
    Poco::JSON::Parser parser;
    parser.parse(text).extract<Poco::JSON::Object::Ptr>();
  } catch (const Poco::Exception& e) {
    throw std::runtime_error("fixture " + file.string()
                             + " is no JSON object: " + e.displayText());
  }
  return text;
}

// `text` with `list` cut to the asked page and `total` set to its real length.
std::string paged(const std::string& text, const char* list, std::size_t limit,
                  std::size_t skip) {
  auto members = members_of(text);
  std::string out = "{";
  std::size_t total = 0;
  std::string page = "[";
  for (const auto& x : members) {
    if (x.key != list)
      continue;
    const auto array = std::string_view{text}.substr(x.begin, x.end - x.begin);
    const auto items = elements_of(array);
    total = items.size();
    for (auto i = skip; i < items.size() && i - skip < limit; ++i) {
      if (i > skip)
        page += ',';
      page += array.substr(items[i].first, items[i].second - items[i].first);
    }
  }
  page += "]";
  for (const auto& x : members) {
    if (out.size() > 1)
      out += ",";
    out += '"' + x.key + "\":";
    if (x.key == list)
      out += page;
    else if (x.key == "total")
      out += std::to_string(total);
    else if (x.key == "skip")
      out += std::to_string(skip);
    else
      out += text.substr(x.begin, x.end - x.begin);
  }
  return out + "}";
}

} // namespace

std::vector<json_span> members_of(std::string_view text) {
  std::vector<json_span> all;
  auto at = skip_blanks(text, 0);
  if (at >= text.size() || text[at] != '{')
    return all;
  at = skip_blanks(text, at + 1);
  while (at < text.size() && text[at] == '"') {
    json_span x;
    const auto key_end = skip_string(text, at);
    x.key = text.substr(at + 1, key_end - at - 2);
    at = skip_blanks(text, key_end); // The colon.
    x.begin = skip_blanks(text, at + 1);
    x.end = skip_value(text, x.begin);
    all.push_back(x);
    at = skip_blanks(text, x.end);
    if (at < text.size() && text[at] == ',')
      at = skip_blanks(text, at + 1);
  }
  return all;
}

std::vector<std::pair<std::size_t, std::size_t>>
elements_of(std::string_view text) {
  std::vector<std::pair<std::size_t, std::size_t>> all;
  auto at = skip_blanks(text, 0);
  if (at >= text.size() || text[at] != '[')
    return all;
  at = skip_blanks(text, at + 1);
  while (at < text.size() && text[at] != ']') {
    const auto end = skip_value(text, at);
    all.emplace_back(at, end);
    at = skip_blanks(text, end);
    if (at < text.size() && text[at] == ',')
      at = skip_blanks(text, at + 1);
  }
  return all;
}

fixtures::fixtures(const std::string& folder, bool verbatim)
  : verbatim_(verbatim) {
  std::error_code error;
  std::filesystem::directory_iterator entries(folder, error);
  if (error)
    throw std::runtime_error("fixtures folder " + folder
                             + " cannot be read: " + error.message());
  for (const auto& entry : entries) {
    const auto name = entry.path().filename().string();
    if (entry.path().extension() != ".json"
        || (!name.starts_with("racecards-") && !name.starts_with("horse-")
            && name != "courses.json"))
      continue;
    files_[name] = read_checked(entry.path());
  }
}

std::string fixtures::racecards(date day, int limit, int skip) const {
  const auto found = files_.find("racecards-" + to_string(day) + ".json");
  if (found == files_.end())
    return R"({"racecards":[],"total":0,"limit":)" + std::to_string(limit)
           + R"(,"skip":)" + std::to_string(skip) + R"(,"query":[["date",")"
           + to_string(day) + R"("]]})";
  if (verbatim_)
    return found->second;
  return paged(found->second, "racecards", static_cast<std::size_t>(limit),
               static_cast<std::size_t>(skip));
}

std::optional<std::string> fixtures::horse(const std::string& horse_id) const {
  const auto found = files_.find("horse-" + horse_id + ".json");
  if (found == files_.end())
    return std::nullopt;
  return found->second;
}

std::string fixtures::courses() const {
  const auto found = files_.find("courses.json");
  if (found == files_.end())
    return R"({"courses":[],"total":0})";
  return verbatim_ ? found->second
                   : paged(found->second, "courses", 100'000, 0);
}

} // namespace racefill::sim
