// A population as it is at one state: of now, of a token, or AS OF a date. What questions are asked of.
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
#include "index/bitmap/row_source.h"
#include "index/catalog/tag.h"
#include "index/concurrency/work_budget.h"
#include "index/versions/records/version.h"
#include "index/versions/snapshots/row_statistics.h"
#include "text/like_pattern.h"

namespace muster::index {

class Population;

// The numbers of a tag in one view.
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

// The parts of a view, by topic. Each is const and thread-safe, and lives as long as its view. They are
// interfaces for tests that hold a question at a certain point.

class TagsOfView {
 public:
  virtual ~TagsOfView() = default;
  // Published tags and those that are declared and had not been loaded when the view was taken, by name; of a
  // dated view those alone that have a version in it. Scales are those of the view. Each tag that the
  // population has is spent of `budget` like a value.
  virtual absl::StatusOr<std::vector<Tag>> List(WorkBudget& budget) const = 0;
  // Nothing when there is no such tag. `name` is NFC-normalised first.
  virtual absl::StatusOr<std::optional<Tag>> Find(std::string_view name) const = 0;
  // The least date AS OF which the tag has a version, of what was published when the view was taken; nothing:
  // it was never loaded.
  virtual absl::StatusOr<std::optional<absl::CivilDay>> FirstDate(TagId tag) const = 0;
  virtual absl::StatusOr<TagStatistics> Statistics(const Tag& tag) const = 0;
  // How many values Statistics would look at, at most; 0 when it remembers the tag's.
  virtual absl::StatusOr<uint64_t> ValuesToCount(const Tag& tag) const = 0;
};

// The values that some member of the view has.
class ValuesOfView {
 public:
  virtual ~ValuesOfView() = default;
  // For each value (NFC-normalised first) its id, or nothing when no member has it.
  virtual absl::StatusOr<std::vector<std::optional<ValueId>>> Find(
      const Tag& tag, absl::Span<const std::string> values) const = 0;
  // The ids of all values that match the pattern, which is in form C, ascending.
  virtual absl::StatusOr<std::vector<ValueId>> Like(const Tag& tag, const LikePattern& pattern,
                                                    WorkBudget& budget) const = 0;
  // All values with the prefix; most members first, then by bytes. FLAG: true and false.
  virtual absl::StatusOr<std::vector<ValueCount>> List(const Tag& tag, std::string_view prefix,
                                                       WorkBudget& budget) const = 0;
  // By bytes: of the `most` values before `value`, and of as many from it on.
  virtual absl::StatusOr<std::vector<std::string>> Around(const Tag& tag, std::string_view value,
                                                          size_t most) const = 0;
};

class MembersOfView {
 public:
  virtual ~MembersOfView() = default;
  // Everyone: in a dated view those who joined later too.
  virtual uint64_t everyone_count() const = 0;
  // The members of the view: of a dated one those who had joined, once somebody counted them and said so.
  virtual std::optional<uint64_t> count() const = 0;
  // REQUIRES: a dated view.
  virtual void KeepCount(uint64_t count) const = 0;
  // Fragments that hold a member: a scan covers [0, fragment_count()).
  virtual uint32_t fragment_count() const = 0;
  // The ordinal of a member; nothing when there is none of that id. REQUIRES: no dated view.
  virtual absl::StatusOr<std::optional<Ordinal>> Find(std::string_view member_id) const = 0;
  // Appends the ids of `ordinals` (ascending) to `ids`. DATA_LOSS when one has none.
  virtual absl::Status ReadIds(absl::Span<const Ordinal> ordinals, std::vector<std::string>& ids) const = 0;
  // `zone`: in which TIMESTAMPs are written. Tags and values that are probed are spent of `budget`. REQUIRES:
  // no dated view.
  virtual absl::StatusOr<MemberProfile> Profile(Ordinal ordinal, absl::TimeZone zone,
                                                WorkBudget& budget) const = 0;
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
  // The date of a dated view.
  std::optional<absl::CivilDay> as_of() const { return as_of_; }
  // Whether it was opened for a token, or is one AS OF a date from such a view: undated, it then has the tags
  // that the token names, and of others nothing, though they had versions when it was taken.
  bool is_pinned() const { return is_pinned_; }
  // The view AS OF `day`, of what was published when this one was taken.
  virtual absl::StatusOr<std::shared_ptr<const PopulationView>> AsOf(absl::CivilDay day) const = 0;

  virtual const TagsOfView& tags() const = 0;
  virtual const ValuesOfView& values() const = 0;
  virtual const MembersOfView& members() const = 0;
  virtual const RowStatistics& statistics() const = 0;

  // For one thread. Answers every row, stored or not. `first`: null, or a source of the same population and
  // thread, in whose transactions this one reads. REQUIRES: the view outlives it; in a dated view the tags
  // that it is asked for were found before; beside a `first` each window begins after the one of `first` for
  // the same fragments, and ends before that.
  virtual std::unique_ptr<RowSource> NewRowSource(RowSource* first) const = 0;

  // What a token names: everyone's version, and those of `tags` that the view has.
  virtual absl::StatusOr<PinnedView> Pin(absl::Span<const TagId> tags) const = 0;
  // The same with all that the view holds; a dated one holds no tag but those that it was asked for, so that
  // it pins everyone and `tags`.
  virtual absl::StatusOr<PinnedView> PinWhole(absl::Span<const TagId> tags) const = 0;

 protected:
  PopulationView(std::shared_ptr<Population> population, std::optional<absl::CivilDay> as_of, bool is_pinned)
      : population_(std::move(population)), as_of_(as_of), is_pinned_(is_pinned) {}
  // For other views of it.
  const std::shared_ptr<Population>& held_population() const { return population_; }

 private:
  const std::shared_ptr<Population> population_;
  const std::optional<absl::CivilDay> as_of_;
  const bool is_pinned_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VIEWS_POPULATION_VIEW_H_
