// Counts the members whose value of a tag a load changes.
#ifndef MUSTER_INDEX_LOADING_STAGING_CHANGED_MEMBERS_H_
#define MUSTER_INDEX_LOADING_STAGING_CHANGED_MEMBERS_H_

#include <cstdint>
#include <map>

#include "index/bitmap/bitmap.h"

namespace muster::index {

// How a tag's members differ from the parent version. A plain value.
struct MemberChanges {
  uint64_t changed = 0;  // with another value, with a first one, or with none any more
  uint64_t lost = 0;     // of these, the ones that a REPLACE leaves without a value
};

// Unites what changes in the rows of a tag, fragment by fragment, since a member's value mostly has bits in several
// rows. Holds a bit for each member of a span. Not thread-safe.
class ChangedMembers {
 public:
  // The members that differ in one fragment of one row.
  void Add(uint32_t fragment, const Bitmap& flips) {
    const auto [place, is_new] = fragments_.try_emplace(fragment);
    if (is_new) {
      place->second = flips;
    } else {
      place->second.Union(flips);
    }
  }
  // Ends a span: its rows are complete.
  void EndSpan() {
    for (const auto& [fragment, members] : fragments_) count_ += members.Cardinality();
    fragments_.clear();
  }
  // Of the spans that were ended.
  uint64_t count() const { return count_; }

 private:
  std::map<uint32_t, Bitmap> fragments_;
  uint64_t count_ = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_STAGING_CHANGED_MEMBERS_H_
