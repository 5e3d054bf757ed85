// Stores the saved segments of one population.
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
#include "index/salts/salt_store.h"
#include "index/segments/segment.h"
#include "index/storage/writer_queue.h"

namespace muster::index {

// One page of a listing, ordered by name.
struct SegmentPage {
  std::vector<Segment> segments;
  bool more = false;  // whether further segments follow
};

// Segments are not cached: each call reads them in its own transaction. A change is one transaction, durable
// when the call returns. Names may be in any Unicode normal form. Invariants of the stored segments: each
// definition names only segments that exist, and no segment leads back to itself.
//
// The buckets of salts that definitions name are stored, as far as there are places (index/salts).
//
// Thread-safe. The writer, its environment and the salts must outlive it.
//
// All calls with a segment's name return INVALID_ARGUMENT, kBadName, for an invalid name; NOT_FOUND,
// kUnknownSegment, with the nearest names; DATA_LOSS, kStorageCorrupt, for a damaged record.
class SegmentStore {
 public:
  SegmentStore(WriterQueue& writer, SaltStore& salts, std::function<absl::Time()> clock)
      : writer_(writer), salts_(salts), clock_(std::move(clock)) {}

  // Creates a segment. ALREADY_EXISTS if the name is taken; RESOURCE_EXHAUSTED, kLimit, if there are
  // kSegmentsPerPopulationMax already. Errors of the definition are those of Update.
  absl::StatusOr<Segment> Create(std::string_view name, const SegmentDefinition& definition);

  // Replaces the definition; does nothing if it is the same. ABORTED, kEtagMismatch, if `expected` is given
  // and differs from the identity of the stored one. INVALID_ARGUMENT: kUnknownSegment or kUnknownList if the
  // definition names a segment or list that doesn't exist; kSegmentCycle if it would lead back to itself;
  // kLimit.
  absl::StatusOr<Segment> Update(std::string_view name, const SegmentDefinition& definition,
                                 std::optional<Identity> expected);

  // Deletes a segment and returns it. ABORTED as in Update. FAILED_PRECONDITION, kSegmentInUse, if others use
  // it; the message names some of them.
  absl::StatusOr<Segment> Delete(std::string_view name, std::optional<Identity> expected);

  absl::StatusOr<Segment> Get(std::string_view name) const;

  // Lists segments with names greater than `after`: at most `most`, and at most about `max_bytes` of them,
  // but at least one if there is any.
  absl::StatusOr<SegmentPage> List(std::string_view after, size_t most, size_t max_bytes) const;

  // Reads the segments of `names` that exist and all that they use, directly or not, from one state; in any
  // order. INVALID_ARGUMENT, kLimit, if their texts have more than `max_bytes` together.
  absl::StatusOr<std::vector<SegmentPtr>> ReadWithUses(absl::Span<const std::string> names,
                                                       size_t max_bytes) const;

  // The names of all segments that use `name`, directly or not; ascending.
  absl::StatusOr<std::vector<std::string>> UsersOf(std::string_view name) const;

  // At most three names that are similar to `name`, nearest first.
  absl::StatusOr<std::vector<std::string>> NearestTo(std::string_view name) const;

 private:
  absl::Status Unknown(std::string_view name) const;

  WriterQueue& writer_;
  SaltStore& salts_;
  const std::function<absl::Time()> clock_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_SEGMENTS_SEGMENT_STORE_H_
