#include "query/binding/value_mends.h"

#include "absl/strings/str_replace.h"
#include "query/language/excerpt.h"
#include "query/language/leaf_text.h"
#include "query/language/literal_text.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

// The pattern of LIKE for one with the wildcards of other languages; empty if it has none.
std::string LikeOf(std::string_view text) {
  if (text.find_first_of("*?") == std::string_view::npos) return "";
  return absl::StrReplaceAll(ForAbseil(text), {{".*", "%"}, {"*", "%"}, {"?", "_"}});
}

}  // namespace

std::string MendOfPattern(std::string_view pattern) {
  const std::string meant = LikeOf(pattern);
  if (meant.empty()) return "";
  return Sentence("; in LIKE any text is % and one code point _, as in ", Excerpt(PatternText(meant)), ".");
}

std::string MendOfValue(const index::Tag& tag, std::string_view value) {
  const std::string name = Excerpt(NameText(tag.name));
  if (value.find('%') != std::string_view::npos)
    return Sentence("; a pattern is matched by LIKE, as in ", name, " LIKE ", Excerpt(PatternText(value)),
                    ".");
  if (const std::string meant = LikeOf(value); !meant.empty())
    return Sentence("; a pattern is matched by LIKE, as in ", name, " LIKE ", Excerpt(PatternText(meant)),
                    ".");
  const size_t colon = value.rfind(':');
  if (tag.weighted && colon != std::string_view::npos && colon > 0) {
    const std::string_view weight = value.substr(colon + 1);
    if (WhyNotANumber(weight).empty())
      return Sentence("; a weight is compared by WEIGHT, as in WEIGHT (", name, ", ",
                      Excerpt(StringText(value.substr(0, colon))), ") >= ", Excerpt(weight), ".");
  }
  if (value.find('\\') != std::string_view::npos)
    return "; a backslash stays as it is written, except in \\', \\\" and \\\\.";
  return "";
}

}  // namespace muster::query
