#include "text/wrapped_text.h"

#include "gtest/gtest.h"

namespace muster {
namespace {

TEST(Wrapped, BreaksBetweenWordsAlone) {
  EXPECT_EQ(Wrapped("aa bb cc", 0, 2, 5), "aa bb\n  cc");
  EXPECT_EQ(Wrapped("aa bb", 3, 1, 5), "aa\n bb");
  EXPECT_EQ(Wrapped("a longerthanthat b", 0, 0, 6), "a\nlongerthanthat\nb");
  EXPECT_EQ(Wrapped("a\nb c", 4, 0, 5), "a\nb c");
  EXPECT_EQ(Wrapped("上海 北京", 0, 0, 8), "上海\n北京");
  EXPECT_EQ(Wrapped("", 0, 0, 8), "");
}

}  // namespace
}  // namespace muster
