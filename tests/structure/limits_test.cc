// A client needs the limit to act on a LIMIT error: every place in the code that makes one must attach the
// limit.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "tests/paths.h"

namespace muster {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// How often `index::Reason::kLimit` stands in the sources below `folders`, outside of `allowed`; `check`
// looks at what follows each.
template <typename Check>
size_t ForEachLimit(const std::vector<std::string>& folders, const std::set<std::string>& allowed,
                    Check check) {
  const std::string word = "Reason::kLimit";
  size_t count = 0;
  const fs::path root = MUSTER_SOURCE_DIR;
  for (const std::string& top : folders) {
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      const std::string file = fs::relative(entry.path(), root);
      if (allowed.count(file) != 0 || (!absl::EndsWith(file, ".cc") && !absl::EndsWith(file, ".h"))) continue;
      const std::string text = ReadFile(entry.path());
      for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        check(file, text.substr(at, text.find(";\n", at) - at));
        ++count;
      }
    }
  }
  return count;
}

TEST(Limits, OfTheStoreAndOfRequestsAreMadeByAFunctionThatSaysThem) {
  ForEachLimit({"index", "server"}, {"index/status/status_facts.cc", "server/wire/error_status.cc"},
               [](const std::string& file, const std::string& statement) {
                 ADD_FAILURE() << file
                               << ": use WithLimit or LimitError, which say the limit too: " << statement;
               });
}

TEST(Limits, OfExpressionsNameTheirLimit) {
  const size_t found = ForEachLimit({"query"}, {}, [](const std::string& file, const std::string& statement) {
    EXPECT_TRUE(absl::StrContains(statement, ".limit = ")) << file << ": " << statement;
  });
  EXPECT_GE(found, 8u);
}

}  // namespace
}  // namespace muster
