#include "query/language/literal_text.h"

#include "query/language/excerpt.h"
#include "text/civil_text.h"
#include "text/decimal.h"
#include "text/sentence.h"

namespace muster::query {

std::string WhyNotADate(std::string_view text) {
  if (ParseDate(text).has_value()) return "";
  if (!IsDateShaped(text))
    return Sentence("`", Excerpt(text), "` is not a date; write YYYY-MM-DD, as in 2026-01-31.");
  return Sentence("The date ", text, " does not exist; write a day of the calendar, years 0001 to 9999.");
}

std::string WhyNotANumber(std::string_view text) {
  if (IsNumberText(text)) return "";
  return Sentence("`", Excerpt(text), "` is not a number; send [-]digits[.digits].");
}

std::string TooManyValues(std::string_view owner, size_t max_values) {
  return Sentence(owner, " takes at most ", max_values, " values; join several of them with ",
                  owner == "IN" ? "OR" : "AND", ", or load the members as a FLAG tag and name that.");
}

}  // namespace muster::query
