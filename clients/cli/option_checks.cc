#include "clients/cli/option_checks.h"

#include <cstdint>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "text/civil_text.h"
#include "text/utf8.h"

namespace muster::cli {

std::string CheckGiven(const std::string& text) {
  return text.empty() ? "it is empty; give it a value, or leave it out" : "";
}

std::string CheckUtf8(const std::string& text) {
  return IsValidUtf8(text) ? "" : "it is not UTF-8; names, ids and labels are";
}

std::string CheckCount(const std::string& text) {
  uint64_t number = 0;
  if (absl::SimpleAtoi(text, &number) && number > 0) return "";
  return absl::StrCat("'", text, "' is no whole number of at least 1");
}

std::string CheckDate(const std::string& text) {
  if (ParseDate(text).has_value()) return "";
  if (!IsDateShaped(text))
    return absl::StrCat("'", text, "' is no date; write YYYY-MM-DD, such as 2026-01-31");
  return absl::StrCat("no calendar has the day ", text, "; write YYYY-MM-DD, such as 2026-01-31");
}

std::string CheckShare(const std::string& text) {
  double share = 0;
  if (absl::SimpleAtod(text, &share) && share >= 0 && share <= 1) return "";
  return absl::StrCat("'", text, "' is no share from 0 to 1; 0.01 is one in a hundred");
}

}  // namespace muster::cli
