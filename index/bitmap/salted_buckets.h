// Divides members into buckets by a hash of a salt and their ids (docs/semantics.md, rule 13c).
#ifndef MUSTER_INDEX_BITMAP_SALTED_BUCKETS_H_
#define MUSTER_INDEX_BITMAP_SALTED_BUCKETS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace muster::index {

// The number of buckets into which each salt divides the members. DO NOT CHANGE: rule 13c fixes the buckets,
// and they are stored as numbers.
inline constexpr uint32_t kBuckets = 10'000;
// The bits of the greatest bucket, and so the slices of a salt.
inline constexpr int kBucketBits = 14;

// Computes the buckets of one salt. Not thread-safe.
class BucketFinder {
 public:
  explicit BucketFinder(std::string_view salt);

  uint32_t BucketOf(std::string_view id);

 private:
  std::string text_;  // the salt, byte 0, the last id
  size_t salt_bytes_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_BITMAP_SALTED_BUCKETS_H_
