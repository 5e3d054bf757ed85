#include "index/loading/scalar_cell.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/time/civil_time.h"
#include "index/catalog/civil_text.h"
#include "index/dictionary/sentence.h"
#include "index/status_reason.h"

namespace muster::index {
namespace {

std::optional<int64_t> ReadFlag(std::string_view cell) {
  for (const char* yes : {"1", "true", "yes", "y", "t"}) {
    if (absl::EqualsIgnoreCase(ForAbseil(cell), yes)) return 1;
  }
  for (const char* no : {"0", "false", "no", "n", "f"}) {
    if (absl::EqualsIgnoreCase(ForAbseil(cell), no)) return 0;
  }
  return std::nullopt;
}

bool InYears(absl::CivilDay day) { return day.year() >= 1 && day.year() <= 9999; }

// Digits after the point of an epoch that is kept in microseconds.
int EpochScale(CellFormat format) {
  switch (format) {
    case CellFormat::kEpochSeconds:
      return 6;
    case CellFormat::kEpochMillis:
      return 3;
    default:
      return 0;
  }
}

std::optional<int64_t> ReadEpoch(std::string_view cell, CellFormat format) {
  const std::optional<int64_t> micros = ReadNumberCell(cell, EpochScale(format));
  if (!micros) return std::nullopt;
  const absl::CivilDay day(absl::UTCTimeZone().At(absl::FromUnixMicros(*micros)).cs);
  return InYears(day) ? micros : std::nullopt;
}

}  // namespace

absl::StatusOr<CellFormat> ParseCellFormat(TagKind kind, std::string_view format) {
  const bool date = kind == TagKind::kDate;
  if (format.empty()) return CellFormat::kIso;
  if (date || kind == TagKind::kTimestamp) {
    if (format == (date ? "yyyy-mm-dd" : "iso8601")) return CellFormat::kIso;
    if (date && format == "yyyymmdd") return CellFormat::kYyyymmdd;
    if (format == "epoch_s") return CellFormat::kEpochSeconds;
    if (format == "epoch_ms") return CellFormat::kEpochMillis;
    if (!date && format == "epoch_us") return CellFormat::kEpochMicros;
  }
  const char* taken =
      date ? "a DATE takes yyyy-mm-dd, yyyymmdd, epoch_s or epoch_ms"
           : (kind == TagKind::kTimestamp ? "a TIMESTAMP takes iso8601, epoch_s, epoch_ms or epoch_us"
                                          : "only DATE and TIMESTAMP tags take one");
  return WithReason(absl::InvalidArgumentError(Sentence("unknown format '", format, "': ", taken)),
                    Reason::kBadRequest);
}

std::optional<int64_t> ReadNumberCell(std::string_view cell, int scale) {
  // Whole numbers that can't overflow, which is most of them.
  constexpr size_t kSafeDigits = 18;
  const bool negative = !cell.empty() && cell.front() == '-';
  const std::string_view digits = cell.substr(negative ? 1 : 0);
  if (!digits.empty() && digits.size() + static_cast<size_t>(scale) <= kSafeDigits &&
      std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    int64_t value = 0;
    for (const char c : digits) value = value * 10 + (c - '0');
    for (int i = 0; i < scale; ++i) value *= 10;
    return negative ? -value : value;
  }
  const std::optional<ScaledDecimal> decimal = ParseDecimal(cell, scale);
  if (!decimal || !decimal->exact || decimal->overflow != 0) return std::nullopt;
  return decimal->floor;
}

std::optional<int64_t> ScalarCell::ReadDate(std::string_view cell) const {
  if (format_ == CellFormat::kIso) {
    const std::optional<absl::CivilDay> day = ParseDate(cell);
    if (!day) return std::nullopt;
    return DayNumber(*day);
  }
  if (format_ == CellFormat::kYyyymmdd) {
    if (cell.size() != 8) return std::nullopt;
    const std::string iso = Sentence(cell.substr(0, 4), "-", cell.substr(4, 2), "-", cell.substr(6, 2));
    const std::optional<absl::CivilDay> day = ParseDate(iso);
    if (!day) return std::nullopt;
    return DayNumber(*day);
  }
  const std::optional<int64_t> micros = ReadEpoch(cell, format_);
  if (!micros) return std::nullopt;
  const absl::CivilDay day(zone_.At(absl::FromUnixMicros(*micros)).cs);
  if (!InYears(day)) return std::nullopt;
  return DayNumber(day);
}

std::optional<int64_t> ScalarCell::ReadTimestamp(std::string_view cell) const {
  return format_ == CellFormat::kIso ? ParseTimestamp(cell, zone_) : ReadEpoch(cell, format_);
}

std::optional<int64_t> ScalarCell::Read(std::string_view cell) const {
  switch (kind_) {
    case TagKind::kFlag:
      return ReadFlag(cell);
    case TagKind::kNumber:
      return ReadNumberCell(cell, scale_);
    case TagKind::kDate:
      return ReadDate(cell);
    case TagKind::kTimestamp:
      return ReadTimestamp(cell);
    case TagKind::kSingle:
    case TagKind::kMulti:
      break;
  }
  return std::nullopt;
}

std::string ScalarCell::ExplainNumber(std::string_view cell) const {
  const std::optional<ScaledDecimal> decimal = ParseDecimal(cell, scale_);
  if (!decimal) return "is not a number: write digits, with a sign before them and a point where needed";
  if (decimal->overflow != 0) {
    return Sentence("is out of range: with scale ", scale_, " a number lies between ",
                    DecimalText(kMinNumber, scale_), " and ", DecimalText(kMaxNumber, scale_));
  }
  return Sentence("has more digits after the point than the tag's scale of ", scale_,
                  ": round it, or give a new tag a larger scale");
}

std::string ScalarCell::Explain(std::string_view cell) const {
  switch (kind_) {
    case TagKind::kFlag:
      return "is not a flag: write true or false, yes or no, y or n, t or f, 1 or 0";
    case TagKind::kNumber:
      return ExplainNumber(cell);
    case TagKind::kDate:
      if (format_ == CellFormat::kIso)
        return "is not a date that exists, as YYYY-MM-DD, in the years 0001 to 9999";
      if (format_ == CellFormat::kYyyymmdd)
        return "is not a date that exists, as YYYYMMDD, in the years 0001 to 9999";
      break;
    default:
      if (format_ == CellFormat::kIso) {
        return "is not a time that exists, as 2026-01-31T18:00:00 with an optional offset, in the years 0001 "
               "to 9999";
      }
      break;
  }
  const char* unit = format_ == CellFormat::kEpochSeconds  ? "seconds"
                     : format_ == CellFormat::kEpochMillis ? "milliseconds"
                                                           : "microseconds";
  return Sentence("is not a number of ", unit, " since 1970 in the years 0001 to 9999");
}

}  // namespace muster::index
