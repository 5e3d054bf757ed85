// Opens the views of a question or batch: the request's view, and one for each AS OF date that is named.
#ifndef MUSTER_QUERY_QUESTIONS_QUESTION_VIEWS_H_
#define MUSTER_QUERY_QUESTIONS_QUESTION_VIEWS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "index/catalog/saved_pin.h"
#include "index/concurrency/work_budget.h"
#include "index/views/population_view.h"
#include "query/binding/clause_binder.h"
#include "query/execution/program/view_sources.h"
#include "query/questions/population_catalog.h"

namespace muster::query {

using ViewPtr = std::shared_ptr<const index::PopulationView>;

// The state of the population that a question is asked of. A plain value.
struct Standpoint {
  ViewPtr view;  // the request's view: the current one, a token's, or one AS OF a date
  // The date of TODAY. Default: the date of a view AS OF a date, otherwise today in the population's zone.
  std::optional<absl::CivilDay> today;
  // The views AS OF dates that a token names besides its first view. Views of other dates are opened from the
  // versions that were published when `view` was taken.
  std::vector<ViewPtr> dated = {};
  // The segment definitions and list contents that a token pins. All others are the current ones.
  std::vector<index::SavedPin> saved = {};
  // Answers from older tags are refused; see CheckFresh. Empty: none is.
  std::optional<absl::CivilDay> require_date = {};
};

// The standpoint's view AS OF `date`: the token's if it names one, otherwise a new one.
absl::StatusOr<ViewPtr> OpenDated(const Standpoint& at, absl::CivilDay date);

// A tag in one view.
struct TagInView {
  ViewIndex view = kFirstView;
  index::Tag tag;
};

// The number of members of a view that lack a tag.
struct UnknownCount {
  std::string tag;
  uint64_t member_count = 0;
  std::optional<absl::CivilDay> as_of;  // empty: the request's view
};

// Opens each view at its first use, and numbers the views in that order. Not thread-safe; the budget must
// outlive it.
class QuestionViews final : private ViewOpener {
 public:
  QuestionViews(Standpoint at, WorkBudget& budget);
  QuestionViews(const QuestionViews&) = delete;
  QuestionViews& operator=(const QuestionViews&) = delete;

  // View 0.
  const PopulationCatalog& first() const { return *first_; }
  absl::CivilDay today() const { return first_->today(); }
  // See Standpoint.
  std::optional<absl::CivilDay> require_date() const { return at_.require_date; }
  // All opened views, by ViewIndex.
  absl::Span<const ViewPtr> opened() const { return opened_; }
  // The first error of a catalogue: see PopulationCatalog::status.
  absl::Status status() const;
  // The pin of the list's content that the answers use. REQUIRES: an expression that was bound in these views
  // names the list.
  index::SavedPin PinOfList(std::string_view name) const { return lists_.find(name)->second; }

  // The tags sorted by name, then by view: the first, then by date. REQUIRES: expressions that were bound in
  // these views name them.
  std::vector<TagInView> TagsByName(absl::Span<const NamedTag> tags) const;

 private:
  absl::StatusOr<const CatalogView*> OpenAsOf(absl::CivilDay date) override;
  // FAILED_PRECONDITION, kSnapshotExpired, naming the list, if it differs from the one that the token pins.
  absl::StatusOr<std::optional<SourceId>> FindList(std::string_view name) override;
  absl::StatusOr<std::optional<StoredBuckets>> FindBuckets(std::string_view salt) override;
  std::unique_ptr<PopulationCatalog> NewCatalog(ViewIndex view, absl::CivilDay today);

  const Standpoint at_;
  WorkBudget& budget_;
  std::vector<ViewPtr> opened_;
  std::unique_ptr<PopulationCatalog> first_;
  std::map<absl::CivilDay, std::unique_ptr<PopulationCatalog>> dated_;
  std::map<std::string, index::SavedPin, std::less<>> lists_;  // that were found
};

// The tags of view 0 that PinsOf pins.
enum class PinScope : uint8_t { kNamedTags, kWholeView };

// The pins for a token: in each view the version of everyone and those of the named tags. View 0 comes first,
// then each other view in which a tag is named. REQUIRES: the views have the tags.
absl::StatusOr<std::vector<index::PinnedView>> PinsOf(absl::Span<const ViewPtr> views,
                                                      absl::Span<const NamedTag> tags,
                                                      PinScope scope = PinScope::kNamedTags);

// The number of members of each view. If that of a view AS OF a date isn't known yet, it is counted by a
// scan, whose chunks are charged to `budget`, and kept in the view.
absl::StatusOr<std::vector<uint64_t>> CountMembersOf(absl::Span<const ViewPtr> views, WorkBudget& budget);

// The unknown count of each tag, in the order of `tags`. `members` holds the member count of each view.
absl::StatusOr<std::vector<UnknownCount>> CountUnknown(absl::Span<const ViewPtr> views,
                                                       absl::Span<const uint64_t> members,
                                                       absl::Span<const TagInView> tags);

// Makes row sources of the views, which must outlive the result.
RowSourceMaker SourcesOf(absl::Span<const ViewPtr> views);

// The planner's rough estimate for a scan of a plan of this cost: the number of chunks whose reading as
// bitsets takes as long.
uint64_t ChunksOf(double cost, const index::PopulationView& view);

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_QUESTION_VIEWS_H_
