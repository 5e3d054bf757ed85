// Finds and checks the pins of saved segments and id lists in tokens.
#ifndef MUSTER_QUERY_QUESTIONS_SAVED_PINS_H_
#define MUSTER_QUERY_QUESTIONS_SAVED_PINS_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "index/catalog/saved_pin.h"
#include "index/segments/segment.h"

namespace muster::query {

// The pin with the name's hash; null if there is none. The result points into `pins`.
const index::SavedPin* FindPin(absl::Span<const index::SavedPin> pins, uint64_t name);

// A saved segment or id list, for messages.
struct SavedThing {
  std::string_view what;  // "segment"
  std::string_view name;
  std::string_view fact;  // the key of the error's metadata that holds its name
};
// FAILED_PRECONDITION, kSnapshotExpired, for a thing that was `what_happened` after the token was issued.
absl::Status SavedThingExpired(const SavedThing& thing, std::string_view what_happened);

// The pins of the segments for a token.
std::vector<index::SavedPin> PinsOfSegments(absl::Span<const index::SegmentPtr> segments);
// Sorts the pins and removes duplicates.
void SortPins(std::vector<index::SavedPin>& pins);

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_SAVED_PINS_H_
