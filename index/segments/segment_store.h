// The saved segments of one population, as they lie in its store.
#ifndef MUSTER_INDEX_SEGMENTS_SEGMENT_STORE_H_
#define MUSTER_INDEX_SEGMENTS_SEGMENT_STORE_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "index/segments/segment.h"
#include "index/storage/writer_queue.h"

namespace muster::index {

// A part of a listing, by name.
struct SegmentPage {
  std::vector<Segment> segments;
  bool more = false;  // behind the last of them
};

// Segments lie on the disk alone: each call reads them in a transaction of its own, and a change is one
// transaction, durable when the call ends. Names may be given in any form of Unicode. Invariants of what is
// stored: a definition names only segments that exist, and none leads back to itself.
//
// Thread-safe. Lifetime: the writer and its environment outlive it.
//
// Errors of all calls that name a segment: INVALID_ARGUMENT, kBadName, for what can't be a name; NOT_FOUND,
// kUnknownSegment, with the nearest names; DATA_LOSS, kStorageCorrupt, for a damaged record.
class SegmentStore {
 public:
  SegmentStore(WriterQueue& writer, std::function<absl::Time()> clock)
      : writer_(writer), clock_(std::move(clock)) {}

  // ALREADY_EXISTS when there is one of that name; RESOURCE_EXHAUSTED, kLimit, beyond
  // kSegmentsPerPopulationMax. Errors of the definition are those of Update.
  absl::StatusOr<Segment> Create(std::string_view name, const SegmentDefinition& definition);

  // Replaces the definition; when it is the same, nothing is changed. ABORTED, kEtagMismatch, when `expected`
  // is given and is not the identity of the stored one. INVALID_ARGUMENT: kUnknownSegment, when the
  // definition names one that doesn't exist; kSegmentCycle, when it would lead back to itself; kLimit.
  absl::StatusOr<Segment> Update(std::string_view name, const SegmentDefinition& definition,
                                 std::optional<Identity> expected);

  // As it was. ABORTED as in Update. FAILED_PRECONDITION, kSegmentInUse, naming segments that use it.
  absl::StatusOr<Segment> Delete(std::string_view name, std::optional<Identity> expected);

  absl::StatusOr<Segment> Get(std::string_view name) const;

  // At most `most` segments with a name behind `after`, and no more than fit into about `max_bytes`, but one.
  absl::StatusOr<SegmentPage> List(std::string_view after, size_t most, size_t max_bytes) const;

  // Those of `names` that exist, and all that they use, directly or not; from one state, in any order.
  // INVALID_ARGUMENT, kLimit, when their texts have more than `max_bytes`.
  absl::StatusOr<std::vector<SegmentPtr>> ReadWithUses(absl::Span<const std::string> names,
                                                       size_t max_bytes) const;

  // At most three names that `name` may have been meant for, nearest first.
  absl::StatusOr<std::vector<std::string>> NearestTo(std::string_view name) const;

 private:
  absl::Status Unknown(std::string_view name) const;

  WriterQueue& writer_;
  const std::function<absl::Time()> clock_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_SEGMENTS_SEGMENT_STORE_H_
