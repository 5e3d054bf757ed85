#include "index/versions/publishing/number_pool.h"

#include <algorithm>

#include "index/status/status_macros.h"
#include "index/storage/counters.h"

namespace muster::index {
namespace {

// Numbers of a counter that are taken in one transaction.
constexpr uint32_t kNumbersAtOnce = 256;

}  // namespace

absl::StatusOr<uint64_t> NumberPool::Take(std::string_view counter) {
  MutexLock lock(mutex_);
  Left& left = left_[counter];
  if (left.next == left.end) {
    Left taken;
    RETURN_IF_ERROR(writer_.Run(WriteClass::kPublish, [&](WriteTransaction& transaction) {
      ASSIGN_OR_RETURN(taken.next, NextNumber(transaction, counter));
      taken.end = taken.next + 1;
      for (uint32_t i = 1; i < kNumbersAtOnce; ++i, ++taken.end) {
        RETURN_IF_ERROR(NextNumber(transaction, counter).status());
      }
      return absl::OkStatus();
    }));
    left = taken;
  }
  return left.next++;
}

absl::StatusOr<uint32_t> NumberPool::TakeIds(std::string_view counter, uint32_t count) {
  MutexLock lock(mutex_);
  Left& left = left_[counter];
  if (left.end - left.next < count) {
    const uint32_t more = std::max(count, kNumbersAtOnce);
    uint32_t first = 0;
    RETURN_IF_ERROR(writer_.Run(WriteClass::kPublish, [&](WriteTransaction& transaction) {
      ASSIGN_OR_RETURN(first, NextIds(transaction, counter, more));
      return absl::OkStatus();
    }));
    left = {first, uint64_t{first} + more};
  }
  const auto first = static_cast<uint32_t>(left.next);
  left.next += count;
  return first;
}

}  // namespace muster::index
