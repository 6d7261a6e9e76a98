#include "infra/files/error_file.hpp"

#include <simdjson.h>

#include "messages/faults.hpp"
#include "tests/infra/files/file_limit.hpp"
#include "tests/infra/files/temporary_folder.hpp"

namespace racefill::test {
namespace {

class error_file_test : public temporary_folder {
protected:
  void SetUp() override {
    temporary_folder::SetUp();
    path_ = in_folder("errors.json");
  }

  // The number of entries; -1 when the file is no array of objects.
  int count() const {
    simdjson::dom::parser parser;
    simdjson::dom::array entries;
    if (parser.parse(content(path_)).get(entries) != simdjson::SUCCESS)
      return -1;
    int result = 0;
    for (const auto entry : entries)
      result += entry.is_object() ? 1 : -1000;
    return result;
  }

  std::string path_;
  const error_entry day_{"2025-10-17T08:00:00Z", "2015-01-03",
                         "http_status: 503 after 5 attempts"};
};

TEST_F(error_file_test, is_a_valid_array_after_every_append) {
  error_file file{path_};
  for (int i = 1; i <= 50; ++i) {
    ASSERT_FALSE(file.append({day_}));
    ASSERT_EQ(count(), i);
  }
  ASSERT_FALSE(error_file{path_}.append({day_, day_}));
  EXPECT_EQ(count(), 52);
  EXPECT_EQ(names(), 1);
}

TEST_F(error_file_test, names_days_and_horses_as_recipes_expect) {
  error_file file{path_};
  ASSERT_FALSE(file.append({day_, {"t", "hrs_1", "not \"here\"\n\xff\x01é"}}));
  simdjson::dom::parser parser;
  auto root = parser.parse(content(path_));
  EXPECT_EQ(std::string_view(root.at(0)["timestamp"]), "2025-10-17T08:00:00Z");
  EXPECT_EQ(std::string_view(root.at(0)["date"]), "2015-01-03");
  EXPECT_EQ(std::string_view(root.at(1)["horse_id"]), "hrs_1");
  EXPECT_EQ(std::string_view(root.at(1)["error"]),
            "not \"here\"\n\xef\xbf\xbd\x01é");
}

TEST_F(error_file_test, makes_an_empty_array_of_no_entries) {
  ASSERT_FALSE(error_file{in_folder("deep/down/errors.json")}.append({}));
  ASSERT_FALSE(error_file{path_}.append({}));
  EXPECT_EQ(count(), 0);
  ASSERT_FALSE(error_file{path_}.append({day_}));
  EXPECT_EQ(count(), 1);
}

TEST_F(error_file_test, goes_on_with_the_old_jobs_file) {
  put(path_,
      "[\n  {\n    \"timestamp\": \"t\",\n    \"date\": \"2015-01-01\",\n"
      "    \"error\": \"[}\"\n  }\n]   \n\n"
        + std::string(2000, ' '));
  error_file file{path_};
  ASSERT_FALSE(file.append({day_}));
  EXPECT_EQ(count(), 2);
  EXPECT_EQ(file.repair_note(), "");
}

TEST_F(error_file_test, keeps_what_is_sound_of_a_damaged_file) {
  ASSERT_FALSE(error_file{path_}.append({day_, day_, day_}));
  const auto whole = content(path_);
  int number = 0;
  for (std::size_t size = 0; size < whole.size() - 2; size += 7) {
    const auto torn = whole.substr(0, size);
    put(path_, torn);
    error_file file{path_};
    ASSERT_FALSE(file.append({day_}));
    const auto sound = std::count(torn.begin(), torn.end(), '}');
    EXPECT_EQ(count(), sound + 1) << size;
    ++number;
    EXPECT_EQ(content(path_ + ".damaged-" + std::to_string(number)), torn);
    EXPECT_NE(file.repair_note().find(".damaged-"), std::string::npos);
  }
  EXPECT_GT(number, 10);
}

TEST_F(error_file_test, notices_damage_inside_a_file_with_a_sound_end) {
  ASSERT_FALSE(error_file{path_}.append({day_, day_, day_}));
  auto text = content(path_);
  const auto second = text.find('{', text.find('{') + 1);
  for (std::size_t i = second; i < second + 20; ++i)
    text[i] = '\0';
  put(path_, text);
  ASSERT_FALSE(error_file{path_}.append({day_}));
  EXPECT_EQ(count(), 2);
  EXPECT_EQ(content(path_ + ".damaged-1"), text);
}

TEST_F(error_file_test, repairs_what_breaks_while_it_runs) {
  error_file file{path_};
  ASSERT_FALSE(file.append({day_}));
  put(path_, content(path_) + "rubbish");
  ASSERT_FALSE(file.append({day_}));
  EXPECT_EQ(count(), 2);
  std::filesystem::remove(path_);
  ASSERT_FALSE(file.append({day_}));
  EXPECT_EQ(count(), 1);
}

TEST_F(error_file_test, leaves_the_file_as_it_was_when_the_disk_is_full) {
  error_file file{path_};
  ASSERT_FALSE(file.append({day_, day_}));
  const auto before = content(path_);
  for (const auto room : {rlim_t{0}, rlim_t{1}, rlim_t{5}, rlim_t{50}}) {
    caf::error err;
    {
      const file_limit limit{before.size() + room};
      err = file.append({day_});
    }
    ASSERT_TRUE(err);
    EXPECT_EQ(fault_of(err), fault::disk_full) << describe(err);
    EXPECT_EQ(content(path_), before);
  }
  ASSERT_FALSE(file.append({day_}));
  EXPECT_EQ(count(), 3);
}

TEST_F(error_file_test, cuts_an_endless_error_text) {
  auto entry = day_;
  entry.error.assign(5'000'000, 'x');
  ASSERT_FALSE(error_file{path_}.append({entry}));
  EXPECT_LT(content(path_).size(), 20'000u);
  ASSERT_FALSE(error_file{path_}.append({day_}));
  EXPECT_EQ(count(), 2);
}

TEST_F(error_file_test, refuses_what_is_no_file) {
  EXPECT_EQ(fault_of(error_file{folder_.string()}.append({day_})),
            fault::files_refused);
  put(path_, "x");
  EXPECT_EQ(fault_of(error_file{path_ + "/below.json"}.append({day_})),
            fault::files_refused);
}

} // namespace
} // namespace racefill::test
