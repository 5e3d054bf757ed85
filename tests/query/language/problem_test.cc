#include "query/language/problem.h"

#include <gtest/gtest.h>

#include "tests/golden/rendered_problem.h"

namespace muster::query {
namespace {

Problem At(int32_t offset, int32_t length) { return {index::Reason::kSyntax, "Wrong.", {offset, length}}; }

TEST(ProblemTest, PlacesCountCodePointsAndLines) {
  const std::string text = "城市 = 1\nb\r\nc";
  EXPECT_EQ(PlaceOf(text, 0).column, 1);
  EXPECT_EQ(PlaceOf(text, 7).column, 4);
  EXPECT_EQ(PlaceOf(text, 11).line, 2);
  EXPECT_EQ(PlaceOf(text, 11).column, 1);
  EXPECT_EQ(PlaceOf(text, 14).line, 3);
  EXPECT_EQ(PlaceOf(text, 1000).line, 3);
  EXPECT_EQ(PlaceOf(text, -1).line, 1);
}

TEST(ProblemTest, CaretsAreAlignedUnderWideCharacters) {
  EXPECT_EQ(RenderProblem("城市 = x", At(9, 1)), "line 1, column 6: Wrong.\n  城市 = x\n         ^");
  EXPECT_EQ(RenderProblem("a 上海", At(2, 6)), "line 1, column 3: Wrong.\n  a 上海\n    ^^^^");
  // A combining accent takes no column.
  EXPECT_EQ(RenderProblem("cafe\u0301 x", At(7, 1)), "line 1, column 7: Wrong.\n  cafe\u0301 x\n       ^");
}

TEST(ProblemTest, OnlyTheLineIsShownAndOddCharactersAsBlanks) {
  EXPECT_EQ(RenderProblem("a\n\tb\xff c\nd", At(6, 1)), "line 2, column 5: Wrong.\n   b? c\n      ^");
  EXPECT_EQ(RenderProblem("ab", At(2, 0)), "line 1, column 3: Wrong.\n  ab\n    ^");
  EXPECT_EQ(RenderProblem("ab\ncd", At(2, 1)), "line 1, column 3: Wrong.\n  ab\n    ^");
  EXPECT_EQ(RenderProblem("", At(0, 0)), "line 1, column 1: Wrong.\n  \n  ^");
}

TEST(ProblemTest, AProblemOfATreeHasNoPlace) { EXPECT_EQ(RenderProblem("", At(-1, 0)), "Wrong."); }

TEST(ProblemTest, LongLinesAreCutAroundTheProblem) {
  const std::string text = std::string(100'000, 'x') + "!" + std::string(100'000, 'y');
  const std::string rendered = RenderProblem(text, At(100'000, 1));
  EXPECT_LT(rendered.size(), 250u);
  EXPECT_NE(rendered.find("xxx!yyy"), std::string::npos);
  const size_t line = rendered.find("\n  …") + 3;
  const size_t carets = rendered.rfind('\n') + 3;
  // The cut mark is one column of three bytes.
  EXPECT_EQ(rendered.find('!', line) - line - 2, rendered.find('^', carets) - carets);
}

TEST(ProblemTest, ALongProblemIsMarkedUpToTheCut) {
  const std::string rendered = RenderProblem(std::string(500, 'z'), At(0, 500));
  EXPECT_EQ(rendered.substr(rendered.rfind('\n') + 3), std::string(76, '^'));
}

}  // namespace
}  // namespace muster::query
