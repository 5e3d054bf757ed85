#include "query/language/as_of_date.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "query/language/excerpt.h"
#include "query/language/literal_parser.h"
#include "query/language/literal_text.h"
#include "query/language/string_text.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

constexpr char kForms[] = "write YYYY-MM-DD, as in 2026-01-31, or TODAY, as in TODAY - 7 DAYS";
constexpr size_t kDateBytes = 10;

// A word of other languages for a day that is written here with TODAY.
struct DayWord {
  std::string_view word;
  std::string_view mend;
};
constexpr DayWord kDayWords[] = {{"NOW", "TODAY"},
                                 {"CURRENT_DATE", "TODAY"},
                                 {"YESTERDAY", "TODAY - 1 DAY"},
                                 {"TOMORROW", "TODAY + 1 DAY"}};

bool IsDate(std::string_view text) { return WhyNotADate(text).empty(); }

// The groups of digits in `text`; empty if it has other characters than digits and separators of dates.
std::vector<std::string> PartsOfDate(std::string_view text) {
  std::vector<std::string> parts;
  bool in_part = false;
  while (!text.empty()) {
    if (absl::ascii_isdigit(static_cast<unsigned char>(text.front()))) {
      if (!in_part) parts.emplace_back();
      parts.back() += text.front();
      in_part = true;
      text.remove_prefix(1);
      continue;
    }
    const auto is_next = [&text](std::string_view separator) {
      return text.substr(0, separator.size()) == separator;
    };
    const std::string_view separators[] = {"/", ".", "-", " ", "年", "月", "日", "／", "－"};
    const auto separator = std::find_if(std::begin(separators), std::end(separators), is_next);
    if (separator == std::end(separators)) return {};
    in_part = false;
    text.remove_prefix(separator->size());
  }
  return parts;
}

// Converts a date in another notation, with the year first or as eight digits; empty if it isn't one.
std::string DateIn(std::string_view text) {
  std::vector<std::string> parts = PartsOfDate(text);
  if (parts.size() == 1 && parts[0].size() == 8)
    parts = {parts[0].substr(0, 4), parts[0].substr(4, 2), parts[0].substr(6)};
  if (parts.size() != 3) return "";
  for (size_t i = 1; i < parts.size(); ++i) {
    if (parts[i].size() == 1) parts[i].insert(0, "0");
  }
  std::string date = absl::StrJoin(parts, "-");
  return IsDate(date) ? date : "";
}

// Converts `7 DAYS AGO`, `7 days` or `last week` to an offset from TODAY; empty for other texts.
std::string OffsetIn(std::string_view text) {
  const std::string upper = absl::AsciiStrToUpper(ForAbseil(text));
  std::vector<std::string> words = absl::StrSplit(upper, absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty());
  if (words.size() == 3 && words[2] == "AGO") words.pop_back();
  if (words.size() != 2) return "";
  if (words[0] == "LAST") words[0] = "1";
  const bool is_number = words[0].size() <= 4 && std::all_of(words[0].begin(), words[0].end(), [](char c) {
                           return absl::ascii_isdigit(static_cast<unsigned char>(c));
                         });
  if (!is_number || !FindDateUnit(words[1]).has_value()) return "";
  return absl::StrCat("TODAY - ", words[0], " ", words[1]);
}

// Explains why `text`, given without quotes, is no date for AS OF, and what to write instead.
std::string WhyNoDate(std::string_view text) {
  const std::string shown = Excerpt(text);
  const std::string upper = absl::AsciiStrToUpper(ForAbseil(text));
  for (const DayWord& known : kDayWords) {
    if (upper == known.word)
      return Sentence("AS OF takes a date or TODAY: write ", known.mend, " for `", shown, "`.");
  }
  if (const std::string date = DateIn(text); !date.empty())
    return Sentence("A date is written YYYY-MM-DD: ", date, " for `", shown, "`.");
  if (const std::string offset = OffsetIn(text); !offset.empty())
    return Sentence("AS OF takes a date or TODAY: write ", offset, " for `", shown, "`.");
  if (text.size() > kDateBytes && IsDate(text.substr(0, kDateBytes)))
    return Sentence("AS OF takes a day, without a time: ", text.substr(0, kDateBytes), " for `", shown, "`.");
  return Sentence("AS OF takes a date or TODAY, not `", shown, "`; ", kForms, ".");
}

bool EndsDate(const Token& token, int open) {
  if (token.kind == TokenKind::kEnd) return true;
  if (token.kind == TokenKind::kKeyword)
    return !token.Is(Keyword::kTrue) && !token.Is(Keyword::kFalse) && !token.Is(Keyword::kToday);
  return open == 0 && (token.Is(Symbol::kClose) || token.Is(Symbol::kComma));
}

// Skips tokens up to where the next condition may begin.
void PassWhatWasMeant(TokenStream& tokens) {
  int open = 0;
  while (!EndsDate(tokens.current(), open)) {
    if (tokens.current().Is(Symbol::kOpen)) ++open;
    if (tokens.current().Is(Symbol::kClose)) --open;
    tokens.Advance();
  }
}

// Reports the tokens that stand in the place of a date.
void ReportNoDate(TokenStream& tokens) {
  const Token first = tokens.current();
  if (EndsDate(first, 0)) {
    tokens.ReportHere(
        Sentence("A date is expected after AS OF, not ", tokens.Described(), "; ", kForms, "."));
    return;
  }
  PassWhatWasMeant(tokens);
  const SourceSpan span = tokens.SpanFrom(first.span.offset);
  const bool quoted = first.kind == TokenKind::kString && span.length == first.span.length;
  const std::string_view text = tokens.TextOf(quoted ? first.content : span);
  const std::string why =
      first.Is(Symbol::kOpen)
          ? std::string("The date of AS OF stands without parentheses, as in AS OF 2026-01-31.")
          : WhyNoDate(text);
  tokens.problems().AddOver(index::Reason::kSyntax, span, why);
}

}  // namespace

bool TakeAsOfDate(TokenStream& tokens, Literal& date) {
  const Token first = tokens.current();
  const std::string_view written = tokens.TextOf(first.span);
  const bool is_bare = first.kind == TokenKind::kDate && written.size() <= kDateBytes;
  const bool is_quoted = first.kind == TokenKind::kString && IsDate(StringContent(tokens, first));
  if (!is_bare && !is_quoted && !first.Is(Keyword::kToday)) {
    ReportNoDate(tokens);
    return false;
  }
  if (!TakeLiteral(tokens, "after AS OF", date)) return false;
  if (date.kind == LiteralKind::kText) date.kind = LiteralKind::kDate;
  if (first.Is(Keyword::kToday) && tokens.current().Is(Symbol::kOpen) && tokens.next().Is(Symbol::kClose)) {
    tokens.Advance();
    tokens.Advance();
    tokens.Report(tokens.SpanFrom(first.span.offset), "TODAY is no function: it stands without parentheses.");
  }
  return true;
}

}  // namespace muster::query
