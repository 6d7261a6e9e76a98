#include "infra/files/checkpoint_file.hpp"

#include <simdjson.h>

#include "infra/files/durable_file.hpp"
#include "infra/pure/json_text.hpp"

namespace racefill {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

// Raised when a reader of this version would misunderstand the file.
constexpr std::int64_t version = 1;
constexpr std::size_t file_bytes_max = std::size_t{64} * 1024 * 1024;

caf::error bad(const std::string& why) {
  return caf::make_error(fault::bad_shape, "the checkpoint " + why);
}

std::string date_or_null(date day) {
  return day.known() ? json_quote(to_string(day)) : "null";
}

std::string list_of(const std::vector<date>& days) {
  std::string result = "[";
  for (const auto& day : days) {
    if (result.size() > 1)
      result += ", ";
    result += date_or_null(day);
  }
  return result += ']';
}

// Reads the fields of one object and keeps the first complaint.
class field_reader {
public:
  explicit field_reader(object fields) : fields_(fields) {
  }

  bool has(std::string_view key) const {
    return fields_[key].error() == simdjson::SUCCESS;
  }

  void count(std::string_view key, std::int64_t& result) {
    std::int64_t value = 0;
    if (fields_[key].get(value) == simdjson::SUCCESS && value >= 0)
      result = value;
    else
      complain(key, "is no count");
  }

  void text(std::string_view key, std::string& result) {
    std::string_view value;
    if (fields_[key].get(value) == simdjson::SUCCESS)
      result = value;
    else
      complain(key, "is no text");
  }

  // A day, or null for one that is not known.
  void day(std::string_view key, date& result) {
    element value;
    if (fields_[key].get(value) != simdjson::SUCCESS)
      complain(key, "is missing");
    else if (!value.is_null() && !read_day(value, result))
      complain(key, "is no day");
  }

  void days(std::string_view key, std::vector<date>& result) {
    simdjson::dom::array values;
    if (fields_[key].get(values) != simdjson::SUCCESS) {
      complain(key, "is no list");
      return;
    }
    for (const auto value : values) {
      date next;
      if (!read_day(value, next)) {
        complain(key, "holds what is no day");
        return;
      }
      result.push_back(next);
    }
  }

  field_reader inside(std::string_view key) {
    object value;
    if (fields_[key].get(value) != simdjson::SUCCESS) {
      complain(key, "is no object");
      return *this; // Never read from, see problem().
    }
    return field_reader{value};
  }

  const std::string& problem() const {
    return problem_;
  }

private:
  static bool read_day(element value, date& result) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS)
      return false;
    const auto day = parse_date(text);
    if (!day)
      return false;
    result = *day;
    return true;
  }

  void complain(std::string_view key, const char* what) {
    if (problem_.empty())
      problem_.append("is damaged: ").append(key).append(" ").append(what);
  }

  object fields_;
  std::string problem_;
};

caf::error read_stats(field_reader stats, checkpoint_image& image) {
  stats.count("total_dates", image.total_dates);
  stats.count("races_processed", image.races_processed);
  stats.count("runners_processed", image.runners_processed);
  stats.count("horses_enriched", image.horses_enriched);
  stats.count("errors", image.errors);
  stats.text("start_time", image.start_time);
  if (stats.has("pedigrees_captured"))
    stats.count("pedigrees_captured", image.pedigrees_captured);
  return stats.problem().empty() ? caf::error{} : bad(stats.problem());
}

caf::error read_own_keys(field_reader& root, checkpoint_image& image) {
  std::int64_t written_by = 0;
  root.count("version", written_by);
  if (written_by > version)
    return bad("was written by a newer racefill (version "
               + std::to_string(written_by) + ")");
  root.text("run_id", image.run_id);
  root.text("order", image.order);
  root.days("empty_dates", image.empty_dates);
  root.days("failed_dates", image.failed_dates);
  auto range = root.inside("range");
  if (!root.problem().empty())
    return bad(root.problem());
  range.day("start", image.start);
  range.day("end", image.end);
  if (!range.problem().empty())
    return bad(range.problem());
  if (image.order != "newest-first" && image.order != "oldest-first")
    return bad("is damaged: order is neither newest-first nor oldest-first");
  if (image.end < image.start)
    return bad("is damaged: its range ends before it starts");
  return caf::none;
}

