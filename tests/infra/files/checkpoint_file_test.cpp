#include "infra/files/checkpoint_file.hpp"

#include <random>

#include <simdjson.h>

#include "infra/files/durable_file.hpp"
#include "tests/infra/files/temporary_folder.hpp"

namespace racefill::test {
namespace {

date day(const char* text) {
  return *parse_date(text);
}

checkpoint_image sample() {
  checkpoint_image image;
  image.run_id = "run-7 \"quoted\"\n";
  image.order = "newest-first";
  image.start = day("2015-01-01");
  image.end = day("2025-10-16");
  image.total_dates = 3942;
  image.races_processed = 70;
  image.runners_processed = 712;
  image.horses_enriched = 600;
  image.pedigrees_captured = 599;
  image.errors = 2;
  image.start_time = "2025-10-17T08:00:00Z";
  image.processed_dates = {day("2025-10-16"), day("2025-10-15")};
  image.empty_dates = {day("2025-10-15")};
  image.failed_dates = {day("2025-10-14")};
  image.last_date = day("2025-10-15");
  return image;
}

// As the old job wrote it.
const std::string old_text = R"({
  "timestamp": "2025-10-17T08:12:13.123456",
  "stats": {
    "total_dates": 3942,
    "dates_processed": 2,
    "races_processed": 70,
    "runners_processed": 712,
    "horses_enriched": 600,
    "errors": 0,
    "start_time": "2025-10-17T08:00:00.000001"
  },
  "processed_dates": ["2015-01-01", "2015-01-02"],
  "last_date": "2015-01-02"
})";

std::string replaced(std::string text, const std::string& what,
                     const std::string& by) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

using checkpoint_file_test = temporary_folder;

TEST_F(checkpoint_file_test, reads_back_what_it_writes) {
  const auto image = sample();
  auto back = read_checkpoint(write_checkpoint(image, "2025-10-17T09:00:00Z"));
  ASSERT_TRUE(back) << describe(back.error());
  EXPECT_EQ(back->run_id, image.run_id);
  EXPECT_EQ(back->order, image.order);
  EXPECT_EQ(back->start, image.start);
  EXPECT_EQ(back->end, image.end);
  EXPECT_EQ(back->total_dates, image.total_dates);
  EXPECT_EQ(back->races_processed, image.races_processed);
  EXPECT_EQ(back->runners_processed, image.runners_processed);
  EXPECT_EQ(back->horses_enriched, image.horses_enriched);
  EXPECT_EQ(back->pedigrees_captured, image.pedigrees_captured);
  EXPECT_EQ(back->errors, image.errors);
  EXPECT_EQ(back->start_time, image.start_time);
  EXPECT_EQ(back->processed_dates, image.processed_dates);
  EXPECT_EQ(back->empty_dates, image.empty_dates);
  EXPECT_EQ(back->failed_dates, image.failed_dates);
  EXPECT_EQ(back->last_date, image.last_date);
}

TEST_F(checkpoint_file_test, writes_the_keys_that_recipes_rely_on) {
  simdjson::dom::parser parser;
  auto root = parser.parse(write_checkpoint(sample(), "2025-10-17T09:00:00Z"));
  EXPECT_EQ(std::string_view(root["timestamp"]), "2025-10-17T09:00:00Z");
  EXPECT_EQ(std::int64_t(root["stats"]["total_dates"]), 3942);
  EXPECT_EQ(std::int64_t(root["stats"]["dates_processed"]), 2);
  EXPECT_EQ(std::int64_t(root["stats"]["races_processed"]), 70);
  EXPECT_EQ(std::int64_t(root["stats"]["runners_processed"]), 712);
  EXPECT_EQ(std::int64_t(root["stats"]["horses_enriched"]), 600);
  EXPECT_EQ(std::int64_t(root["stats"]["pedigrees_captured"]), 599);
  EXPECT_EQ(std::int64_t(root["stats"]["errors"]), 2);
  EXPECT_EQ(std::string_view(root["stats"]["start_time"]),
            "2025-10-17T08:00:00Z");
  EXPECT_EQ(std::string_view(root["processed_dates"].at(0)), "2025-10-16");
  EXPECT_EQ(std::string_view(root["last_date"]), "2025-10-15");
  EXPECT_EQ(std::string_view(root["range"]["start"]), "2015-01-01");
  EXPECT_EQ(std::string_view(root["range"]["end"]), "2025-10-16");
}

