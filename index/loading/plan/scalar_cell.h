// Cells of FLAG, NUMBER, DATE and TIMESTAMP tags: text → the integer that is stored (docs/semantics.md, rule
// 17).
#ifndef MUSTER_INDEX_LOADING_PLAN_SCALAR_CELL_H_
#define MUSTER_INDEX_LOADING_PLAN_SCALAR_CELL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "index/catalog/tag.h"
#include "text/time_pattern.h"

namespace muster::index {

// The notation of a DATE or TIMESTAMP cell. kIso: `YYYY-MM-DD`, or ISO 8601 for a TIMESTAMP.
enum class CellNotation : uint8_t { kIso, kYyyymmdd, kEpochSeconds, kEpochMillis, kEpochMicros, kPattern };

// A plain value.
struct CellFormat {
  CellNotation notation = CellNotation::kIso;
  std::optional<TimePattern> pattern;  // of kPattern
};

// `format` as a load names it; empty means kIso. INVALID_ARGUMENT, kBadRequest, lists the kind's formats.
absl::StatusOr<CellFormat> ParseCellFormat(TagKind kind, std::string_view format);

// The notation of decimals in one tag's cells or weights, and the scale that bounds them. A plain value.
struct NumberNotation {
  int scale = 0;
  char point = '.';
  std::string tag, population;  // for the mend of a number with too many digits
  bool weights = false;         // the scale is the weights'
  bool is_new = false;          // the tag comes with this load, so that its schema says the scale
};

// The command that widens a tag's scale, in back quotes, as a shell takes it.
std::string WideningOf(const std::string& tag, int scale, const std::string& population);

// A decimal in range with at most `scale` digits after the point, trailing zeros aside; empty otherwise.
std::optional<int64_t> ReadNumberCell(std::string_view cell, const NumberNotation& notation);
// Why it was not read: the end of a sentence that begins with the cell. REQUIRES: ReadNumberCell returned
// nothing.
std::string ExplainNumberCell(std::string_view cell, const NumberNotation& notation);

// Reads one tag's cells. Immutable, thread-safe. REQUIRES: `kind` is kFlag, kNumber, kDate or kTimestamp.
class ScalarCell {
 public:
  // `number`: for a NUMBER. `zone`: the zone of a TIMESTAMP without an offset, and of the days of an epoch
  // DATE.
  ScalarCell(TagKind kind, NumberNotation number, CellFormat format, absl::TimeZone zone)
      : kind_(kind), number_(std::move(number)), format_(std::move(format)), zone_(zone) {}

  // The stored integer: scaled number, day number, microseconds; 1 or 0 for a FLAG. Empty when the cell is
  // malformed, or its value is outside the kind's range.
  std::optional<int64_t> Read(std::string_view cell) const;
  // Why `cell` was not read: the end of a sentence that begins with the cell.
  // REQUIRES: Read returned nothing.
  std::string Explain(std::string_view cell) const;

 private:
  std::optional<int64_t> ReadDate(std::string_view cell) const;
  TimestampFault ReadTimestamp(std::string_view cell, int64_t& micros) const;
  std::string ExplainDate(std::string_view cell) const;
  std::string ExplainTimestamp(std::string_view cell) const;

  TagKind kind_;
  NumberNotation number_;
  CellFormat format_;
  absl::TimeZone zone_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_PLAN_SCALAR_CELL_H_