caf::expected<checkpoint_image> load_one(const std::string& path) {
  auto text = read_file(path, file_bytes_max);
  if (!text)
    return std::move(text.error());
  return read_checkpoint(*text);
}

std::string text_of(const caf::error& err) {
  return err.context().get_as<std::string>(0);
}

} // namespace

std::string write_checkpoint(const checkpoint_image& image,
                             const std::string& timestamp) {
  const auto processed = image.processed_dates.size();
  const auto empty = image.empty_dates.size();
  std::string out = "{\n";
  auto field = [&out](const char* indent, const char* key,
                      const std::string& value, const char* end = ",\n") {
    out.append(indent).append("\"").append(key).append("\": ");
    out.append(value).append(end);
  };
  auto count = [&field](const char* key, std::int64_t value) {
    field("    ", key, std::to_string(value));
  };
  field("  ", "timestamp", json_quote(timestamp));
  out += "  \"stats\": {\n";
  count("total_dates", image.total_dates);
  count("dates_processed", static_cast<std::int64_t>(processed));
  count("dates_with_data",
        static_cast<std::int64_t>(processed > empty ? processed - empty : 0));
  count("dates_no_data", static_cast<std::int64_t>(empty));
  count("races_processed", image.races_processed);
  count("runners_processed", image.runners_processed);
  count("horses_enriched", image.horses_enriched);
  count("pedigrees_captured", image.pedigrees_captured);
  count("errors", image.errors);
  field("    ", "start_time", json_quote(image.start_time), "\n  },\n");
  field("  ", "processed_dates", list_of(image.processed_dates));
  field("  ", "last_date", date_or_null(image.last_date));
  field("  ", "version", std::to_string(version));
  field("  ", "run_id", json_quote(image.run_id));
  field("  ", "range",
        "{\"start\": " + date_or_null(image.start)
          + ", \"end\": " + date_or_null(image.end) + "}");
  field("  ", "order", json_quote(image.order));
  field("  ", "empty_dates", list_of(image.empty_dates));
  field("  ", "failed_dates", list_of(image.failed_dates), "\n}\n");
  return out;
}

caf::expected<checkpoint_image> read_checkpoint(std::string_view text) {
  simdjson::dom::parser parser;
  element document;
  if (const auto code = parser.parse(simdjson::padded_string{text})
                          .get(document)) // NOLINT: an error code.
    return bad(std::string{"is no whole JSON: "}
               + simdjson::error_message(code));
  object fields;
  if (document.get(fields) != simdjson::SUCCESS)
    return bad("is no JSON object");
  field_reader root{fields};
  checkpoint_image image;
  root.days("processed_dates", image.processed_dates);
  root.day("last_date", image.last_date);
  auto stats = root.inside("stats");
  if (!root.problem().empty())
    return bad(root.problem());
  if (auto err = read_stats(stats, image))
    return err;
  if (root.has("version"))
    if (auto err = read_own_keys(root, image))
      return err;
  return image;
}

caf::expected<checkpoint_image> load_checkpoint(const std::string& path,
                                                std::string* note) {
  auto image = load_one(path);
  if (image)
    return image;
  const auto why = text_of(image.error());
  auto previous = load_one(path + ".bak");
  if (!previous)
    return caf::make_error(fault_of(image.error()),
                           path + ": " + why
                             + "; there is no sound previous copy beside it "
                               "either");
  if (note != nullptr)
    *note = path + ": " + why + "; its previous copy is used instead";
  return previous;
}

} // namespace racefill
