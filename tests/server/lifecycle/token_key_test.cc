#include "server/lifecycle/token_key.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "gtest/gtest.h"
#include "server/wire/page_token.h"
#include "tests/matchers/status.h"

namespace muster::server {
namespace {

class TokenKeyTest : public ::testing::Test {
 protected:
  TokenKeyTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "muster_token_key_XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~TokenKeyTest() override { std::filesystem::remove_all(folder_); }
  std::string MustLoad() const {
    const absl::StatusOr<std::string> key = LoadTokenKey(folder_);
    EXPECT_THAT(key, IsOk());
    return key.value_or("");
  }
  std::string Path() const { return folder_ + "/TOKENKEY"; }

  std::string folder_;
};

TEST_F(TokenKeyTest, StaysTheSameAndItsOwners) {
  const std::string key = MustLoad();
  EXPECT_EQ(key.size(), kTokenKeyBytes);
  EXPECT_EQ(MustLoad(), key);
  struct stat file = {};
  ASSERT_EQ(::stat(Path().c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
}

TEST_F(TokenKeyTest, TokensOutliveTheProcess) {
  PageToken token;
  token.next_position = 7;
  const std::string sealed = Tokens(MustLoad()).SealPage(token, "digest");
  const absl::StatusOr<PageToken> opened = Tokens(MustLoad()).OpenPage(sealed, "digest");
  ASSERT_THAT(opened, IsOk());
  EXPECT_EQ(opened->next_position, 7u);
}

TEST_F(TokenKeyTest, ADamagedKeyIsReplaced) {
  const std::string key = MustLoad();
  std::ofstream(Path()) << "short";
  const std::string fresh = MustLoad();
  EXPECT_EQ(fresh.size(), kTokenKeyBytes);
  EXPECT_NE(fresh, key);
  EXPECT_EQ(MustLoad(), fresh);
}

TEST_F(TokenKeyTest, AFolderInItsPlaceIsNamed) {
  std::filesystem::create_directory(Path());
  const absl::Status refused = LoadTokenKey(folder_).status();
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_NE(refused.message().find("TOKENKEY"), std::string::npos);
}

}  // namespace
}  // namespace muster::server
