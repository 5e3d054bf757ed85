#include "query/language/literal_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/time/civil_time.h"
#include "query/language/excerpt.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

size_t DigitsFrom(std::string_view text, size_t from) {
  size_t end = from;
  while (end < text.size() && absl::ascii_isdigit(static_cast<unsigned char>(text[end]))) ++end;
  return end - from;
}

}  // namespace

std::string WhyNotADate(std::string_view text) {
  const bool shaped = text.size() == 10 && DigitsFrom(text, 0) == 4 && text[4] == '-' &&
                      DigitsFrom(text, 5) == 2 && text[7] == '-' && DigitsFrom(text, 8) == 2;
  if (!shaped) {
    return Sentence("`", Excerpt(text), "` is not a date; write YYYY-MM-DD, as in 2026-01-31.");
  }
  int year = 0, month = 0, day = 0;
  const bool read = absl::SimpleAtoi(ForAbseil(text.substr(0, 4)), &year) &&
                    absl::SimpleAtoi(ForAbseil(text.substr(5, 2)), &month) &&
                    absl::SimpleAtoi(ForAbseil(text.substr(8, 2)), &day);
  const absl::CivilDay civil(year, month, day);
  if (!read || year < 1 || civil.month() != month || civil.day() != day) {
    return Sentence("The date ", text, " does not exist; write a day of the calendar, years 0001 to 9999.");
  }
  return "";
}

std::string TooManyValues(std::string_view owner, size_t max_values) {
  return Sentence(owner, " takes at most ", max_values, " values; join several of them with ",
                  owner == "IN" ? "OR" : "AND", ", or load the members as a FLAG tag and name that.");
}

bool IsNumberText(std::string_view text) {
  size_t at = !text.empty() && text[0] == '-' ? 1 : 0;
  const size_t whole = DigitsFrom(text, at);
  at += whole;
  if (whole == 0 || at == text.size()) return whole != 0;
  if (text[at] != '.') return false;
  const size_t decimals = DigitsFrom(text, at + 1);
  return decimals != 0 && at + 1 + decimals == text.size();
}

}  // namespace muster::query
