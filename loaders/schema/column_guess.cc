// Every cell is tested for every kind, and counts are kept, so that the kind is decided after the last cell:
// the first of NUMBER, DATE, TIMESTAMP, FLAG and MULTI that all cells fit, else SINGLE. The first cell that
// rules a kind out is kept, so that a message can quote it.
#include "loaders/schema/column_guess.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "loaders/schema/cell_shape.h"
#include "loaders/schema/tag_schema.h"
#include "text/civil_text.h"
#include "text/limits.h"

namespace muster::loaders {
namespace {

constexpr int kMaxDigits = 18;        // any number with this many digits fits 64 bits
constexpr uint64_t kOneListIn = 100;  // cells, for the column to count as lists
constexpr char kMendCell[] = "; mend that cell, or add it to `missing:` in a --schema";

// Words for yes and no that a FLAG's cells don't have.
constexpr std::pair<absl::string_view, absl::string_view> kOtherFlagWords[] = {
    {"是", "否"}, {"有", "无"}, {"对", "错"},  {"ja", "nein"}, {"oui", "non"},
    {"si", "no"}, {"sí", "no"}, {"on", "off"}, {"x", "-"}};

// Whether the comma in a number could separate thousands as well as decimals.
bool MayDivideThousands(absl::string_view cell) {
  return NumberNotationOf(cell) == NumberNotation::kThousands;
}

}  // namespace

bool GuessedKind::IsScalar() const { return kind != v1::TAG_KIND_UNSPECIFIED && !TraitsOf(kind).has_texts; }

void ColumnGuess::Take(uint64_t line, absl::string_view cell) {
  ++cells_;
  TakeNumber(line, cell);
  TakeTime(line, cell);
  TakeFlag(cell);
  TakeList(line, cell);
}

void ColumnGuess::TakeNumber(uint64_t line, absl::string_view cell) {
  const auto shape = ShapeOfNumber(cell, decimal_point_);
  if (!shape.has_value()) {
    if (decimal_point_ == '.' && ShapeOfNumber(cell, ',').has_value()) {
      ++comma_numbers_;
      if (!MayDivideThousands(cell)) ++decimal_commas_;
    } else if (NumberNotationOf(cell) != NumberNotation::kNone) {
      ++other_numbers_;
    }
    first_other_.KeepFirst(line, cell);
    return;
  }
  ++numbers_;
  whole_digits_ = std::max(whole_digits_, shape->whole_digits);
  decimals_ = std::max(decimals_, shape->decimals);
  decimals_trimmed_ = std::max(decimals_trimmed_, shape->decimals_trimmed);
  if (!FitsNumber()) first_other_.KeepFirst(line, cell);
}

void ColumnGuess::TakeTime(uint64_t line, absl::string_view cell) {
  if (IsDate(cell)) {
    ++dates_;
  } else if (IsTimestamp(cell)) {
    ++times_;
  } else {
    first_timeless_.KeepFirst(line, cell);
    TakeOtherTime(cell);
  }
}

void ColumnGuess::TakeOtherTime(absl::string_view cell) {
  const auto date = DateNotationOf(cell);
  if (!date.has_value()) return;
  ++(date->has_time ? other_times_ : other_dates_);
  day_first_ |= date->order == DateNotation::Order::kDayFirst;
  month_first_ |= date->order == DateNotation::Order::kMonthFirst;
}

void ColumnGuess::TakeFlag(absl::string_view cell) {
  const auto flag = FlagWord(cell);
  if (!flag.has_value()) return TakeOtherFlag(cell);
  ++flags_;
  if (cell.size() > 1) {
    flag_word_ = true;
    return;
  }
  (*flag ? true_letter_ : false_letter_) = true;
  const char letter = absl::ascii_toupper(static_cast<unsigned char>(cell.front()));
  if (letter_ != 0 && letter_ != letter) letters_differ_ = true;
  letter_ = letter;
}

void ColumnGuess::TakeOtherFlag(absl::string_view cell) {
  if (other_flag_.cells + 1 != cells_) return;  // an earlier cell is none
  for (size_t pair = 0; pair < std::size(kOtherFlagWords); ++pair) {
    const auto& [yes, no] = kOtherFlagWords[pair];
    const bool is_yes = absl::EqualsIgnoreCase(cell, yes);
    if (!is_yes && !absl::EqualsIgnoreCase(cell, no)) continue;
    if (other_flag_.cells == 0) other_flag_.pair = pair;
    if (other_flag_.pair != pair) return;
    ++other_flag_.cells;
    (is_yes ? other_flag_.yes : other_flag_.no) = true;
    return;
  }
}

std::string ColumnGuess::OtherFlagWords() const {
  if (cells_ == 0 || other_flag_.cells != cells_ || !other_flag_.yes || !other_flag_.no) return "";
  const auto& [yes, no] = kOtherFlagWords[other_flag_.pair];
  return absl::StrCat(yes, " and ", no);
}

void ColumnGuess::TakeList(uint64_t line, absl::string_view cell) {
  if (LooksLikeArray(cell)) ++arrays_;
  if (cell.size() > kValueBytesMax) long_cell_.KeepFirst(line, cell);
  if (cell.find(notation_.separator) == absl::string_view::npos) {
    if (cell.size() > kValueBytesMax) long_part_.KeepFirst(line, cell);
    return;
  }
  ++lists_;
  for (const absl::string_view part : absl::StrSplit(cell, notation_.separator)) {
    list_fits_ &= !part.empty();
    if (part.size() > kValueBytesMax) long_part_.KeepFirst(line, cell);
  }
}

SeenCell ColumnGuess::TooLong() const {
  const GuessedKind kind = Kind();
  if (kind.kind == v1::TAG_KIND_SINGLE) return long_cell_;
  return kind.separator.empty() ? SeenCell() : long_part_;
}

bool ColumnGuess::FitsNumber() const { return whole_digits_ + decimals_trimmed_ <= kMaxDigits; }

bool ColumnGuess::FitsFlag() const {
  return flags_ == cells_ && (flag_word_ || (true_letter_ && false_letter_));
}

char ColumnGuess::only_letter() const {
  return cells_ > 0 && flags_ == cells_ && !flag_word_ && !letters_differ_ ? letter_ : '\0';
}

GuessedKind ColumnGuess::Kind() const {
  if (cells_ == 0) return {};
  if (numbers_ == cells_ && FitsNumber()) {
    const bool as_written = whole_digits_ + decimals_ <= kMaxDigits;
    return {v1::TAG_KIND_NUMBER, static_cast<uint32_t>(as_written ? decimals_ : decimals_trimmed_), ""};
  }
  if (dates_ == cells_) return {v1::TAG_KIND_DATE, 0, ""};
  if (dates_ + times_ == cells_) return {v1::TAG_KIND_TIMESTAMP, 0, ""};
  if (FitsFlag()) return {v1::TAG_KIND_FLAG, 0, ""};
  if (arrays_ == cells_ || (notation_.has_arrays && arrays_ > 0)) return {v1::TAG_KIND_MULTI, 0, ""};
  if (list_fits_ && lists_ > 0 && lists_ * kOneListIn >= cells_)
    return {v1::TAG_KIND_MULTI, 0, std::string(1, notation_.separator)};
  return {v1::TAG_KIND_SINGLE, 0, ""};
}

std::string ColumnGuess::MendOfNumber() const {
  const absl::string_view cell = first_other_.text;
  if (ShapeOfNumber(cell, decimal_point_).has_value())
    return ", and a NUMBER holds 18 digits; a text keeps them all";
  const bool comma = decimal_point_ == '.' && ShapeOfNumber(cell, ',').has_value();
  if (comma && decimal_commas_ == 0) {
    return absl::StrCat(MendOf(NumberNotation::kThousands),
                        "; only where the comma is the decimal point, say `decimal: \",\"` in a --schema");
  }
  if (comma) {
    return "; where a comma is the decimal point, say `decimal: \",\"` in a --schema";
  }
  const bool digits = std::all_of(cell.begin(), cell.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits && cell.front() == '0') {
    return ", whose first zero a NUMBER would lose; if it may, say `kind: NUMBER` in a --schema";
  }
  const std::string mend = MendOf(NumberNotationOf(cell));
  return mend.empty() ? kMendCell : mend;
}

std::string ColumnGuess::MendOfTime() const {
  const absl::string_view cell = first_timeless_.text;
  int64_t micros = 0;
  const auto fault = ReadTimestamp({cell.data(), cell.size()}, absl::UTCTimeZone(), micros);
  if (fault == TimestampFault::kPrecision) {
    return ", and a TIMESTAMP holds microseconds; cut what is beyond";
  }
  const auto date = DateNotationOf(cell);
  // Other dates of the column are readable, so only this cell is written differently.
  if (!date.has_value() || dates_ + times_ > 0) return kMendCell;
  using Order = DateNotation::Order;
  const std::string pattern = date->Pattern(month_first_ ? Order::kMonthFirst : Order::kDayFirst);
  if (pattern.empty()) return "; say how times are written with `kind:` and `format:` in a --schema";
  const bool unclear = date->order == Order::kUnclear && !day_first_ && !month_first_;
  return absl::StrCat("; say `kind: ", date->has_time ? "TIMESTAMP" : "DATE", "` and `format: \"", pattern,
                      "\"`", unclear ? absl::StrCat(" (or \"", date->Pattern(Order::kMonthFirst), "\")") : "",
                      " in a --schema");
}

std::optional<ColumnGuess::Spoiler> ColumnGuess::Spoiled() const {
  if (Kind().kind != v1::TAG_KIND_SINGLE) return std::nullopt;
  if ((numbers_ + comma_numbers_ + other_numbers_) * 2 >= cells_ && first_other_.seen()) {
    return Spoiler{v1::TAG_KIND_NUMBER, first_other_, MendOfNumber()};
  }
  if ((dates_ + times_ + other_dates_ + other_times_) * 2 >= cells_ && first_timeless_.seen()) {
    const bool times = times_ + other_times_ > 0;
    return Spoiler{times ? v1::TAG_KIND_TIMESTAMP : v1::TAG_KIND_DATE, first_timeless_, MendOfTime()};
  }
  return std::nullopt;
}

}  // namespace muster::loaders
