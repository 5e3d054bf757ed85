#include "query/language/foreign_words.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "query/language/excerpt.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

// A word, and what the message about it says. `mend` begins after the word and may name `{}`, the tag.
struct Word {
  std::string_view word;
  std::string_view mend;
};

constexpr std::string_view kToday =
    "is written TODAY here, the date of the question; a time is in quotes, as in '2026-01-31T18:30:00'";
constexpr std::string_view kYesterday = "is written TODAY - 1 DAY here";
constexpr std::string_view kTomorrow = "is written TODAY + 1 DAY here";
constexpr std::string_view kDate =
    "is no function here; a date is written bare, as in 2026-01-31, and a time in quotes, as in "
    "'2026-01-31T18:30:00'";
constexpr std::string_view kOffset = "is nothing here; write TODAY and an offset, as in TODAY - 7 DAYS";

constexpr Word kValueWords[] = {{"NOW", kToday},
                                {"CURRENT_DATE", kToday},
                                {"CURRENT_TIMESTAMP", kToday},
                                {"CURRENT_TIME", kToday},
                                {"CURDATE", kToday},
                                {"CURTIME", kToday},
                                {"GETDATE", kToday},
                                {"SYSDATE", kToday},
                                {"SYSTIMESTAMP", kToday},
                                {"LOCALTIMESTAMP", kToday},
                                {"TODAYS", kToday},
                                {"今天", kToday},
                                {"现在", kToday},
                                {"YESTERDAY", kYesterday},
                                {"昨天", kYesterday},
                                {"TOMORROW", kTomorrow},
                                {"明天", kTomorrow},
                                {"DATE", kDate},
                                {"TIMESTAMP", kDate},
                                {"DATETIME", kDate},
                                {"TO_DATE", kDate},
                                {"TO_TIMESTAMP", kDate},
                                {"STR_TO_DATE", kDate},
                                {"TODATE", kDate},
                                {"CAST", kDate},
                                {"INTERVAL", kOffset},
                                {"DATEADD", kOffset},
                                {"DATE_ADD", kOffset},
                                {"DATE_SUB", kOffset},
                                {"DATESUB", kOffset},
                                {"ADD_MONTHS", kOffset},
                                {"AGO", kOffset}};

constexpr std::string_view kTotal =
    "counts or adds over members, and an expression only selects them; `muster tags TAG` shows a tag's "
    "totals";
constexpr std::string_view kSum =
    "is no function here; tags are added by +, as in a + b > 100, and `muster tags TAG` shows totals over "
    "members";
constexpr std::string_view kCount =
    "is no function here; members with two values are AT LEAST 2 OF ({} = 'a', {} = 'b', {} = 'c'), and "
    "`muster count` counts members";
constexpr std::string_view kAge =
    "is no function here; an age is a difference of days, as in TODAY - {} > 6570, or a date, as in {} <= "
    "TODAY - 18 YEARS";
constexpr std::string_view kDays = "is no function here; two dates subtract to days, as in TODAY - {} > 30";
constexpr std::string_view kYear =
    "is no function here; a year is {} BETWEEN 1990-01-01 AND 1990-12-31, and a month and day BIRTHDAY ({}) "
    "= 05-17";
constexpr std::string_view kCase = "is no function here; ILIKE ignores case, as in {} ILIKE 'text'";
constexpr std::string_view kPart =
    "is no function here; LIKE finds a part of a text, as in {} LIKE '%b%', and LIKE 'b%' its beginning";
constexpr std::string_view kTrim =
    "is no function here; white space around a value was removed when it was loaded, so that {} = 'text' "
    "finds it";
constexpr std::string_view kNone =
    "is no function here; members without a value are NOT HAS {}, and those with one HAS {}";
constexpr std::string_view kRandom =
    "is no function here; a stable share of all members is BUCKET ('salt', 0, 999), a tenth of them";
constexpr std::string_view kIf = "is no function here; join conditions with AND, OR and NOT";
constexpr std::string_view kAny =
    "is no function here; some of several conditions are AT LEAST 1 OF (a, b), and several values {} IN "
    "('a', 'b')";
constexpr std::string_view kPlain =
    "is no function here; a number is compared as it was loaded, as in {} > 100, and -100 to 100 is {} "
    "BETWEEN -100 AND 100";

