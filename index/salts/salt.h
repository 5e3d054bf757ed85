// Salts that saved segments name. Their buckets are stored, so that a BUCKET of them reads no ids.
#ifndef MUSTER_INDEX_SALTS_SALT_H_
#define MUSTER_INDEX_SALTS_SALT_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "index/bitmap/geometry.h"
#include "index/bitmap/row_id.h"
#include "index/versions/records/version_record.h"

namespace muster::index {

// The most salts of a population that have their buckets stored, and the most that a definition is recorded
// to name. The buckets of a salt take 1.75 bytes a member.
inline constexpr size_t kSaltsPerPopulationMax = 16;

// A salt whose buckets are stored. They are a number of kBucketBits magnitude slices, which belongs to no
// tag. It holds the bucket of every id with an ordinal below `covered`, whether it is a member's or not; the
// membership row holds exactly these ordinals. A bucket never changes, so the slices belong to no version:
// they only grow, and every view reads the same ones. An erased id has bucket 0. A plain value.
struct Salt {
  std::string salt;   // in normal form C, without the byte 0
  TagId source = 0;   // the id under which views have the slices; no tag has it
  StoreId store = 0;  // the store of the slices
  Ordinal covered = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_SALTS_SALT_H_
