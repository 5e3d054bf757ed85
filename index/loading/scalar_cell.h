// Cells of FLAG, NUMBER, DATE and TIMESTAMP tags: text → the integer that is stored (SEMANTICS rule 17).
#ifndef MUSTER_INDEX_LOADING_SCALAR_CELL_H_
#define MUSTER_INDEX_LOADING_SCALAR_CELL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "index/catalog/tag.h"

namespace muster::index {

// How a DATE or TIMESTAMP cell is written. kIso: `YYYY-MM-DD`, or ISO 8601 for a TIMESTAMP.
enum class CellFormat : uint8_t { kIso, kYyyymmdd, kEpochSeconds, kEpochMillis, kEpochMicros };

// `format` as a load names it; empty means kIso. INVALID_ARGUMENT, kBadRequest, lists what the kind takes.
absl::StatusOr<CellFormat> ParseCellFormat(TagKind kind, std::string_view format);

// Reads one tag's cells. Immutable, thread-safe. REQUIRES: `kind` is kFlag, kNumber, kDate or kTimestamp.
class ScalarCell {
 public:
  // `scale`: of a NUMBER. `zone`: where a TIMESTAMP without an offset is, and the days of an epoch DATE
  // begin.
  ScalarCell(TagKind kind, int scale, CellFormat format, absl::TimeZone zone)
      : kind_(kind), scale_(scale), format_(format), zone_(zone) {}

  // The stored integer: scaled number, day number, microseconds; 1 or 0 for a FLAG. Nothing when the cell is
  // not one.
  std::optional<int64_t> Read(std::string_view cell) const;
  // Why `cell` was not read: the end of a sentence that begins with the cell.
  // REQUIRES: Read gave nothing.
  std::string Explain(std::string_view cell) const;

 private:
  std::optional<int64_t> ReadDate(std::string_view cell) const;
  std::optional<int64_t> ReadTimestamp(std::string_view cell) const;
  std::string ExplainNumber(std::string_view cell) const;

  TagKind kind_;
  int scale_;
  CellFormat format_;
  absl::TimeZone zone_;
};

// A decimal with at most `scale` digits after the point that count, in range; nothing otherwise.
std::optional<int64_t> ReadNumberCell(std::string_view cell, int scale);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_SCALAR_CELL_H_
