// A population at one state: the current one, a token's, or AS OF a date. Questions are asked of views.
#ifndef MUSTER_INDEX_VIEWS_POPULATION_VIEW_H_
#define MUSTER_INDEX_VIEWS_POPULATION_VIEW_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/member_ids.h"
#include "index/bitmap/row_source.h"
#include "index/catalog/tag.h"
#include "index/concurrency/work_budget.h"
#include "index/lists/id_list.h"
#include "index/versions/records/version.h"
#include "index/versions/snapshots/row_statistics.h"
#include "text/like_pattern.h"

namespace muster::index {

class Population;

// The statistics of a tag in one view.
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
  std::vector<MemberTag> tags;  // those of which the view has a version, in the order they were asked for
  absl::CivilDay first_date;
};

// The parts of a view, by topic. Each is const and thread-safe, and lives as long as its view. They are
// interfaces so that tests can hold a question at a certain point.

class TagsOfView {
 public:
  virtual ~TagsOfView() = default;
  // By name: published tags, and declared tags that had not been loaded when the view was taken. In a dated
  // view: only those with a version in it. Scales are those of the view. Each tag of the population is spent
  // from `budget` like a value.
  virtual absl::StatusOr<std::vector<Tag>> List(WorkBudget& budget) const = 0;
  // Empty when there is no such tag. `name` is NFC-normalised first.
  virtual absl::StatusOr<std::optional<Tag>> Find(std::string_view name) const = 0;
  // The first date AS OF which the tag has a version, among those published when the view was taken; empty
  // when it was never loaded.
  virtual absl::StatusOr<std::optional<absl::CivilDay>> FirstDate(TagId tag) const = 0;
  // The business date of the tag's version in the view; empty when the view has none.
  virtual absl::StatusOr<std::optional<absl::CivilDay>> BusinessDate(TagId tag) const = 0;
  virtual absl::StatusOr<TagStatistics> Statistics(const Tag& tag) const = 0;
  // The most values that Statistics would read; 0 when the count of the tag is cached.
  virtual absl::StatusOr<uint64_t> ValuesToCount(const Tag& tag) const = 0;
};

// The values that at least one member of the view has.
class ValuesOfView {
 public:
  virtual ~ValuesOfView() = default;
  // For each value (NFC-normalised first) its id, or empty when no member has it.
  virtual absl::StatusOr<std::vector<std::optional<ValueId>>> Find(
      const Tag& tag, absl::Span<const std::string> values) const = 0;
  // The ids of all values that match the pattern, ascending. REQUIRES: `pattern` is in normal form C.
  virtual absl::StatusOr<std::vector<ValueId>> Like(const Tag& tag, const LikePattern& pattern,
                                                    WorkBudget& budget) const = 0;
  // All values with the prefix; most members first, then by bytes. FLAG: true and false.
  virtual absl::StatusOr<std::vector<ValueCount>> List(const Tag& tag, std::string_view prefix,
                                                       WorkBudget& budget) const = 0;
  // In the order of bytes: up to `most` values before `value`, and up to `most` from it on.
  virtual absl::StatusOr<std::vector<std::string>> Around(const Tag& tag, std::string_view value,
                                                          size_t most) const = 0;
};

class MembersOfView : public MemberIds {
 public:
  // All members, in a dated view including those who joined later.
  virtual uint64_t everyone_count() const = 0;
  // The members of the view. Of a dated view, those who had joined by its date; empty before KeepCount.
  virtual std::optional<uint64_t> count() const = 0;
  // Sets count(). REQUIRES: a dated view.
  virtual void KeepCount(uint64_t count) const = 0;
  // Fragments that hold a member: a scan covers [0, fragment_count()).
  virtual uint32_t fragment_count() const = 0;
  // The ordinal of a member of everyone, in a dated view also of one who joined later; empty when there is none
  // of that id.
  virtual absl::StatusOr<std::optional<Ordinal>> Find(std::string_view member_id) const = 0;
  // Appends the ids of `ordinals` (ascending) to `ids`. DATA_LOSS when one has none.
  virtual absl::Status ReadIds(absl::Span<const Ordinal> ordinals, std::vector<std::string>& ids) const = 0;
  // The same as one text: appends the ids to `lines`, each followed by a line feed, which no id contains.
  virtual absl::Status AppendIds(absl::Span<const Ordinal> ordinals, std::string& lines) const = 0;
  // All tags of the view, by name; in a dated view also of a member who joined later. `zone`: for printed
  // TIMESTAMPs. Each tag, and the values of which one may be the member's (index/versions/lookups/member_rows.h),
  // are spent from `budget`.
  virtual absl::StatusOr<MemberProfile> Profile(Ordinal ordinal, absl::TimeZone zone,
                                                WorkBudget& budget) const = 0;
  // The same for some tags of the view.
  virtual absl::StatusOr<MemberProfile> ProfileOf(std::vector<Tag> tags, Ordinal ordinal, absl::TimeZone zone,
                                                  WorkBudget& budget) const = 0;
};