TEST_F(checkpoint_file_test, reads_the_old_jobs_file) {
  auto image = read_checkpoint(old_text);
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_EQ(image->run_id, "");
  EXPECT_FALSE(image->start.known());
  EXPECT_EQ(image->total_dates, 3942);
  EXPECT_EQ(image->processed_dates,
            (std::vector<date>{day("2015-01-01"), day("2015-01-02")}));
  EXPECT_EQ(image->last_date, day("2015-01-02"));
  EXPECT_TRUE(read_checkpoint(
    replaced(old_text, "\"2015-01-02\"\n}", "null, \"unknown\": [1]}")));
}

TEST_F(checkpoint_file_test, reads_an_image_of_nothing) {
  checkpoint_image nothing;
  nothing.order = "oldest-first";
  auto back = read_checkpoint(write_checkpoint(nothing, ""));
  ASSERT_TRUE(back) << describe(back.error());
  EXPECT_FALSE(back->last_date.known());
  EXPECT_TRUE(back->processed_dates.empty());
}

TEST_F(checkpoint_file_test, refuses_damaged_values_naming_their_key) {
  const auto own = write_checkpoint(sample(), "2025-10-17T09:00:00Z");
  struct sample_text {
    std::string text;
    const char* word;
  };
  for (const auto& [text, word] : {
         sample_text{replaced(old_text, "3942", "-1"), "total_dates"},
         sample_text{replaced(old_text, "3942", "\"x\""), "total_dates"},
         sample_text{replaced(old_text, "\"stats\"", "\"stat\""), "stats"},
         sample_text{replaced(old_text, "2015-01-01", "2015-02-30"),
                     "processed_dates"},
         sample_text{replaced(old_text, "[\"2015-01-01\", \"2015-01-02\"]",
                              "{}"),
                     "processed_dates"},
         sample_text{replaced(own, "\"version\": 1", "\"version\": 2"),
                     "newer"},
         sample_text{replaced(own, "newest-first", "sideways"), "order"},
         sample_text{replaced(own, "\"end\": \"2025-10-16\"",
                              "\"end\": \"2014-01-01\""),
                     "range"},
         sample_text{replaced(own, "\"run_id\"", "\"run\""), "run_id"},
         sample_text{"[]", "object"},
         sample_text{"", "JSON"},
         sample_text{std::string(100, '\0'), "JSON"},
         sample_text{std::string(100'000, '['), "JSON"},
       }) {
    auto image = read_checkpoint(text);
    ASSERT_FALSE(image) << text;
    EXPECT_EQ(fault_of(image.error()), fault::bad_shape);
    EXPECT_NE(describe(image.error()).find(word), std::string::npos)
      << describe(image.error());
  }
}

TEST_F(checkpoint_file_test, notices_every_cut) {
  const auto own = write_checkpoint(sample(), "2025-10-17T09:00:00Z");
  const auto last = own.rfind('}');
  for (std::size_t size = 0; size <= last; ++size)
    EXPECT_FALSE(read_checkpoint(own.substr(0, size))) << size;
}

TEST_F(checkpoint_file_test, never_trips_over_noise) {
  std::mt19937 random{7};
  const auto own = write_checkpoint(sample(), "2025-10-17T09:00:00Z");
  for (int i = 0; i < 5000; ++i) {
    auto text = own;
    for (auto flips = random() % 4 + 1; flips > 0; --flips)
      text[random() % text.size()] = static_cast<char>(random() % 256);
    read_checkpoint(text);
  }
}

TEST_F(checkpoint_file_test, falls_back_to_the_previous_copy) {
  const auto path = in_folder("checkpoint.json");
  ASSERT_FALSE(replace_file(path, write_checkpoint(sample(), "1")));
  auto next = sample();
  next.races_processed = 71;
  ASSERT_FALSE(replace_file(path, write_checkpoint(next, "2")));
  std::string note;
  auto image = load_checkpoint(path, &note);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->races_processed, 71);
  EXPECT_EQ(note, "");
  put(path, content(path).substr(0, 100));
  image = load_checkpoint(path, &note);
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_EQ(image->races_processed, 70);
  EXPECT_NE(note.find("previous copy"), std::string::npos);
  std::filesystem::remove(path);
  EXPECT_TRUE(load_checkpoint(path));
}

TEST_F(checkpoint_file_test, says_what_is_wrong_with_both_copies) {
  const auto path = in_folder("checkpoint.json");
  auto image = load_checkpoint(path);
  ASSERT_FALSE(image);
  EXPECT_EQ(fault_of(image.error()), fault::files_refused);
  put(path, "{");
  put(path + ".bak", "[]");
  image = load_checkpoint(path);
  ASSERT_FALSE(image);
  EXPECT_EQ(fault_of(image.error()), fault::bad_shape);
  EXPECT_NE(describe(image.error()).find(path), std::string::npos);
}

} // namespace
} // namespace racefill::test
