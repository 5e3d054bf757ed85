#include "index/loading/plan/scalar_cell.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/time/civil_time.h"
#include "index/bitmap/number_slices.h"
#include "index/status/status_reason.h"
#include "text/civil_text.h"
#include "text/decimal.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

static_assert(kScaledMax == kMaxNumber && kScaledMin == kMinNumber);

std::optional<int64_t> ReadFlag(std::string_view cell) {
  for (const char* yes : {"1", "true", "yes", "y", "t"}) {
    if (absl::EqualsIgnoreCase(ForAbseil(cell), yes)) return 1;
  }
  for (const char* no : {"0", "false", "no", "n", "f"}) {
    if (absl::EqualsIgnoreCase(ForAbseil(cell), no)) return 0;
  }
  return std::nullopt;
}

// Digits after the point of an epoch that is kept in microseconds.
int EpochScale(CellNotation notation) {
  switch (notation) {
    case CellNotation::kEpochSeconds:
      return 6;
    case CellNotation::kEpochMillis:
      return 3;
    default:
      return 0;
  }
}

// Microseconds since 1970 of any year that 64 bits hold: the caller checks the kind's range.
std::optional<int64_t> ReadEpoch(std::string_view cell, CellNotation notation) {
  NumberNotation number;
  number.scale = EpochScale(notation);
  return ReadNumberCell(cell, number);
}

constexpr char kMendOfNotation[] = "; where the input writes another notation, say it with `format:`";
constexpr char kNoSuchDay[] =
    "names a day that no calendar has in the years 0001 to 9999: mend it, or name it by `missing:` if it "
    "means "
    "\"no value\"";
constexpr size_t kDateBytes = 10;

const char* UnitOf(CellNotation notation) {
  switch (notation) {
    case CellNotation::kEpochSeconds:
      return "seconds";
    case CellNotation::kEpochMillis:
      return "milliseconds";
    default:
      return "microseconds";
  }
}

absl::Status BadFormat(std::string_view format, std::string_view why) {
  return WithReason(absl::InvalidArgumentError(Sentence("unknown format '", format, "': ", why)),
                    Reason::kBadRequest);
}

// The mend of a number with more digits than the scale.
std::string MendOfScale(size_t decimals, const NumberNotation& notation) {
  if (decimals > static_cast<size_t>(kMaxScale))
    return Sentence("; a scale is at most ", kMaxScale, ": round it");
  if (notation.is_new) {
    return Sentence("; round it, or write `", notation.weights ? "weight_scale: " : "scale: ", decimals,
                    "` in the schema");
  }
  if (notation.weights) return "; round it";
  return Sentence("; round it, or widen the tag with ",
                  WideningOf(notation.tag, static_cast<int>(decimals), notation.population));
}

// Whether a comma stands where a decimal comma would: in 1,000 it separates thousands as likely.
bool LooksLikeDecimalComma(std::string_view cell) {
  const size_t comma = cell.find(',');
  return comma != std::string_view::npos && cell.size() - comma - 1 != 3 &&
         ParseDecimal(cell, 0, ',').has_value();
}

}  // namespace

std::string WideningOf(const std::string& tag, int scale, const std::string& population) {
  const bool bare = tag.find(' ') == std::string::npos;
  return Sentence("`muster tags set ", bare ? tag : "'" + tag + "'", " --scale ", scale, " -p ", population,
                  "`");
}

