// What the records of rows add up to, as a walk over them meets them: for verification.
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

// A row as sentences name it: "store 3, row 17.0".
std::string RowText(const char* owner, uint32_t id, RowId row);

// What the records of one row hold together.
struct RowSum {
  bool begun = false;
  uint32_t id = 0;  // store or edge
  RowId row = 0;
  uint64_t cardinality = 0;
  uint32_t records = 0;
};

// Decodes every record that a walk over `fragments` or `edges` meets, and sums those of a row. What doesn't
// decode is a finding. Not thread-safe; the findings outlive it.
class RowSums {
 public:
  // `owner`: "store" or "edge"; images belong to stores alone, and stores hold nothing else. `ended`: a row's
  // last record was seen; may be empty.
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

// A walk that ends when the findings say so.
RecordWalk WalkFor(Findings& findings);

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_VERIFICATION_ROW_SUMS_H_
