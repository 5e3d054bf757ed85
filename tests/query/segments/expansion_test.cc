#include "query/segments/expansion.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "query/language/formatter.h"
#include "query/segments/segment_names.h"

namespace muster::query {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

index::SegmentPtr Saved(const std::string& name, const std::string& text) {
  auto segment = std::make_shared<index::Segment>();
  segment->name = name;
  segment->definition.text = text;
  return segment;
}

Definitions Of(const std::map<std::string, std::string>& texts) {
  Definitions definitions;
  for (const auto& [name, text] : texts) definitions.Add(Saved(name, text));
  return definitions;
}

Expansion ExpandText(const std::string& text, const Definitions& definitions,
                     const LanguageLimits& limits = {}, const std::string& owner = "") {
  const ParseResult parsed = Parse(text);
  EXPECT_TRUE(parsed.ok()) << text;
  return Expand({*parsed.expression, text, owner}, definitions, limits);
}

// The expanded text, or the first problem.
std::string Expanded(const std::string& text, const std::map<std::string, std::string>& texts) {
  const Definitions definitions = Of(texts);
  const Expansion expansion = ExpandText(text, definitions);
  return expansion.tree != nullptr ? Format(*expansion.tree) : expansion.problems.at(0).message;
}

TEST(ExpansionTest, ADefinitionStandsAsInParentheses) {
  const std::map<std::string, std::string> texts = {{"or", "a OR b"},
                                                    {"and", "a AND b"},
                                                    {"dated", "a AS OF 2026-01-01"},
                                                    {"nested", "NOT SEGMENT 'or' # a remark"},
                                                    {"plain", "c = 'x'"}};
  EXPECT_EQ(Expanded("SEGMENT 'or'", texts), "a OR b");
  EXPECT_EQ(Expanded("NOT SEGMENT 'or' AND d", texts), "NOT (a OR b) AND d");
  EXPECT_EQ(Expanded("d AND SEGMENT 'or'", texts), "d AND (a OR b)");
  EXPECT_EQ(Expanded("SEGMENT 'or' AS OF 2026-02-02", texts), "(a OR b) AS OF 2026-02-02");
  EXPECT_EQ(Expanded("SEGMENT 'dated' AS OF TODAY", texts), "(a AS OF 2026-01-01) AS OF TODAY");
  EXPECT_EQ(Expanded("AT LEAST 2 OF (SEGMENT 'and', SEGMENT 'plain', SEGMENT 'plain')", texts),
            "AT LEAST 2 OF (a AND b, c = 'x', c = 'x')");
  EXPECT_EQ(Expanded("SEGMENT 'nested' OR d", texts), "NOT (a OR b) OR d");
}

TEST(ExpansionTest, NamesAreComparedInOneForm) {
  EXPECT_EQ(Expanded("SEGMENT 'caf\x65\xcc\x81'", {{"caf\xc3\xa9", "a"}}), "a");
  const ParseResult parsed = Parse("SEGMENT 'caf\x65\xcc\x81' OR NOT (SEGMENT 'b' AS OF TODAY)");
  EXPECT_THAT(SegmentNamesIn(*parsed.expression), ElementsAre("b", "caf\xc3\xa9"));
  EXPECT_TRUE(MayNameSegments("a and seGment 'x'"));
  EXPECT_FALSE(MayNameSegments("a AND segmen"));
}

TEST(ExpansionTest, AnUnknownNameHasItsPlaceAndTheNearest) {
  Definitions definitions = Of({{"outer", "x AND\n  SEGMENT 'gone'"}});
  definitions.AddMissing("loyl", {"loyal"});
  const Expansion expansion = ExpandText("a AND SEGMENT 'loyl' OR SEGMENT 'outer'", definitions);
  EXPECT_EQ(expansion.tree, nullptr);
  ASSERT_THAT(expansion.problems, SizeIs(2));
  const Problem& direct = expansion.problems[0];
  EXPECT_EQ(direct.reason, index::Reason::kUnknownSegment);
  EXPECT_EQ(direct.message, "There is no segment 'loyl'; did you mean 'loyal'?");
  EXPECT_EQ(direct.span.offset, 6);
  EXPECT_EQ(direct.span.length, 14);
  EXPECT_EQ(direct.about.segment, "loyl");
  EXPECT_THAT(direct.about.nearest, ElementsAre("loyal"));
  const Problem& inside = expansion.problems[1];
  EXPECT_EQ(inside.message,
            "In SEGMENT 'outer', line 2, column 3: There is no segment 'gone'; `muster segments` lists those "
            "that there are.");
  EXPECT_EQ(inside.span.offset, 24);
  EXPECT_EQ(inside.about.segment, "gone");
}

TEST(ExpansionTest, CyclesNameTheWayRound) {
  const std::map<std::string, std::string> texts = {
      {"a", "SEGMENT 'b' OR x"}, {"b", "y AND SEGMENT 'a'"}, {"self", "SEGMENT 'self'"}};
  EXPECT_THAT(Expanded("SEGMENT 'a'", texts), HasSubstr("in a cycle: a → b → a;"));
  EXPECT_THAT(Expanded("z OR SEGMENT 'b'", texts), HasSubstr("in a cycle: b → a → b;"));
  EXPECT_THAT(Expanded("SEGMENT 'self'", texts),
              HasSubstr("'self' can't be a part of its own definition, in a cycle: self → self;"));
  // What is to become the definition of `c` leads back to `c`.
  const Definitions definitions = Of({{"a", "SEGMENT 'b'"}, {"b", "SEGMENT 'c'"}, {"c", "x"}});
  const Expansion expansion = ExpandText("v OR SEGMENT 'a'", definitions, {}, "c");
  ASSERT_THAT(expansion.problems, SizeIs(1));
  EXPECT_EQ(expansion.problems[0].reason, index::Reason::kSegmentCycle);
  EXPECT_THAT(expansion.problems[0].message, HasSubstr("In SEGMENT 'a' → 'b', line 1, column 1: "));
  EXPECT_THAT(expansion.problems[0].message, HasSubstr("in a cycle: c → a → b → c;"));
  EXPECT_EQ(expansion.problems[0].span.offset, 5);
  // The same name twice side by side is none.
  EXPECT_EQ(Expanded("SEGMENT 'x' OR SEGMENT 'x'", {{"x", "SEGMENT 'y'"}, {"y", "v"}}), "v OR v");
}

TEST(ExpansionTest, ProblemsInADefinitionAreThoseOfTheSegmentThatLeadsToIt) {
  const Definitions definitions = Of({{"outer", "x OR SEGMENT 'inner'"}, {"inner", "a AND\n bb = 5"}});
  const std::string text = "v AND SEGMENT 'outer'";
  const Expansion expansion = ExpandText(text, definitions);
  ASSERT_NE(expansion.tree, nullptr);
  // As a reader of the tree would report it: at `bb`, and at `v`.
  const Expression& outer = *expansion.tree->operands[1]->operands[0];
  const Expression& inner = *outer.operands[1]->operands[0];
  std::vector<Problem> problems = {
      {index::Reason::kUnknownTag, "There is no tag bb.", inner.operands[1]->tag_span, {}},
      {index::Reason::kWrongType, "It takes a text.", inner.operands[1]->literals[0].span, {}},
      {index::Reason::kUnknownTag, "There is no tag v.", expansion.tree->operands[0]->span, {}}};
  expansion.places.ToExpression(problems);
  EXPECT_EQ(problems[0].message, "There is no tag v.");
  EXPECT_EQ(problems[0].about.segment, "");
  EXPECT_EQ(problems[1].message, "In SEGMENT 'outer' → 'inner', line 2, column 2: There is no tag bb.");
  EXPECT_EQ(problems[2].message, "In SEGMENT 'outer' → 'inner', line 2, column 7: It takes a text.");
  for (const Problem* problem : {&problems[1], &problems[2]}) {
    EXPECT_EQ(problem->span.offset, 6);
    EXPECT_EQ(problem->span.length, 15);
    EXPECT_EQ(problem->about.segment, "inner");
  }
}

TEST(ExpansionTest, InATreeTheReferenceIsANode) {
  const Definitions definitions = Of({{"a", "SEGMENT 'gone'"}});
  Expression tree(Operator::kNot);
  tree.span.node = 0;
  tree.operands.push_back(std::make_unique<Expression>(Operator::kSegment));
  tree.operands[0]->tag = "a";
  tree.operands[0]->span.node = 1;
  const Expansion expansion = Expand({tree, "", ""}, definitions);
  ASSERT_THAT(expansion.problems, SizeIs(1));
  EXPECT_EQ(expansion.problems[0].span.node, 1);
  EXPECT_EQ(expansion.problems[0].span.offset, -1);
  EXPECT_THAT(expansion.problems[0].message, HasSubstr("In SEGMENT 'a', line 1, column 1: "));
}

TEST(ExpansionTest, ADefinitionThatCannotBeReadSaysWhere) {
  EXPECT_THAT(Expanded("SEGMENT 'broken'", {{"broken", "a AND"}}),
              HasSubstr("In SEGMENT 'broken', line 1, column 6: "));
}

// A chain of `length` segments s1 → s2 → …
std::map<std::string, std::string> Chain(int length) {
  std::map<std::string, std::string> texts = {{absl::StrCat("s", length), "x"}};
  for (int i = 1; i < length; ++i) texts[absl::StrCat("s", i)] = absl::StrCat("SEGMENT 's", i + 1, "'");
  return texts;
}

TEST(ExpansionTest, DepthIsLimited) {
  EXPECT_EQ(Expanded("SEGMENT 's1'", Chain(20)), "x");
  const Definitions deep = Of(Chain(21));
  const Expansion expansion = ExpandText("SEGMENT 's1'", deep);
  ASSERT_THAT(expansion.problems, SizeIs(1));
  EXPECT_EQ(expansion.problems[0].reason, index::Reason::kLimit);
  EXPECT_EQ(expansion.problems[0].about.limit, 20u);
  EXPECT_THAT(expansion.problems[0].message, HasSubstr("'s21' lies more than 20 segments deep"));
  // Of nodes, too: 20 definitions of 190 pairs of parentheses each.
  std::map<std::string, std::string> texts = Chain(20);
  for (auto& [name, text] : texts) {
    for (int i = 0; i < 95; ++i) text = absl::StrCat("NOT (v AND ", text, ")");
  }
  const Definitions tall = Of(texts);
  const Expansion too_tall = ExpandText("SEGMENT 's1'", tall);
  ASSERT_THAT(too_tall.problems, SizeIs(1));
  EXPECT_EQ(too_tall.problems[0].about.limit, 800u);
}

// Each names the next one twice: 2^20 conditions.
TEST(ExpansionTest, NodesAreLimited) {
  std::map<std::string, std::string> texts = Chain(20);
  for (auto& [name, text] : texts) text = absl::StrCat(text, " OR ", text);
  const Definitions definitions = Of(texts);
  const Expansion expansion = ExpandText("SEGMENT 's1'", definitions);
  ASSERT_THAT(expansion.problems, SizeIs(1));
  EXPECT_EQ(expansion.problems[0].reason, index::Reason::kLimit);
  EXPECT_EQ(expansion.problems[0].about.limit, 100'000u);
  // 99,999 conditions and the OR.
  std::string many = "SEGMENT 'x'";
  for (int i = 1; i < 99'999; ++i) many += " OR SEGMENT 'x'";
  const Definitions one = Of({{"x", "v"}});
  EXPECT_NE(ExpandText(many, one).tree, nullptr);
  const Definitions two = Of({{"x", "v AND v"}});
  EXPECT_THAT(ExpandText(many, two).problems, SizeIs(1));
}

TEST(ExpansionTest, BytesAreLimited) {
  LanguageLimits limits;
  limits.max_text_bytes = 1'000;
  const Definitions definitions = Of({{"x", absl::StrCat("v = '", std::string(300, 'y'), "'")}});
  EXPECT_NE(ExpandText("SEGMENT 'x' OR SEGMENT 'x'", definitions, limits).tree, nullptr);
  const Expansion expansion =
      ExpandText("SEGMENT 'x' OR SEGMENT 'x' OR SEGMENT 'x' OR SEGMENT 'x'", definitions, limits);
  ASSERT_THAT(expansion.problems, SizeIs(1));
  EXPECT_EQ(expansion.problems[0].about.limit, 1'000u);
}

}  // namespace
}  // namespace muster::query
