// Which members several records of a file name, and what the first of those records says.
#ifndef MUSTER_LOADERS_SCHEMA_REPEATED_MEMBERS_H_
#define MUSTER_LOADERS_SCHEMA_REPEATED_MEMBERS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"

namespace muster::loaders {

// Two readings of one file: the first counts, the second keeps cells of members that are repeated. Memory: 16
// bytes a member, and in the second reading 4 bytes a column for each repeated one. For one thread.
class RepeatedMembers {
 public:
  explicit RepeatedMembers(size_t columns) : columns_(columns) {}

  // First reading: a record of this member.
  void Count(absl::string_view member_id);
  uint64_t records() const { return records_; }
  uint64_t members() const { return ids_.size(); }
  bool any() const { return !repeated_.empty(); }

  // Second reading: what is kept of the member, a number a column, at first 0. Valid until the next call.
  // Null when one record alone names it.
  uint32_t* Kept(absl::string_view member_id);

 private:
  const size_t columns_;
  uint64_t records_ = 0;
  absl::flat_hash_set<uint64_t> ids_;  // hashes; a collision only makes a column MULTI
  absl::flat_hash_map<uint64_t, uint32_t>
      repeated_;  // id hash → its place in kept_, from 1; 0: not seen again
  std::vector<uint32_t> kept_;
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SCHEMA_REPEATED_MEMBERS_H_
