/// A folder for one test, gone at its end.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace racefill {

class scratch_folder : public testing::Test {
protected:
  void SetUp() override {
    auto pattern = testing::TempDir() + "racefill-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }

  void TearDown() override {
    std::filesystem::remove_all(folder_);
  }

  /// Writes a file with exactly these rights; gives its path.
  std::string write(const std::string& name, const std::string& text,
                    unsigned mode = 0600) {
    const auto path = folder_ + '/' + name;
    std::ofstream{path} << text;
    std::filesystem::permissions(path,
                                 static_cast<std::filesystem::perms>(mode));
    return path;
  }

  std::string folder_;
};

} // namespace racefill
