#include "index/bitmap/salted_buckets.h"

#include <xxhash.h>

namespace muster::index {

BucketFinder::BucketFinder(std::string_view salt) : text_(salt) {
  text_.push_back('\0');
  salt_bytes_ = text_.size();
}

uint32_t BucketFinder::BucketOf(std::string_view id) {
  text_.resize(salt_bytes_);
  text_.append(id);
  return static_cast<uint32_t>(XXH3_64bits(text_.data(), text_.size()) % kBuckets);
}

}  // namespace muster::index
