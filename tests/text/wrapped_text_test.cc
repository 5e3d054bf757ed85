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

TEST(Wrapped, BreaksWordsThatAreLongerThanALineWhereThatIsWanted) {
  const auto broken = [](std::string_view text, size_t column, size_t indent, size_t width) {
    return Wrapped(text, column, indent, width, LongWords::kBreak);
  };
  EXPECT_EQ(broken("a longerthanthat b", 0, 0, 6), "a long\nerthan\nthat b");
  EXPECT_EQ(broken("longerthanthat", 4, 2, 6), "lo\n  nger\n  than\n  that");
  EXPECT_EQ(broken("aa bb cc", 0, 2, 5), "aa bb\n  cc");
  EXPECT_EQ(broken("aaaa bb cc", 0, 2, 6), "aaaa\n  bb\n  cc") << "words that fit a line stay whole";
  EXPECT_EQ(broken("上海北京x", 0, 1, 4), "上海\n 北\n 京x");
  EXPECT_EQ(broken("上海", 0, 0, 1), "上\n海") << "no endless line breaks where nothing has room";
  EXPECT_EQ(broken("", 0, 0, 8), "");
}

}  // namespace
}  // namespace muster
