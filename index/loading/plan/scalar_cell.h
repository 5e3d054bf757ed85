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

// How a DATE or TIMESTAMP cell is written. kIso: `YYYY-MM-DD`, or ISO 8601 for a TIMESTAMP.
enum class CellNotation : uint8_t { kIso, kYyyymmdd, kEpochSeconds, kEpochMillis, kEpochMicros, kPattern };

// A plain value.
struct CellFormat {
  CellNotation notation = CellNotation::kIso;
  std::optional<TimePattern> pattern;  // of kPattern
};

// `format` as a load names it; empty means kIso. INVALID_ARGUMENT, kBadRequest, lists what the kind takes.
absl::StatusOr<CellFormat> ParseCellFormat(TagKind kind, std::string_view format);

// Decimals as one tag's cells or weights write them, and whose scale bounds them. A plain value.
struct NumberNotation {
  int scale = 0;
  char point = '.';
  std::string tag, population;  // for the mend of a number with too many digits
  bool weights = false;         // the scale is the weights'
  bool is_new = false;          // the tag comes with this load, so that its schema says the scale
};

// The command that widens a tag's scale, in back quotes, as a shell takes it.
std::string WideningOf(const std::string& tag, int scale, const std::string& population);

// A decimal with at most `scale` digits after the point that count, in range; nothing otherwise.
std::optional<int64_t> ReadNumberCell(std::string_view cell, const NumberNotation& notation);
// Why it was not read: the end of a sentence that begins with the cell. REQUIRES: ReadNumberCell gave
// nothing.
std::string ExplainNumberCell(std::string_view cell, const NumberNotation& notation);

// Reads one tag's cells. Immutable, thread-safe. REQUIRES: `kind` is kFlag, kNumber, kDate or kTimestamp.
class ScalarCell {
 public:
  // `number`: of a NUMBER. `zone`: where a TIMESTAMP without an offset is, and the days of an epoch DATE
  // begin.
  ScalarCell(TagKind kind, NumberNotation number, CellFormat format, absl::TimeZone zone)
      : kind_(kind), number_(std::move(number)), format_(std::move(format)), zone_(zone) {}

  // The stored integer: scaled number, day number, microseconds; 1 or 0 for a FLAG. Nothing when the cell is
  // not one, or the kind doesn't hold what it says.
  std::optional<int64_t> Read(std::string_view cell) const;
  // Why `cell` was not read: the end of a sentence that begins with the cell.
  // REQUIRES: Read gave nothing.
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
