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
#include "index/storage/subject.h"

namespace muster::index {

// A row of a store or an edge in sentences: "store 3, row 17.0".
std::string RowText(const Subject& owner, RowId row);

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
  // `owner`: kStore, whose records must be images, or kEdge, whose records must not be. `ended`: called after
  // a row's last record; may be empty.
  RowSums(Findings& findings, Subject::Kind owner,
          std::function<void(const Transaction&, const RowSum&)> ended)
      : findings_(findings), owner_(owner), ended_(std::move(ended)) {}

  void Visit(const Transaction& transaction, std::string_view key, std::string_view value);
  // After the walk.
  void End(const Transaction& transaction);

 private:
  Findings& findings_;
  const Subject::Kind owner_;
  const std::function<void(const Transaction&, const RowSum&)> ended_;
  RowSum sum_;
};

// A walk that stops when the findings say so.
RecordWalk WalkFor(Findings& findings);

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_VERIFICATION_ROW_SUMS_H_
