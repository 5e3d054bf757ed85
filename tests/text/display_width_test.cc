#include "text/display_width.h"

#include "gtest/gtest.h"

namespace muster {
namespace {

TEST(DisplayWidth, CountsColumnsOfATerminal) {
  EXPECT_EQ(DisplayWidth(""), 0u);
  EXPECT_EQ(DisplayWidth("abc"), 3u);
  EXPECT_EQ(DisplayWidth("上海x"), 5u);
  EXPECT_EQ(DisplayWidth("e\u0301"), 1u);
  EXPECT_EQ(DisplayWidth("\xff"), 1u);
}

TEST(DisplayWidth, CountsBytesOfCodePoints) {
  EXPECT_EQ(BytesOfCodePoints("上海x", 0), 0u);
  EXPECT_EQ(BytesOfCodePoints("上海x", 2), 6u);
  EXPECT_EQ(BytesOfCodePoints("上海x", 9), 7u);
  EXPECT_EQ(BytesOfCodePoints("\xffx", 1), 1u);
}

}  // namespace
}  // namespace muster
