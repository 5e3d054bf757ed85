// The loads of a crash test. Each is computed from a seed and its number, so that parent and child agree.
#ifndef MUSTER_TESTS_CRASH_PLANNED_LOAD_H_
#define MUSTER_TESTS_CRASH_PLANNED_LOAD_H_

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "index/population/database.h"

namespace muster::testing {

// The tags of the population, of all six kinds: vip, city (400 values, so it has value-id slices), likes
// (weighted), owns (on_merge: replace), age, born, seen.
inline constexpr size_t kTagCount = 7;
const std::array<index::LoadTagSpec, kTagCount>& PlannedTags();

struct PlannedRecord {
  std::string member_id;
  std::vector<std::string>
      cells;  // in the order of PlannedLoad::tags; as a profile prints the value, "" or "-"
};

struct PlannedLoad {
  std::string label;
  index::LoadMode mode = index::LoadMode::kMerge;
  absl::CivilDay date;
  std::vector<size_t> tags;  // into PlannedTags()
  std::vector<PlannedRecord> records;
};

// The size of the loads in a sequence. Load 0 names `first_members` members with all tags. Each later load
// has about `records` records of at most `members` members, with some of the tags, as MERGE, REMOVE or REPLACE.
struct PlanShape {
  uint64_t seed = 1;
  int first_members = 800;
  int members = 1'200;
  int records = 150;
};

PlannedLoad PlanLoad(const PlanShape& shape, int number);

// Loads it into `database`. Calls `progress` with "begin", "feed" (before each batch), "commit" and "done".
absl::StatusOr<index::LoadResult> LoadPlanned(index::Database& database, const PlannedLoad& load,
                                              const std::function<void(const char*)>& progress);

}  // namespace muster::testing

#endif  // MUSTER_TESTS_CRASH_PLANNED_LOAD_H_
