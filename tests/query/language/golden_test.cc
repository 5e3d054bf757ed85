// The case tables of the language.
#include <gtest/gtest.h>

#include "query/language/formatter.h"
#include "query/language/parser.h"
#include "tests/golden/golden_file.h"
#include "tests/golden/rendered_problem.h"
#include "tests/matchers/status.h"

namespace muster::query {
namespace {

std::string Rendered(const std::string& text, const ParseResult& result) {
  std::string rendered;
  for (const Problem& problem : result.problems) rendered += RenderProblem(text, problem) + "\n";
  return rendered;
}

TEST(LanguageCases, GoodExpressionsPrintAndAreStable) {
  golden::CheckCases("expressions.txt", [](const std::string& text) {
    const ParseResult result = Parse(text);
    if (!result.ok()) return "REFUSED\n" + Rendered(text, result);
    const std::string printed = Format(*result.expression);
    const std::string canonical = CanonicalText(*result.expression);
    const ParseResult again = Parse(printed);
    EXPECT_THAT(again, IsOk()) << printed << "\n" << Rendered(printed, again);
    const ParseResult canonical_again = Parse(canonical);
    EXPECT_THAT(canonical_again, IsOk()) << canonical << "\n" << Rendered(canonical, canonical_again);
    if (!again.ok() || !canonical_again.ok()) return std::string("UNSTABLE\n");
    EXPECT_EQ(Format(*again.expression), printed);
    EXPECT_EQ(CanonicalText(*again.expression), canonical);
    EXPECT_EQ(Format(*canonical_again.expression), canonical);
    EXPECT_EQ(CanonicalText(*canonical_again.expression), canonical);
    EXPECT_TRUE(again.notices.empty()) << "what is printed leaves nothing to be said";
    std::string answer = printed + "\n";
    if (canonical != printed) answer += "canonical: " + canonical + "\n";
    for (const std::string& notice : result.notices) answer += "notice: " + notice + "\n";
    return answer;
  });
}

TEST(LanguageCases, BadExpressionsSayWhatAndWhere) {
  golden::CheckCases("bad_expressions.txt", [](const std::string& text) {
    const ParseResult result = Parse(text);
    EXPECT_EQ(result.ok(), result.problems.empty()) << text;
    for (const Problem& problem : result.problems) {
      EXPECT_GE(problem.span.offset, 0) << text;
      EXPECT_LE(problem.span.offset + problem.span.length, static_cast<int32_t>(text.size())) << text;
    }
    return result.ok() ? "ACCEPTED: " + Format(*result.expression) + "\n" : Rendered(text, result);
  });
}

}  // namespace
}  // namespace muster::query
