// The views that a question or batch is asked in: the request's, and one for each date AS OF which its
// expressions look.
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
#include "index/concurrency/work_budget.h"
#include "index/segments/segment.h"
#include "index/views/population_view.h"
#include "query/binding/clause_binder.h"
#include "query/execution/program/view_sources.h"
#include "query/questions/population_catalog.h"

namespace muster::query {

using ViewPtr = std::shared_ptr<const index::PopulationView>;

// What a question is asked of. A plain value.
struct Standpoint {
  ViewPtr view;  // the request's: of now, of a token, or AS OF a date
  // What TODAY stands for; nothing: the date of a view AS OF one, else today in the population's zone.
  std::optional<absl::CivilDay> today;
  // Views AS OF dates that a token names beside its first one. Those of other dates are of what was published
  // when `view` was taken.
  std::vector<ViewPtr> dated = {};
  // Definitions of segments that a token names. Those of other names are today's.
  std::vector<index::SegmentPin> segments = {};
};

// The view AS OF `date` from the standpoint.
absl::StatusOr<ViewPtr> OpenDated(const Standpoint& at, absl::CivilDay date);

// A tag as a view has it.
struct TagInView {
  ViewIndex view = kFirstView;
  index::Tag tag;
};

// How many members of a view lack a tag.
struct UnknownCount {
  std::string tag;
  uint64_t member_count = 0;
  std::optional<absl::CivilDay> as_of;  // nothing: the request's view
};

// Opens views when they are first asked for, so that they are numbered by use. For one thread; the budget
// outlives it.
class QuestionViews final : private ViewOpener {
 public:
  QuestionViews(Standpoint at, WorkBudget& budget);
  QuestionViews(const QuestionViews&) = delete;
  QuestionViews& operator=(const QuestionViews&) = delete;

  // View 0.
  const PopulationCatalog& first() const { return *first_; }
  absl::CivilDay today() const { return first_->today(); }
  // All that were opened, by ViewIndex.
  absl::Span<const ViewPtr> opened() const { return opened_; }
  // What kept a catalogue from reading the store: see PopulationCatalog::status.
  absl::Status status() const;

  // By name, and then by view: the first, then by date. REQUIRES: an expression that was bound in these views
  // names them.
  std::vector<TagInView> TagsByName(absl::Span<const NamedTag> tags) const;

 private:
  absl::StatusOr<const CatalogView*> OpenAsOf(absl::CivilDay date) override;
  std::unique_ptr<PopulationCatalog> NewCatalog(ViewIndex view, absl::CivilDay today);

  const Standpoint at_;
  WorkBudget& budget_;
  std::vector<ViewPtr> opened_;
  std::unique_ptr<PopulationCatalog> first_;
  std::map<absl::CivilDay, std::unique_ptr<PopulationCatalog>> dated_;
};

// How much of view 0 pins name.
enum class PinScope : uint8_t { kNamedTags, kWholeView };

// Everyone's version and those of the tags named, as a token names them: view 0 first, then each other one of
// which a tag is named. REQUIRES: the views hold the tags.
absl::StatusOr<std::vector<index::PinnedView>> PinsOf(absl::Span<const ViewPtr> views,
                                                      absl::Span<const NamedTag> tags,
                                                      PinScope scope = PinScope::kNamedTags);

// How many members each view has. Of a view AS OF a date they are counted once, unless nothing was published
// since: by a scan, whose chunks are spent of `budget`.
absl::StatusOr<std::vector<uint64_t>> CountMembersOf(absl::Span<const ViewPtr> views, WorkBudget& budget);

// For each of `tags` in their order. `members`: of each view.
absl::StatusOr<std::vector<UnknownCount>> CountUnknown(absl::Span<const ViewPtr> views,
                                                       absl::Span<const uint64_t> members,
                                                       absl::Span<const TagInView> tags);

// Row sources of the views, which outlive the answer.
RowSourceMaker SourcesOf(absl::Span<const ViewPtr> views);

// How many chunks of bitsets a scan of a plan of this cost reads, or what takes as long: the planner's rough
// estimate.
uint64_t ChunksOf(double cost, const index::PopulationView& view);

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_QUESTION_VIEWS_H_
