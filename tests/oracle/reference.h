// The slow, obvious evaluator: a std::set for each row, one member at a time.
#ifndef MUSTER_TESTS_ORACLE_REFERENCE_H_
#define MUSTER_TESTS_ORACLE_REFERENCE_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/row_id.h"
#include "query/tree/plan_tree.h"

namespace muster::oracle {

// The facts about every member in one view, without bitmaps.
struct Facts {
  std::set<index::Ordinal> everyone;  // the first view's alone counts
  std::map<index::RowRef, std::set<index::Ordinal>> rows;
  // Numbers of a tag's value (kOwnValue: the tag's own).
  std::map<std::pair<index::TagId, index::ValueId>, std::map<index::Ordinal, int64_t>> numbers;
};

// The day of a number of days since 1900-01-01; of one too far from it some other day.
absl::CivilDay DayOf(int64_t number);

// What members are called here.
std::string NameOf(index::Ordinal member);
// The bucket that the salt puts a member into.
uint64_t BucketOfOrdinal(const std::string& salt, index::Ordinal member);

// Whether a member is in the set that the tree denotes. `views`: by ViewIndex.
bool Holds(const query::PlanOperand& tree, const std::vector<const Facts*>& views, index::Ordinal member);

}  // namespace muster::oracle

#endif  // MUSTER_TESTS_ORACLE_REFERENCE_H_
