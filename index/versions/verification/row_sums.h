// Sums of the records of each row of a walk, for verification.
#ifndef MUSTER_INDEX_VERSIONS_VERIFICATION_ROW_SUMS_H_
#define MUSTER_INDEX_VERSIONS_VERIFICATION_ROW_SUMS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "index/bitmap/bitmap.h"
#include "index/bitmap/row_id.h"
#include "index/storage/findings.h"
#include "index/storage/record_walk.h"

namespace muster::index {

// A row's name in sentences: "store 3, row 17.0".
std::string RowText(const char* owner, uint32_t id, RowId row);

// The sums of one row's records.
struct RowSum {
  bool begun = false;
  uint32_t id = 0;  // store or edge
  RowId row = 0;
  uint64_t cardinality = 0;
  uint32_t records = 0;
};

// Decodes every record of a walk over `fragments` or `edges`, and sums those of each row. A record that
// doesn't decode is a finding. Not thread-safe; the findings outlive it.
class RowSums {
 public:
  // `owner`: "store" or "edge". `images`: whether the records must be images, as in stores, or must not be,
  // as in edges. `ended`: called after a row's last record; may be empty.
  RowSums(Findings& findings, const char* owner, bool images,
          std::function<void(const Transaction&, const RowSum&)> ended)
      : findings_(findings), owner_(owner), images_(images), ended_(std::move(ended)) {}

  void Visit(const Transaction& transaction, std::string_view key, std::string_view value);
  // After the walk.
  void End(const Transaction& transaction);

 private:
  Findings& findings_;
  const char* const owner_;
  const bool images_;
  const std::function<void(const Transaction&, const RowSum&)> ended_;
  RowSum sum_;
};

// A walk that stops when the findings say so.
RecordWalk WalkFor(Findings& findings);

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_VERIFICATION_ROW_SUMS_H_
