#include "loaders/schema/repeated_members.h"

#include "absl/hash/hash.h"

namespace muster::loaders {
namespace {

uint64_t HashOf(absl::string_view text) { return absl::Hash<absl::string_view>()(text); }

}  // namespace

void RepeatedMembers::Count(absl::string_view member_id) {
  ++records_;
  const uint64_t id = HashOf(member_id);
  if (!ids_.insert(id).second) repeated_.emplace(id, 0);
}

uint32_t* RepeatedMembers::Kept(absl::string_view member_id) {
  const auto found = repeated_.find(HashOf(member_id));
  if (found == repeated_.end()) return nullptr;
  if (found->second == 0) {
    kept_.resize(kept_.size() + columns_, 0);
    found->second = static_cast<uint32_t>(kept_.size() / columns_);
  }
  return &kept_[(found->second - 1) * columns_];
}

}  // namespace muster::loaders
