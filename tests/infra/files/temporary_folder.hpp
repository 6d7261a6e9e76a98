/// A folder of its own for each test.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <stdlib.h>

namespace racefill::test {

class temporary_folder : public testing::Test {
protected:
  void SetUp() override {
    auto pattern
      = (std::filesystem::temp_directory_path() / "racefill_XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }

  void TearDown() override {
    std::filesystem::remove_all(folder_);
  }

  std::string in_folder(const std::string& name) const {
    return (folder_ / name).string();
  }

  static std::string content(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }

  static void put(const std::string& path, const std::string& text) {
    std::ofstream{path, std::ios::binary} << text;
  }

  static bool exists(const std::string& path) {
    return std::filesystem::exists(path);
  }

  /// How many names the folder holds.
  std::ptrdiff_t names() const {
    return std::distance(std::filesystem::directory_iterator{folder_}, {});
  }

  std::filesystem::path folder_;
};

} // namespace racefill::test