constexpr Word kFunctions[] = {{"SUM", kSum},
                               {"ADD", kSum},
                               {"AVG", kTotal},
                               {"AVERAGE", kTotal},
                               {"MEAN", kTotal},
                               {"MIN", kTotal},
                               {"MAX", kTotal},
                               {"MEDIAN", kTotal},
                               {"TOTAL", kTotal},
                               {"COUNT", kCount},
                               {"COUNT_DISTINCT", kCount},
                               {"SIZE", kCount},
                               {"CARDINALITY", kCount},
                               {"AGE", kAge},
                               {"年龄", kAge},
                               {"DATEDIFF", kDays},
                               {"DATE_DIFF", kDays},
                               {"DAYS_BETWEEN", kDays},
                               {"TIMESTAMPDIFF", kDays},
                               {"DAYS", kDays},
                               {"YEAR", kYear},
                               {"MONTH", kYear},
                               {"DAY", kYear},
                               {"DAYOFMONTH", kYear},
                               {"EXTRACT", kYear},
                               {"DATE_FORMAT", kYear},
                               {"LOWER", kCase},
                               {"UPPER", kCase},
                               {"LCASE", kCase},
                               {"UCASE", kCase},
                               {"SUBSTR", kPart},
                               {"SUBSTRING", kPart},
                               {"LEFT", kPart},
                               {"RIGHT", kPart},
                               {"INSTR", kPart},
                               {"STRPOS", kPart},
                               {"CONTAINS", kPart},
                               {"STARTSWITH", kPart},
                               {"STARTS_WITH", kPart},
                               {"ENDSWITH", kPart},
                               {"ENDS_WITH", kPart},
                               {"REGEXP", kPart},
                               {"REGEXP_LIKE", kPart},
                               {"MATCH", kPart},
                               {"CONCAT", kPart},
                               {"TRIM", kTrim},
                               {"LTRIM", kTrim},
                               {"RTRIM", kTrim},
                               {"ISNULL", kNone},
                               {"IS_NULL", kNone},
                               {"ISNOTNULL", kNone},
                               {"IFNULL", kNone},
                               {"NVL", kNone},
                               {"COALESCE", kNone},
                               {"EXISTS", kNone},
                               {"ISEMPTY", kNone},
                               {"RAND", kRandom},
                               {"RANDOM", kRandom},
                               {"SAMPLE", kRandom},
                               {"MOD", kRandom},
                               {"HASH", kRandom},
                               {"IF", kIf},
                               {"IIF", kIf},
                               {"CASE", kIf},
                               {"ANY", kAny},
                               {"SOME", kAny},
                               {"ABS", kPlain},
                               {"ROUND", kPlain},
                               {"FLOOR", kPlain},
                               {"CEIL", kPlain},
                               {"CEILING", kPlain},
                               {"TRUNC", kPlain}};

template <size_t n>
const Word* Find(const Word (&words)[n], std::string_view word) {
  const Word* found = std::find_if(std::begin(words), std::end(words), [word](const Word& one) {
    return absl::EqualsIgnoreCase(ForAbseil(one.word), ForAbseil(word));
  });
  return found == std::end(words) ? nullptr : found;
}

// The only or first argument, if it can be the name of a tag; otherwise a name for the example.
std::string TagOf(std::string_view arguments) {
  const std::string_view first =
      FromAbseil(absl::StripAsciiWhitespace(ForAbseil(arguments.substr(0, arguments.find(',')))));
  const bool name = !first.empty() && first.find_first_of("'\"()*+=<>! ") == std::string_view::npos;
  return name ? Excerpt(first) : "tag";
}

}  // namespace

std::string MendOfValueWord(std::string_view word) {
  const Word* const found = Find(kValueWords, word);
  return found == nullptr ? "" : Sentence(word, " ", found->mend, ".");
}

std::string MendOfFunction(std::string_view word, std::string_view arguments) {
  const Word* const found = Find(kFunctions, word);
  if (found == nullptr) return "";
  const std::string tag = TagOf(arguments);
  return Sentence(word, " ", absl::StrReplaceAll(ForAbseil(found->mend), {{"{}", tag}}), ".");
}

}  // namespace muster::query
