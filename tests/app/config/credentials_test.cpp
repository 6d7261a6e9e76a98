#include "app/config/credentials.hpp"

#include <filesystem>

#include <gmock/gmock.h>

#include "messages/faults.hpp"
#include "tests/app/config/scratch_folder.hpp"

namespace racefill {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class credentials_of : public scratch_folder {
protected:
  credentials loaded() {
    auto out = load_credentials(conf_, env_);
    if (out)
      return *out;
    ADD_FAILURE() << describe(out.error());
    return {};
  }

  std::string complaint() {
    const auto out = load_credentials(conf_, env_);
    return out ? "" : describe(out.error());
  }

  settings conf_;
  environment env_;
};

TEST_F(credentials_of, the_environment_come_first) {
  env_ = {{"RACING_API_USERNAME", "me"}, {"RACING_API_PASSWORD", "geheim"}};
  conf_.api.credentials_file = folder_ + "/none";
  const auto x = loaded();
  EXPECT_EQ(x.api_username, "me");
  EXPECT_EQ(x.api_password.reveal(), "geheim");
  EXPECT_EQ(missing_api_credentials(x), "");
}

TEST_F(credentials_of, a_private_file_are_read) {
  conf_.api.credentials_file
    = write("api", "# mine\nusername = me\r\npassword=ge = heim#1\r\n", 0600);
  const auto x = loaded();
  EXPECT_EQ(x.api_username, "me");
  EXPECT_EQ(x.api_password.reveal(), "ge = heim#1");
}

TEST_F(credentials_of, a_file_open_to_others_are_refused_with_the_cure) {
  for (unsigned mode : {0644U, 0640U, 0604U, 0620U, 0601U}) {
    conf_.api.credentials_file = write("api", "username=me\npassword=geheim\n",
                                       mode);
    EXPECT_THAT(complaint(),
                AllOf(HasSubstr("chmod 600 " + conf_.api.credentials_file),
                      Not(HasSubstr("geheim"))));
    std::filesystem::remove(conf_.api.credentials_file);
  }
  conf_.api.credentials_file.clear();
  conf_.database.password_file = write("db", "geheim\n", 0644);
  EXPECT_THAT(complaint(), HasSubstr("chmod 600"));
}

TEST_F(credentials_of, a_malformed_file_are_refused_without_repeating_it) {
  for (const char* text :
       {"", "geheim\n", "username=me\n", "password=geheim\n",
        "username=me\npassword=geheim\nother=geheim\n",
        "username=\npassword=geheim\n", "username=a:b\npassword=geheim\n"}) {
    conf_.api.credentials_file = write("api", text);
    EXPECT_THAT(complaint(),
                AllOf(Not(testing::IsEmpty()), Not(HasSubstr("geheim"))))
      << text;
  }
}

TEST_F(credentials_of, systemd_are_found_by_their_name) {
  env_["CREDENTIALS_DIRECTORY"] = folder_;
  write("racing_api", "username=me\npassword=geheim\n", 0440);
  write("database_password", "dbgeheim\n", 0400);
  const auto x = loaded();
  EXPECT_EQ(x.api_password.reveal(), "geheim");
  EXPECT_EQ(x.database_password.reveal(), "dbgeheim");
}

TEST_F(credentials_of, the_database_travel_only_to_their_own_server) {
  env_["RACEFILL_DB"] = "postgresql://me:geheim@h/racing";
  conf_.database.url = "postgresql://me@h/racing";
  EXPECT_EQ(loaded().database_password.reveal(), "geheim");
  conf_.database.url = "postgresql://me@elsewhere/racing";
  EXPECT_TRUE(loaded().database_password.empty());
}

TEST_F(credentials_of, a_password_file_lose_their_line_end_only) {
  conf_.database.password_file = write("db", " ge heim \n");
  EXPECT_EQ(loaded().database_password.reveal(), " ge heim ");
  conf_.database.password_file = write("db", "two\nlines\n");
  EXPECT_THAT(complaint(), HasSubstr("on one line"));
  conf_.database.password_file = write("db", "\n");
  EXPECT_THAT(complaint(), HasSubstr("on one line"));
}

TEST_F(credentials_of, nowhere_are_missed_by_name) {
  EXPECT_THAT(missing_api_credentials(loaded()),
              HasSubstr("RACING_API_USERNAME and RACING_API_PASSWORD"));
  env_["RACING_API_USERNAME"] = "me";
  EXPECT_THAT(missing_api_credentials(loaded()),
              AllOf(HasSubstr("set RACING_API_PASSWORD"),
                    Not(HasSubstr("USERNAME"))));
}

TEST_F(credentials_of, a_shell_script_are_refused_with_a_hint) {
  conf_.api.credentials_file
    = write("api", "export username=me\nexport password=geheim\n", 0600);
  EXPECT_THAT(complaint(),
              AllOf(HasSubstr("leave `export` out"), Not(HasSubstr("geheim"))));
  for (const auto* quote : {"'", "\""}) {
    conf_.api.credentials_file = write(
      quote == std::string{"'"} ? "single" : "double",
      "username=me\npassword=" + (quote + std::string{"geheim"}) + quote + "\n",
      0600);
    EXPECT_THAT(complaint(), AllOf(HasSubstr("line 2"), HasSubstr("quotes"),
                                   Not(HasSubstr("geheim"))));
  }
}

} // namespace
} // namespace racefill
