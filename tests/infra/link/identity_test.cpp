#include "infra/link/identity.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

#include "infra/files/durable_file.hpp"

namespace racefill {
namespace {

namespace fs = std::filesystem;

class identity_test : public ::testing::Test {
protected:
  identity_test() {
    std::string pattern = fs::temp_directory_path() / "racefill-papers-XXXXXX";
    root = ::mkdtemp(pattern.data());
    folder = root + "/monitor";
  }

  ~identity_test() override {
    fs::remove_all(root);
  }

  static mode_t mode_of(const std::string& path) {
    struct stat info {};
    ::stat(path.c_str(), &info);
    return info.st_mode & 07777;
  }

  std::string complaint() const {
    auto papers = open_service_papers(folder);
    return papers ? "" : describe(papers.error());
  }

  std::string root;
  std::string folder;
};

TEST_F(identity_test, makes_papers_once_and_for_the_owner_alone) {
  auto first = open_service_papers(folder);
  ASSERT_TRUE(first) << describe(first.error());
  EXPECT_EQ(mode_of(folder), 0700u);
  int files = 0;
  for (const auto& entry : fs::directory_iterator{folder}) {
    EXPECT_EQ(mode_of(entry.path()), 0600u) << entry.path();
    ++files;
  }
  EXPECT_EQ(files, 7);
  EXPECT_EQ(first->token.size(), 64u);
  auto second = open_service_papers(folder);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->token, first->token);
  EXPECT_EQ(second->link.certificate, first->link.certificate);
}

TEST_F(identity_test, refuses_half_a_set_and_names_the_file) {
  const char* names[] = {"authority.pem", "server.pem", "server.key",
                         "client.pem",    "client.key", "control.token"};
  for (const auto* name : names) {
    fs::remove_all(folder);
    ASSERT_TRUE(open_service_papers(folder));
    const auto path = folder + "/" + name;
    fs::remove(path);
    EXPECT_NE(complaint().find(path), std::string::npos) << complaint();
    std::ofstream{path} << "";
    ::chmod(path.c_str(), 0600);
    EXPECT_NE(complaint().find(path), std::string::npos) << complaint();
    std::ofstream{path} << "-----BEGIN NONSENSE-----\n";
    EXPECT_NE(complaint(), "") << name;
  }
}

TEST_F(identity_test, refuses_files_that_others_can_read) {
  ASSERT_TRUE(open_service_papers(folder));
  const auto path = folder + "/server.key";
  ::chmod(path.c_str(), 0640);
  EXPECT_NE(complaint().find("chmod 600 " + path), std::string::npos);
}

TEST_F(identity_test, refuses_papers_of_two_sets) {
  ASSERT_TRUE(open_service_papers(folder));
  ASSERT_TRUE(open_service_papers(root + "/other"));
  fs::copy_file(root + "/other/authority.pem", folder + "/authority.pem",
                fs::copy_options::overwrite_existing);
  EXPECT_NE(complaint().find("does not stand"), std::string::npos)
    << complaint();
  fs::copy_file(root + "/other/server.pem", folder + "/server.pem",
                fs::copy_options::overwrite_existing);
  EXPECT_NE(complaint().find("does not belong"), std::string::npos)
    << complaint();
}

TEST_F(identity_test, a_viewer_cannot_play_the_service) {
  ASSERT_TRUE(open_service_papers(folder));
  for (const auto* kind : {"pem", "key"})
    fs::copy_file(folder + "/client." + kind, folder + "/server." + kind,
                  fs::copy_options::overwrite_existing);
  EXPECT_NE(complaint().find("does not stand"), std::string::npos)
    << complaint();
}

TEST_F(identity_test, packs_a_viewers_papers_for_another_machine) {
  ASSERT_TRUE(open_service_papers(folder));
  ASSERT_FALSE(write_address(folder, "127.0.0.1:4711"));
  auto here = open_client_papers(folder);
  ASSERT_TRUE(here);
  auto there = unpack_client_papers(pack_client_papers(*here), "f");
  ASSERT_TRUE(there) << describe(there.error());
  EXPECT_EQ(there->token, here->token);
  EXPECT_EQ(there->address, "127.0.0.1:4711");
  EXPECT_EQ(there->link.key, here->link.key);
}

TEST_F(identity_test, refuses_a_torn_pack_wherever_it_is_torn) {
  ASSERT_TRUE(open_service_papers(folder));
  auto here = open_client_papers(folder);
  ASSERT_TRUE(here);
  const auto text = pack_client_papers(*here);
  for (std::size_t size = 0; size + 40 < text.size(); size += 13)
    EXPECT_FALSE(unpack_client_papers(text.substr(0, size), "f")) << size;
}

TEST_F(identity_test, a_pack_without_a_token_is_for_watching_alone) {
  ASSERT_TRUE(open_service_papers(folder));
  auto here = open_client_papers(folder);
  ASSERT_TRUE(here);
  here->token.clear();
  auto there = unpack_client_papers(pack_client_papers(*here), "f");
  ASSERT_TRUE(there) << describe(there.error());
  EXPECT_EQ(there->token, "");
}

TEST_F(identity_test, never_writes_over_a_file) {
  const auto path = root + "/out";
  EXPECT_FALSE(write_private_file(path, "one"));
  EXPECT_TRUE(write_private_file(path, "two"));
  EXPECT_EQ(*read_file(path, 10), "one");
}

TEST_F(identity_test, a_viewer_without_a_service_is_told_what_to_do) {
  auto none = open_client_papers(folder);
  ASSERT_FALSE(none);
  EXPECT_NE(describe(none.error()).find("monitor.port"), std::string::npos);
}

} // namespace
} // namespace racefill
