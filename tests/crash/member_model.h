// Models a population after planned loads: a map of members to which each record is applied.
#ifndef MUSTER_TESTS_CRASH_MEMBER_MODEL_H_
#define MUSTER_TESTS_CRASH_MEMBER_MODEL_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "index/population/database.h"
#include "tests/crash/planned_load.h"

namespace muster::testing {

// The values of each tag, ascending, as (value, weight); weight is empty except in `likes`.
using MemberState = std::array<std::vector<std::pair<std::string, std::string>>, kTagCount>;

// Everything that is compared between the model and the database.
struct Answers {
  std::map<std::string, std::vector<std::string>> members;  // expression → ids, sorted
  std::map<std::string, std::string> profiles;  // of sampled ids; "(nobody)" for one who didn't join
  std::map<std::string, uint64_t> tag_members;  // tag → members with any value; absent: no such tag
  std::map<std::string, uint64_t> cities;       // value → members
  friend bool operator==(const Answers&, const Answers&) = default;
};
// The first differences, a line each, for a person.
std::string DifferenceOf(const Answers& actual, const Answers& expected);

// An empty population, or one after loads. A plain value.
class MemberModel {
 public:
  void Apply(const PlannedLoad& load);
  // `sampled`: how many members' profiles are looked at, of `members` that there may be.
  Answers Answer(int members, int sampled) const;

 private:
  void Remove(const PlannedLoad& load);

  std::map<std::string, MemberState> members_;
  std::array<bool, kTagCount> published_{};
};

// The same answers from the database. Every count is checked against its list, and every list for its order.
// A status that isn't OK is a failure of the database.
absl::StatusOr<Answers> AskDatabase(index::Database& database, int members, int sampled);

}  // namespace muster::testing

#endif  // MUSTER_TESTS_CRASH_MEMBER_MODEL_H_
