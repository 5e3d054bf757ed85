// What tokens say of the saved segments and id lists that answers were made with.
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

// Null when none has the name sum. The answer points into `pins`.
const index::SavedPin* FindPin(absl::Span<const index::SavedPin> pins, uint64_t name);

// How a message names a saved thing.
struct SavedThing {
  std::string_view what;  // "segment"
  std::string_view name;
  std::string_view fact;  // the name of the fact that names it for a program
};
// FAILED_PRECONDITION, kSnapshotExpired: it was `what_happened` since the token was given out.
absl::Status SavedThingExpired(const SavedThing& thing, std::string_view what_happened);

// As a token names them.
std::vector<index::SavedPin> PinsOfSegments(absl::Span<const index::SegmentPtr> segments);
// Ascending, each once.
void SortPins(std::vector<index::SavedPin>& pins);

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_SAVED_PINS_H_
