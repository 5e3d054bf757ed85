#include "loaders/schema/tag_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "text/name_characters.h"
#include "text/normal_form.h"

namespace muster::loaders {
namespace {

using testing::ElementsAre;

TEST(TagName, IsTheColumnWithoutWhatNoNameHas) {
  EXPECT_EQ(TagNameOf("城市 2"), "城市 2");
  EXPECT_EQ(TagNameOf("Price ($)"), "Price");
  EXPECT_EQ(TagNameOf("a/b%c"), "a_b_c");
  EXPECT_EQ(TagNameOf("???"), "");
  EXPECT_EQ(TagNameOf(" "), "");
  EXPECT_EQ(TagNameOf("__x"), "__x");
  EXPECT_EQ(TagNameOf("e\xcc\x81tat"), "\xc3\xa9tat");
  EXPECT_EQ(TagNameOf(std::string(200, 'x')), std::string(128, 'x'));
  // Cut between code points, and not behind a space.
  EXPECT_EQ(TagNameOf(std::string(127, 'x') + "上"), std::string(127, 'x'));
  EXPECT_EQ(TagNameOf(std::string(126, 'x') + "  y"), std::string(126, 'x'));
}

TEST(TagName, OfAColumnWhoseNameIsLegalIsItsOwn) {
  EXPECT_THAT(TagNamesOf({"user/name", "user_name"}, {}), ElementsAre("user_name_2", "user_name"));
  EXPECT_THAT(TagNamesOf({"user_name", "user/name"}, {}), ElementsAre("user_name", "user_name_2"));
  EXPECT_THAT(TagNamesOf({"a/b", "a%b", "??", "$"}, {}), ElementsAre("a_b_2", "a_b", "column_2", "column"));
  // A number is skipped if another column has the name, or will get it.
  EXPECT_THAT(TagNamesOf({"a/b", "a%b", "a_b_2"}, {}), ElementsAre("a_b_3", "a_b", "a_b_2"));
  EXPECT_THAT(TagNamesOf({"a/b", "a%b", "a/b/2"}, {}), ElementsAre("a_b_3", "a_b", "a_b_2"));
  EXPECT_THAT(TagNamesOf({"x", "", "column"}, {"x"}), ElementsAre("x_2", "", "column"));
  const std::string q(128, 'q');
  EXPECT_THAT(TagNamesOf({q + "_one", q + "_two"}, {}), ElementsAre(q, q.substr(0, 126) + "_2"));
}

// Whether a server takes it: docs/semantics.md, rule 29.
bool IsLegal(const std::string& name) {
  return !name.empty() && name.size() <= 128 && TagNameOf(name) == name && name.front() != ' ' &&
         name.back() != ' ' && NormalizeNfc(name) == name;
}

TEST(TagName, DependsOnNoOrder) {
  std::mt19937 random(7);
  const std::vector<std::string> pieces = {"a",
                                           "b",
                                           "/",
                                           "%",
                                           "_",
                                           "2",
                                           "_2",
                                           " ",
                                           "上",
                                           "é",
                                           "e\xcc\x81",
                                           "?",
                                           std::string(60, 'q'),
                                           std::string(63, 'x')};
  for (int round = 0; round < 2000; ++round) {
    std::set<std::string> distinct;
    for (size_t i = random() % 12; i-- > 0;) {
      std::string column;
      for (size_t parts = 1 + random() % 4; parts-- > 0;) column += pieces[random() % pieces.size()];
      column = InNormalForm(column);
      if (column.front() != ' ' && column.back() != ' ') distinct.insert(column);
    }
    std::vector<std::string> columns(distinct.begin(), distinct.end());
    const absl::flat_hash_set<std::string> taken = {"a", "b_2"};
    std::map<std::string, std::string> first;
    for (int order = 0; order < 3; ++order) {
      std::shuffle(columns.begin(), columns.end(), random);
      const std::vector<std::string> names = TagNamesOf(columns, taken);
      std::set<std::string> seen(taken.begin(), taken.end());
      for (size_t i = 0; i < columns.size(); ++i) {
        EXPECT_TRUE(IsLegal(names[i])) << names[i];
        EXPECT_TRUE(seen.insert(names[i]).second) << names[i];
        const auto known = first.emplace(columns[i], names[i]).first;
        EXPECT_EQ(known->second, names[i]) << columns[i];
        if (IsLegal(columns[i]) && !taken.contains(columns[i])) {
          EXPECT_EQ(names[i], columns[i]);
        }
      }
    }
  }
}

}  // namespace
}  // namespace muster::loaders
