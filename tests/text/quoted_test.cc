#include "text/quoted.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace muster {
namespace {

TEST(Quoted, ShowsTextToPeople) {
  EXPECT_EQ(Quoted("上海"), "'上海'");
  EXPECT_EQ(Quoted("a\tb"), "'a\\tb'");
  EXPECT_EQ(Quoted("a\xff"), "'a\\xff'");
  // 上海 and 北京 in GB18030, of which two bytes would be a letter of UTF-8.
  EXPECT_EQ(Quoted("\xc9\xcf\xba\xa3 b"), "'\\xc9\\xcf\\xba\\xa3 b'");
  EXPECT_EQ(Quoted(std::string(70, '\xb1')).substr(233), "\\xb1\\xb1…'");
  EXPECT_EQ(Quoted("\xb1\xb1\xbe\xa9"), "'\\xb1\\xb1\\xbe\\xa9'");
  EXPECT_EQ(Quoted("a\u202eb"), "'a\\u202eb'");
  EXPECT_EQ(Quoted("\u009b31m"), "'\\u009b31m'");
  EXPECT_EQ(Quoted("\ufeffid"), "'\\ufeffid'");
  EXPECT_EQ(Quoted("1\u00a0234"), "'1\\u00a0234'");
  // What can be seen stands as it was written.
  EXPECT_EQ(Quoted(R"([["a"]])"), R"('[["a"]]')");
  EXPECT_EQ(Quoted("1'234"), "'1'234'");
  EXPECT_EQ(Quoted("\\N"), "'\\N'");
  EXPECT_EQ(Quoted("\\N\n"), "'\\\\N\\n'");
  std::string text;
  for (int i = 0; i < 30; ++i) text += "上";
  std::string shown;
  for (int i = 0; i < 20; ++i) shown += "上";
  EXPECT_EQ(Quoted(text), absl::StrCat("'", shown, "…'"));
  EXPECT_EQ(Quoted(absl::StrCat("x", text)).size(), 1 + 1 + 19 * 3 + std::string("…'").size());
}

}  // namespace
}  // namespace muster
