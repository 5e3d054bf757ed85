// Finds members that several records of a file name, and keeps the content of their first record.
#ifndef MUSTER_LOADERS_SCHEMA_REPEATED_MEMBERS_H_
#define MUSTER_LOADERS_SCHEMA_REPEATED_MEMBERS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"

namespace muster::loaders {

// Needs two readings of a file: the first counts, the second keeps the cells of repeated members. Memory: 16
// bytes per member, and in the second reading 4 bytes per column of each repeated one. Not thread-safe.
class RepeatedMembers {
 public:
  explicit RepeatedMembers(size_t columns) : columns_(columns) {}

  // First reading: counts a record of this member.
  void Count(absl::string_view member_id);
  uint64_t records() const { return records_; }
  uint64_t members() const { return ids_.size(); }
  bool any() const { return !repeated_.empty(); }

  // Second reading: the data kept for the member, one number per column, initially 0. Valid until the next
  // call. Null when only one record names it.
  uint32_t* Kept(absl::string_view member_id);

 private:
  const size_t columns_;
  uint64_t records_ = 0;
  absl::flat_hash_set<uint64_t> ids_;  // hashes; a collision at worst makes a column MULTI
  absl::flat_hash_map<uint64_t, uint32_t>
      repeated_;  // id hash → position in kept_, from 1; 0: not seen again
  std::vector<uint32_t> kept_;
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SCHEMA_REPEATED_MEMBERS_H_
