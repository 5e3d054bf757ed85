#include "index/text/quoted.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace muster::index {
namespace {

TEST(Quoted, ShowsTextToPeople) {
  EXPECT_EQ(Quoted("上海"), "'上海'");
  EXPECT_EQ(Quoted("a\tb"), "'a\\tb'");
  EXPECT_EQ(Quoted("a\xff"), "'a\\377'");
  EXPECT_EQ(Quoted("a\u202eb"), "'a\\u202eb'");
  std::string text;
  for (int i = 0; i < 30; ++i) text += "上";
  std::string shown;
  for (int i = 0; i < 20; ++i) shown += "上";
  EXPECT_EQ(Quoted(text), absl::StrCat("'", shown, "…'"));
  EXPECT_EQ(Quoted(absl::StrCat("x", text)).size(), 1 + 1 + 19 * 3 + std::string("…'").size());
}

}  // namespace
}  // namespace muster::index
