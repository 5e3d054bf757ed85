#include "query/questions/saved_pins.h"

#include <algorithm>

#include "index/status/status_facts.h"
#include "index/status/status_reason.h"
#include "text/quoted.h"
#include "text/sentence.h"

namespace muster::query {

const index::SavedPin* FindPin(absl::Span<const index::SavedPin> pins, uint64_t name) {
  const auto found =
      std::find_if(pins.begin(), pins.end(), [name](const index::SavedPin& pin) { return pin.name == name; });
  return found == pins.end() ? nullptr : &*found;
}

absl::Status SavedThingExpired(const SavedThing& thing, std::string_view what_happened) {
  return index::WithFact(
      index::WithReason(absl::FailedPreconditionError(
                            Sentence("the ", thing.what, " ", Quoted(thing.name), " was ", what_happened,
                                     " since the answer that the token is of; ask again without the token")),
                        index::Reason::kSnapshotExpired),
      thing.fact, thing.name);
}

std::vector<index::SavedPin> PinsOfSegments(absl::Span<const index::SegmentPtr> segments) {
  std::vector<index::SavedPin> pins;
  pins.reserve(segments.size());
  for (const index::SegmentPtr& segment : segments) pins.push_back(index::PinOf(*segment));
  return pins;
}

void SortPins(std::vector<index::SavedPin>& pins) {
  std::sort(pins.begin(), pins.end());
  pins.erase(std::unique(pins.begin(), pins.end()), pins.end());
}

}  // namespace muster::query
