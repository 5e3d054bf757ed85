#include "query/language/keyword.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "absl/strings/ascii.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

// In the order of the enum, which is alphabetical.
constexpr std::string_view kTexts[] = {"",   "AND",  "AS",     "BETWEEN", "EVERYONE", "FALSE", "HAS", "ILIKE",
                                       "IN", "LIKE", "NOBODY", "NOT",     "OR",       "TODAY", "TRUE"};
static_assert(std::size(kTexts) == static_cast<size_t>(Keyword::kTrue) + 1);
constexpr size_t kLongest = 8;

}  // namespace

Keyword FindKeyword(std::string_view word) {
  if (word.empty() || word.size() > kLongest) return Keyword::kNone;
  const std::string capitals = absl::AsciiStrToUpper(ForAbseil(word));
  const auto* at = std::lower_bound(std::begin(kTexts), std::end(kTexts), std::string_view(capitals));
  if (at == std::end(kTexts) || *at != capitals) return Keyword::kNone;
  return static_cast<Keyword>(at - std::begin(kTexts));
}

std::string_view KeywordText(Keyword keyword) { return kTexts[static_cast<size_t>(keyword)]; }

}  // namespace muster::query