absl::StatusOr<CellFormat> ParseCellFormat(TagKind kind, std::string_view format) {
  CellFormat parsed;
  if (format.empty()) return parsed;
  const bool date = kind == TagKind::kDate;
  if (!TraitsOf(kind).has_format) return BadFormat(format, "only DATE and TIMESTAMP tags take one");
  if (IsTimePattern(format)) {
    absl::StatusOr<TimePattern> pattern = TimePattern::Make(format);
    if (!pattern.ok()) {
      return WithReason(
          absl::InvalidArgumentError(Sentence(
              "the format '", format, "' is no pattern for times: ", FromAbseil(pattern.status().message()))),
          Reason::kBadRequest);
    }
    parsed.notation = CellNotation::kPattern;
    parsed.pattern = *std::move(pattern);
    return parsed;
  }
  if (format == (date ? "yyyy-mm-dd" : "iso8601")) return parsed;
  if (date && format == "yyyymmdd") {
    parsed.notation = CellNotation::kYyyymmdd;
  } else if (format == "epoch_s") {
    parsed.notation = CellNotation::kEpochSeconds;
  } else if (format == "epoch_ms") {
    parsed.notation = CellNotation::kEpochMillis;
  } else if (!date && format == "epoch_us") {
    parsed.notation = CellNotation::kEpochMicros;
  } else {
    return BadFormat(
        format, date ? "a DATE takes yyyy-mm-dd, yyyymmdd, epoch_s, epoch_ms or a pattern such as %d/%m/%Y"
                     : "a TIMESTAMP takes iso8601, epoch_s, epoch_ms, epoch_us or a pattern such as %d/%m/%Y "
                       "%H:%M:%S");
  }
  return parsed;
}

std::optional<int64_t> ReadNumberCell(std::string_view cell, const NumberNotation& notation) {
  // Whole numbers that can't overflow, which is most of them.
  constexpr size_t kSafeDigits = 18;
  const bool negative = !cell.empty() && cell.front() == '-';
  const std::string_view digits = cell.substr(negative ? 1 : 0);
  if (!digits.empty() && digits.size() + static_cast<size_t>(notation.scale) <= kSafeDigits &&
      std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    int64_t value = 0;
    for (const char c : digits) value = value * 10 + (c - '0');
    for (int i = 0; i < notation.scale; ++i) value *= 10;
    return negative ? -value : value;
  }
  const std::optional<ScaledDecimal> decimal = ParseDecimal(cell, notation.scale, notation.point);
  if (!decimal || !decimal->exact || decimal->overflow != 0) return std::nullopt;
  return decimal->floor;
}

std::string ExplainNumberCell(std::string_view cell, const NumberNotation& notation) {
  const std::optional<ScaledDecimal> decimal = ParseDecimal(cell, notation.scale, notation.point);
  if (!decimal && notation.point == '.' && LooksLikeDecimalComma(cell)) {
    return "is not a number with a point; where a comma is the decimal point, write `decimal: \",\"` in the "
           "schema";
  }
  if (!decimal) {
    return Sentence("is not a number: write digits, with a sign before them and a ",
                    notation.point == ',' ? "comma" : "point", " where needed");
  }
  if (decimal->overflow != 0) {
    return Sentence("is out of range: with scale ", notation.scale, " a number lies between ",
                    DecimalText(kMinNumber, notation.scale), " and ",
                    DecimalText(kMaxNumber, notation.scale));
  }
  return Sentence("has more digits after the ", notation.point == ',' ? "comma" : "point",
                  notation.weights ? " than the weights' scale of " : " than the tag's scale of ",
                  notation.scale, MendOfScale(CountDecimals(cell, notation.point).value_or(0), notation));
}

std::optional<int64_t> ScalarCell::ReadDate(std::string_view cell) const {
  std::optional<absl::CivilDay> day;
  switch (format_.notation) {
    case CellNotation::kIso:
      day = ParseDate(cell);
      break;
    case CellNotation::kYyyymmdd:
      if (cell.size() == 8) {
        day = ParseDate(Sentence(cell.substr(0, 4), "-", cell.substr(4, 2), "-", cell.substr(6, 2)));
      }
      break;
    case CellNotation::kPattern:
      day = format_.pattern->ReadDay(cell, zone_);
      break;
    default:
      if (const std::optional<int64_t> micros = ReadEpoch(cell, format_.notation)) {
        day = absl::ToCivilDay(absl::FromUnixMicros(*micros), zone_);
      }
      break;
  }
  if (!day || !IsDateInRange(*day)) return std::nullopt;
  return DayNumber(*day);
}

