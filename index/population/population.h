// One population: catalogue, snapshots, loads and members. The front door of index/.
#ifndef MUSTER_INDEX_POPULATION_POPULATION_H_
#define MUSTER_INDEX_POPULATION_POPULATION_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "index/bitmap/geometry.h"
#include "index/catalog/tag.h"
#include "index/catalog/tag_change.h"
#include "index/concurrency/work_budget.h"
#include "index/population/load.h"
#include "index/segments/segment_store.h"
#include "index/storage/findings.h"
#include "index/versions/snapshots/snapshot.h"

namespace muster::index {

// The numbers of a tag in one snapshot.
struct TagStatistics {
  uint64_t member_count = 0;  // with any value
  uint32_t value_count = 0;   // FLAG, SINGLE, MULTI
  Version version = 0;        // 0: declared, never loaded
  std::optional<absl::CivilDay> business_date;
};

struct ValueCount {
  std::string value;
  ValueId id = 0;  // a FLAG's *false* has kOwnValue
  uint64_t member_count = 0;
};

struct MemberValue {
  std::string text;
  std::string weight;  // empty: none
};
struct MemberTag {
  Tag tag;
  std::vector<MemberValue> values;  // by bytes; empty: unknown
};
struct MemberProfile {
  std::vector<MemberTag> tags;  // all published tags, by name
  absl::CivilDay first_date;
};

// Thread-safe. Held by its Database until it is dropped, by its users, and by its snapshots and loads; the
// Database outlives every use.
class Population {
 public:
  virtual ~Population() = default;
  virtual const std::string& name() const = 0;
  // Tells it from others of its name; a copy of its files has the same.
  virtual Identity identity() const = 0;
  // Bytes that its files take on the disk.
  virtual uint64_t disk_bytes() const = 0;
  virtual absl::TimeZone time_zone() const = 0;
  virtual std::string time_zone_name() const = 0;
  virtual absl::CivilDay Today() const = 0;

  // The versions that are current now.
  virtual absl::StatusOr<std::shared_ptr<const Snapshot>> CurrentSnapshot() = 0;
  // The versions that a token or receipt names (Snapshot::Pin). FAILED_PRECONDITION: kSnapshotExpired, naming
  // the tag, when one is no longer kept; kOtherStore when the token is another population's, or the store
  // was restored since.
  virtual absl::StatusOr<std::shared_ptr<const Snapshot>> OpenSnapshot(const PinnedView& view) = 0;
  // The versions stay readable for `duration` from now even if no snapshot has them (page tokens).
  virtual void Lease(const VersionVector& versions, absl::Duration duration) = 0;

  // Tags of the snapshot and those that are declared and had not been loaded when it was taken, by name; of a
  // dated view those alone that have a version in it. Each tag that the population has is spent of `budget`
  // like a value.
  virtual absl::StatusOr<std::vector<Tag>> ListTags(const Snapshot& snapshot, WorkBudget& budget) const = 0;
  // Nothing when there is no such tag. `name` is NFC-normalised first.
  virtual absl::StatusOr<std::optional<Tag>> FindTag(const Snapshot& snapshot,
                                                     std::string_view name) const = 0;
  virtual absl::StatusOr<TagStatistics> Statistics(const Snapshot& snapshot, const Tag& tag) const = 0;
  // How many values Statistics would look at, at most; 0 when it remembers the tag's.
  virtual absl::StatusOr<uint64_t> ValuesToCount(const Snapshot& snapshot, const Tag& tag) const = 0;
  // Declares a tag. ALREADY_EXISTS, INVALID_ARGUMENT.
  virtual absl::StatusOr<Tag> CreateTag(const Tag& tag) = 0;

  // Its saved segments. They live as long as it does.
  virtual SegmentStore& segments() = 0;

  // Changes what the catalogue says of a tag; a NUMBER's scale with all its numbers, published like a load
  // (see loading/change_tag.h). NOT_FOUND, kUnknownTag. ABORTED, kLoadConflict: a load of the tag is open.
  // `budget` may cut it short until it publishes.
  virtual absl::StatusOr<Tag> UpdateTag(const std::string& name, const TagChange& change,
                                        const WorkBudget& budget) = 0;

  // For each value (NFC-normalised first) its id, or nothing when no member of the snapshot has it.
  virtual absl::StatusOr<std::vector<std::optional<ValueId>>> FindValues(
      const Snapshot& snapshot, const Tag& tag, absl::Span<const std::string> values) const = 0;
  // The ids of all values with the prefix that some member has, ascending.
  virtual absl::StatusOr<std::vector<ValueId>> ValuesWithPrefix(const Snapshot& snapshot, const Tag& tag,
                                                                std::string_view prefix,
                                                                WorkBudget& budget) const = 0;
  // All values with the prefix that some member has; most members first, then by bytes. FLAG: true and false.
  virtual absl::StatusOr<std::vector<ValueCount>> ListValues(const Snapshot& snapshot, const Tag& tag,
                                                             std::string_view prefix,
                                                             WorkBudget& budget) const = 0;
  // Values that some member has, by bytes: of the `most` before `value`, and of as many from it on.
  virtual absl::StatusOr<std::vector<std::string>> ValuesAround(const Snapshot& snapshot, const Tag& tag,
                                                                std::string_view value,
                                                                size_t most) const = 0;

  // The ordinal of a member of the snapshot; nothing when there is none of that id. REQUIRES: no dated view.
  virtual absl::StatusOr<std::optional<Ordinal>> FindMember(const Snapshot& snapshot,
                                                            std::string_view member_id) const = 0;
  // Appends the ids of `ordinals` (ascending) to `ids`. DATA_LOSS when one has none.
  virtual absl::Status MemberIds(absl::Span<const Ordinal> ordinals, std::vector<std::string>& ids) const = 0;
  // Reads everything that is stored of it, as VerifyEnvironments does, beside questions and loads. Answers
  // how many problems there are.
  virtual absl::StatusOr<uint64_t> Verify(Findings::Report report) const = 0;
  // REQUIRES: no dated view.
  virtual absl::StatusOr<MemberProfile> Profile(const Snapshot& snapshot, Ordinal ordinal,
                                                WorkBudget& budget) const = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_POPULATION_H_