class ListsOfView {
 public:
  virtual ~ListsOfView() = default;
  // Nothing when there is no id list of that name now. From then on the view holds the list: its row source and
  // statistics answer the row kKnownRow of IdList::source, whatever becomes of the list. `name`: any form of
  // Unicode.
  virtual absl::StatusOr<std::optional<IdList>> Find(std::string_view name) const = 0;
  // At most three names of lists that `name` may have been meant for, nearest first.
  virtual absl::StatusOr<std::vector<std::string>> NearestTo(std::string_view name) const = 0;
};

// The slices of a salt's buckets, at the state in which they were found.
struct SaltSlices {
  // The number's source: the view's row source resolves its rows, which no version changes (index/salts).
  TagId source = 0;
  uint64_t missing = 0;  // ids that the slices don't cover yet
};

class SaltsOfView {
 public:
  virtual ~SaltsOfView() = default;
  // The slices of a salt in normal form C; empty when it has none. From then on the view holds them. Members
  // that joined since they were built have no bucket in them; slices are extended while the view holds them.
  virtual absl::StatusOr<std::optional<SaltSlices>> Find(std::string_view salt) const = 0;
};

// Immutable and thread-safe. Holds its population and the lease on its versions until it is destroyed. Reads
// open short transactions of their own, so a view may live for hours.
//
// A dated view is a state AS OF a date (docs/semantics.md, rules 10 and 20): see Snapshot.
class PopulationView {
 public:
  virtual ~PopulationView() = default;
  PopulationView(const PopulationView&) = delete;
  PopulationView& operator=(const PopulationView&) = delete;

  Population& population() const { return *population_; }
  // The date of a dated view; else empty.
  std::optional<absl::CivilDay> as_of() const { return as_of_; }
  // Whether it was opened for a token, or is an AS OF view of such a view. An undated one has only the tags
  // that the token names, although others had versions when it was taken.
  bool is_pinned() const { return is_pinned_; }
  // The view AS OF `day`, of what was published when this one was taken.
  virtual absl::StatusOr<std::shared_ptr<const PopulationView>> AsOf(absl::CivilDay day) const = 0;

  virtual const TagsOfView& tags() const = 0;
  virtual const ValuesOfView& values() const = 0;
  virtual const MembersOfView& members() const = 0;
  // Lists have no versions: a view of any state finds those of now.
  virtual const ListsOfView& lists() const = 0;
  // Salts have no versions either.
  virtual const SaltsOfView& salts() const = 0;
  virtual const RowStatistics& statistics() const = 0;

  // For one thread. Resolves every row, stored or not, and those of lists and salts that were found before.
  // `first`: null, or a source of the same population and thread whose transactions this one shares. REQUIRES: the view outlives it; in a dated view, tags are
  // found before their rows are resolved; with a `first`, each window begins after that of `first` for the
  // same fragments, and ends before it.
  virtual std::unique_ptr<RowSource> NewRowSource(RowSource* first) const = 0;

  // The content of a token: the versions of everyone and of those of `tags` that the view has.
  virtual absl::StatusOr<PinnedView> Pin(absl::Span<const TagId> tags) const = 0;
  // As Pin, with all versions of the view. A dated view holds only the tags that it was asked for, so it pins
  // everyone and `tags`.
  virtual absl::StatusOr<PinnedView> PinWhole(absl::Span<const TagId> tags) const = 0;

 protected:
  PopulationView(std::shared_ptr<Population> population, std::optional<absl::CivilDay> as_of, bool is_pinned)
      : population_(std::move(population)), as_of_(as_of), is_pinned_(is_pinned) {}
  // For making other views of the population.
  const std::shared_ptr<Population>& held_population() const { return population_; }

 private:
  const std::shared_ptr<Population> population_;
  const std::optional<absl::CivilDay> as_of_;
  const bool is_pinned_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VIEWS_POPULATION_VIEW_H_
