#include "index/loading/membership/known_members.h"

#include "index/bitmap/row_id.h"
#include "index/status/status_macros.h"

namespace muster::index {

absl::StatusOr<std::vector<uint8_t>> KnownMembers::FindUnknown(absl::Span<const Ordinal> ordinals) {
  std::vector<uint8_t> unknown;
  // Records mostly stay in one fragment for a while.
  auto at = fragments_.end();
  for (size_t i = 0; i < ordinals.size(); ++i) {
    const uint32_t fragment = FragmentOf(ordinals[i]);
    if (at == fragments_.end() || at->first != fragment) {
      at = fragments_.find(fragment);
      if (at == fragments_.end()) {
        ASSIGN_OR_RETURN(Bitmap members, reader_.Read({kEveryoneTag, kKnownRow}, fragment));
        at = fragments_.emplace(fragment, std::move(members)).first;
      }
    }
    if (at->second.Contains(LocalOf(ordinals[i]))) continue;
    if (unknown.empty()) unknown.resize(ordinals.size(), 0);
    unknown[i] = 1;
  }
  return unknown;
}

}  // namespace muster::index