TimestampFault ScalarCell::ReadTimestamp(std::string_view cell, int64_t& micros) const {
  if (format_.notation == CellNotation::kIso) return muster::ReadTimestamp(cell, zone_, micros);
  if (format_.notation == CellNotation::kPattern) {
    return format_.pattern->ReadTimestamp(cell, zone_, micros);
  }
  const std::optional<int64_t> read = ReadEpoch(cell, format_.notation);
  if (!read) return TimestampFault::kShape;
  if (!IsTimestampInRange(*read)) return TimestampFault::kRange;
  micros = *read;
  return TimestampFault::kNone;
}

std::optional<int64_t> ScalarCell::Read(std::string_view cell) const {
  switch (kind_) {
    case TagKind::kFlag:
      return ReadFlag(cell);
    case TagKind::kNumber:
      return ReadNumberCell(cell, number_);
    case TagKind::kDate:
      return ReadDate(cell);
    case TagKind::kTimestamp: {
      int64_t micros = 0;
      if (ReadTimestamp(cell, micros) == TimestampFault::kNone) return micros;
      break;
    }
    case TagKind::kSingle:
    case TagKind::kMulti:
      break;
  }
  return std::nullopt;
}

std::string ScalarCell::ExplainDate(std::string_view cell) const {
  switch (format_.notation) {
    case CellNotation::kIso: {
      if (IsDateShaped(cell)) return kNoSuchDay;
      int64_t micros = 0;
      if (muster::ReadTimestamp(cell, zone_, micros) == TimestampFault::kNone)
        return "has a time of day: leave it out, or load a tag of the kind TIMESTAMP";
      return Sentence("is not a date as YYYY-MM-DD, in the years 0001 to 9999", kMendOfNotation);
    }
    case CellNotation::kYyyymmdd:
      return "is not a date that exists, as YYYYMMDD, in the years 0001 to 9999";
    case CellNotation::kPattern:
      return Sentence("is not a date that exists, as ", format_.pattern->text(),
                      ", in the years 0001 to 9999");
    default:
      return Sentence("is not a number of ", UnitOf(format_.notation),
                      " since 1970 in the years 0001 to 9999");
  }
}

std::string ScalarCell::ExplainTimestamp(std::string_view cell) const {
  int64_t micros = 0;
  const TimestampFault fault = ReadTimestamp(cell, micros);
  if (fault == TimestampFault::kRange)
    return "lies outside the years 0001 to 9999 in UTC, as which it is kept";
  if (fault == TimestampFault::kPrecision) {
    return "is finer than microseconds: of at most 9 decimals those beyond the sixth must be zero";
  }
  switch (format_.notation) {
    case CellNotation::kIso:
      if (cell.size() >= kDateBytes && IsDateShaped(cell.substr(0, kDateBytes)) &&
          !ParseDate(cell.substr(0, kDateBytes))) {
        return kNoSuchDay;
      }
      return Sentence(
          "is not a time that exists, as 2026-01-31T18:00:00 with an optional offset, in the years 0001 to "
          "9999",
          kMendOfNotation);
    case CellNotation::kPattern:
      return Sentence("is not a time that exists, as ", format_.pattern->text());
    default:
      return Sentence("is not a number of ", UnitOf(format_.notation),
                      " since 1970 in the years 0001 to 9999");
  }
}

std::string ScalarCell::Explain(std::string_view cell) const {
  if (kind_ == TagKind::kFlag) {
    return "is not a flag: write true or false, yes or no, y or n, t or f, 1 or 0; a text that means \"no "
           "value\" is named by `missing:`";
  }
  if (kind_ == TagKind::kNumber) return ExplainNumberCell(cell, number_);
  return kind_ == TagKind::kDate ? ExplainDate(cell) : ExplainTimestamp(cell);
}

}  // namespace muster::index
