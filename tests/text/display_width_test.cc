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

// A table of our own had these wrong.
TEST(DisplayWidth, IsThatOfUnicode) {
  EXPECT_EQ(DisplayWidth("\U0001F680"), 2u);          // an emoji
  EXPECT_EQ(DisplayWidth("\u0e01\u0e33"), 2u);        // Thai
  EXPECT_EQ(DisplayWidth("\u231a"), 2u);              // a watch, among narrow symbols
  EXPECT_EQ(DisplayWidth("\u0915\u094d\u0937"), 2u);  // Devanagari with a mark
  EXPECT_EQ(DisplayWidth("\x1b"), 1u);
}

}  // namespace
}  // namespace muster
