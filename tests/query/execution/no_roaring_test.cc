// The evaluator reads stored bytes itself: it must not link anything from CRoaring.
#include <array>
#include <cstdio>
#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace muster::query {
namespace {

std::string OutputOf(const std::string& command) {
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return output;
  std::array<char, 4096> buffer;
  for (size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    output.append(buffer.data(), got);
  return pclose(pipe) == 0 ? output : std::string();
}

TEST(ExecutionLibrary, NamesNoRoaringSymbol) {
  const std::string symbols = OutputOf(std::string(MUSTER_NM) + " " + MUSTER_EXECUTION_LIBRARY);
  ASSERT_THAT(symbols, testing::HasSubstr("ReadFragmentChunks")) << "nm of the library can't be read";
  EXPECT_THAT(symbols, testing::Not(testing::HasSubstr("roaring_")));
  EXPECT_THAT(symbols, testing::Not(testing::HasSubstr("muster5index6Bitmap")));
}

}  // namespace
}  // namespace muster::query
