#include "infra/files/local_state_files.hpp"

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "infra/files/checkpoint_file.hpp"
#include "infra/files/durable_file.hpp"
#include "tests/infra/files/file_limit.hpp"
#include "tests/infra/files/temporary_folder.hpp"

namespace racefill::test {
namespace {

checkpoint_image image_with(std::int64_t races) {
  checkpoint_image image;
  image.run_id = "run";
  image.order = "newest-first";
  image.races_processed = races;
  return image;
}

class local_state_files_test : public temporary_folder {
protected:
  void SetUp() override {
    temporary_folder::SetUp();
    settings_.directory = folder_.string();
    path_ = checkpoint_path(settings_);
  }

  void TearDown() override {
    if (mounted_)
      ::umount2(folder_.c_str(), MNT_DETACH);
    temporary_folder::TearDown();
  }

  std::int64_t races_on_disk() const {
    auto image = load_checkpoint(path_);
    return image ? image->races_processed : -1;
  }

  state_files_settings settings_;
  std::string path_;
  bool mounted_ = false;
};

TEST_F(local_state_files_test, has_the_names_that_people_know) {
  EXPECT_EQ(checkpoint_path({}), "./logs/backfill_all_tables_checkpoint.json");
  EXPECT_EQ(errors_path({}), "./logs/backfill_all_tables_errors.json");
  EXPECT_EQ(checkpoint_path({"x", "own.json", ""}), "own.json");
}

TEST_F(local_state_files_test, keeps_the_new_and_the_previous_checkpoint) {
  auto files = make_state_files(settings_);
  for (int i = 1; i <= 5; ++i) {
    auto saved = files->save_checkpoint(image_with(i));
    ASSERT_TRUE(saved) << describe(saved.error());
    EXPECT_EQ(races_on_disk(), i);
    auto previous = load_checkpoint(path_ + ".bak");
    EXPECT_EQ(previous ? previous->races_processed : 0, i - 1);
  }
  const auto logs = folder_ / "logs";
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator{logs}, {}), 2);
}

TEST_F(local_state_files_test, heals_what_a_crash_between_two_names_left) {
  auto files = make_state_files(settings_);
  ASSERT_TRUE(files->save_checkpoint(image_with(1)));
  std::filesystem::create_hard_link(path_, path_ + ".bak");
  std::filesystem::create_hard_link(path_, path_ + ".bak.tmp");
  put(path_ + ".tmp", "half a fi");
  ASSERT_TRUE(files->save_checkpoint(image_with(2)));
  EXPECT_EQ(races_on_disk(), 2);
  EXPECT_EQ(load_checkpoint(path_ + ".bak")->races_processed, 1);
  EXPECT_FALSE(exists(path_ + ".tmp"));
  EXPECT_FALSE(exists(path_ + ".bak.tmp"));
}

TEST_F(local_state_files_test, keeps_the_old_checkpoint_when_the_disk_is_full) {
  auto files = make_state_files(settings_);
  ASSERT_TRUE(files->save_checkpoint(image_with(1)));
  ASSERT_TRUE(files->save_checkpoint(image_with(2)));
  {
    const file_limit limit{100};
    auto saved = files->save_checkpoint(image_with(3));
    ASSERT_FALSE(saved);
    EXPECT_EQ(fault_of(saved.error()), fault::disk_full);
  }
  EXPECT_EQ(races_on_disk(), 2);
  EXPECT_EQ(load_checkpoint(path_ + ".bak")->races_processed, 1);
  EXPECT_FALSE(exists(path_ + ".tmp"));
  EXPECT_TRUE(files->save_checkpoint(image_with(3)));
}

TEST_F(local_state_files_test, checks_that_both_files_can_be_written) {
  auto err = check_writable(settings_);
  ASSERT_FALSE(err) << describe(err);
  EXPECT_EQ(content(errors_path(settings_)), "[\n]\n");
  EXPECT_FALSE(exists(path_));
  EXPECT_FALSE(exists(path_ + ".trial"));
}

TEST_F(local_state_files_test, says_which_folder_cannot_be_written) {
  put(in_folder("file"), "no folder");
  settings_.directory = in_folder("file");
  auto err = check_writable(settings_);
  EXPECT_EQ(fault_of(err), fault::files_refused);
  EXPECT_NE(describe(err).find(in_folder("file")), std::string::npos);
  EXPECT_NE(describe(err).find("--state-dir"), std::string::npos);
  settings_.directory = folder_.string();
  settings_.checkpoint_file = folder_.string();
  EXPECT_EQ(fault_of(check_writable(settings_)), fault::files_refused);
}

TEST_F(local_state_files_test, stands_a_tiny_and_a_read_only_file_system) {
  if (::geteuid() != 0
      || ::mount("none", folder_.c_str(), "tmpfs", 0, "size=64k") != 0)
    GTEST_SKIP() << "only root may mount";
  mounted_ = true;
  auto files = make_state_files(settings_);
  ASSERT_TRUE(files->save_checkpoint(image_with(1)));
  ASSERT_TRUE(files->append_errors({{"t", "2015-01-01", "x"}}));
  const auto errors = content(errors_path(settings_));
  put(in_folder("filling"), std::string(100'000, 'x'));
  auto big = image_with(2);
  big.start_time.assign(100'000, 'x');
  auto saved = files->save_checkpoint(big);
  EXPECT_EQ(saved ? fault::none : fault_of(saved.error()), fault::disk_full);
  auto appended
    = files->append_errors({{"t", "2015-01-02", std::string(16'000, 'x')}});
  EXPECT_EQ(appended ? fault::none : fault_of(appended.error()),
            fault::disk_full);
  EXPECT_EQ(content(errors_path(settings_)), errors);
  EXPECT_EQ(races_on_disk(), 1);
  ASSERT_EQ(::mount("none", folder_.c_str(), nullptr, MS_REMOUNT | MS_RDONLY,
                    nullptr),
            0);
  EXPECT_EQ(fault_of(check_writable(settings_)), fault::files_refused);
  saved = files->save_checkpoint(image_with(3));
  EXPECT_EQ(saved ? fault::none : fault_of(saved.error()),
            fault::files_refused);
  EXPECT_EQ(races_on_disk(), 1);
}

} // namespace
} // namespace racefill::test
