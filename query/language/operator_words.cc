#include "query/language/operator_words.h"

#include <iterator>

#include "absl/strings/match.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

// Operators that search for a part of a text or for a pattern.
constexpr std::string_view kPatternWords[] = {
    "CONTAINS",    "CONTAIN",     "CONTAINING",  "INCLUDES", "INCLUDE",   "REGEXP",  "REGEX",
    "RLIKE",       "REGEXP_LIKE", "MATCHES",     "MATCH",    "GLOB",      "SIMILAR", "SIMILAR_TO",
    "STARTS",      "STARTSWITH",  "STARTS_WITH", "START",    "STARTING",  "BEGINS",  "BEGINSWITH",
    "BEGINS_WITH", "BEGINNING",   "ENDS",        "ENDSWITH", "ENDS_WITH", "ENDING",  "PREFIX",
    "SUFFIX",      "SUBSTRING",   "HASPREFIX",   "STRPOS",   "LIKES",     "包含",    "匹配",
    "开头",        "开头是",      "以"};

struct ComparisonWord {
  std::string_view word;
  std::string_view symbol;
};
constexpr ComparisonWord kComparisonWords[] = {
    {"EQ", "="},        {"EQUAL", "="},    {"EQUALS", "="},      {"等于", "="},    {"NE", "!="},
    {"NEQ", "!="},      {"UNEQUAL", "!="}, {"NOT_EQUALS", "!="}, {"不等于", "!="}, {"LT", "<"},
    {"LESS", "<"},      {"BELOW", "<"},    {"小于", "<"},        {"LE", "<="},     {"LTE", "<="},
    {"小于等于", "<="}, {"GT", ">"},       {"GREATER", ">"},     {"MORE", ">"},    {"OVER", ">"},
    {"ABOVE", ">"},     {"大于", ">"},     {"GE", ">="},         {"GTE", ">="},    {"大于等于", ">="}};

}  // namespace

std::string MendOfOperatorWord(std::string_view word) {
  for (const std::string_view pattern : kPatternWords) {
    if (absl::EqualsIgnoreCase(ForAbseil(pattern), ForAbseil(word)))
      return Sentence(word, " is not an operator; ", kPatternMend, ".");
  }
  for (const ComparisonWord& comparison : kComparisonWords) {
    if (absl::EqualsIgnoreCase(ForAbseil(comparison.word), ForAbseil(word)))
      return Sentence(word, " is not an operator; write `", comparison.symbol, "`.");
  }
  if (absl::EqualsIgnoreCase("XOR", ForAbseil(word)))
    return "XOR is not an operator; one of two conditions and not both is (a OR b) AND NOT (a AND b).";
  return "";
}

}  // namespace muster::query
