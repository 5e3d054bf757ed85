#include "query/questions/question_views.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "index/population/population.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "query/binding/clause_sets.h"
#include "query/execution/scan.h"
#include "query/language/limits.h"
#include "query/planning/plan.h"
#include "query/questions/saved_pins.h"
#include "query/questions/view_statistics.h"

namespace muster::query {
namespace {

absl::CivilDay TodayOf(const Standpoint& at) {
  if (at.today.has_value()) return *at.today;
  const std::optional<absl::CivilDay> date = at.view->as_of();
  return date.has_value() ? *date : at.view->population().Today();
}

}  // namespace

absl::StatusOr<ViewPtr> OpenDated(const Standpoint& at, absl::CivilDay date) {
  for (const ViewPtr& dated : at.dated) {
    if (dated->as_of() == date) return dated;
  }
  return at.view->AsOf(date);
}

QuestionViews::QuestionViews(Standpoint at, WorkBudget& budget)
    : at_(std::move(at)), budget_(budget), opened_{at_.view} {
  first_ = NewCatalog(kFirstView, TodayOf(at_));
}

std::unique_ptr<PopulationCatalog> QuestionViews::NewCatalog(ViewIndex view, absl::CivilDay today) {
  ViewOpener& opener = *this;
  return std::make_unique<PopulationCatalog>(CatalogPlace{*opened_[view], view, today}, opener, budget_);
}

// In a view AS OF a date, TODAY is that date, even if the request's view has the same date and another TODAY.
absl::StatusOr<const CatalogView*> QuestionViews::OpenAsOf(absl::CivilDay date) {
  if (const auto known = dated_.find(date); known != dated_.end()) return known->second.get();
  if (dated_.size() >= LanguageLimits().max_dates) return nullptr;
  ViewIndex view = kFirstView;
  if (at_.view->as_of() != date) {
    ASSIGN_OR_RETURN(ViewPtr opened, OpenDated(at_, date));
    view = static_cast<ViewIndex>(opened_.size());
    opened_.push_back(std::move(opened));
  }
  return dated_.emplace(date, NewCatalog(view, date)).first->second.get();
}

absl::StatusOr<std::optional<SourceId>> QuestionViews::FindList(std::string_view name) {
  RETURN_IF_ERROR(budget_.SpendValues(1));
  ASSIGN_OR_RETURN(const std::optional<index::IdList> list, at_.view->lists().Find(name));
  const index::SavedPin* const pin = FindPin(at_.saved, index::ListNameSum(name));
  if (pin != nullptr && (!list.has_value() || pin->identity != list->identity)) {
    return SavedThingExpired({"id list", name, index::kFactList},
                             list.has_value() ? "replaced, or removed and loaded anew," : "removed");
  }
  if (!list.has_value()) return std::nullopt;
  lists_.try_emplace(std::string(name), index::PinOf(*list));
  return list->source;
}

absl::StatusOr<std::optional<StoredBuckets>> QuestionViews::FindBuckets(std::string_view salt) {
  RETURN_IF_ERROR(budget_.SpendValues(1));
  ASSIGN_OR_RETURN(const std::optional<index::SaltSlices> slices, at_.view->salts().Find(salt));
  if (!slices.has_value()) return std::nullopt;
  const uint64_t members = std::max<uint64_t>(at_.view->members().everyone_count(), 1);
  StoredBuckets stored{.number = {SourceRef(slices->source)}};
  stored.missing = std::min(1.0, static_cast<double>(slices->missing) / static_cast<double>(members));
  return stored;
}

absl::Status QuestionViews::status() const {
  absl::Status status = first_->status();
  for (const auto& [date, catalog] : dated_) status.Update(catalog->status());
  return status;
}

std::vector<TagInView> QuestionViews::TagsByName(absl::Span<const NamedTag> tags) const {
  std::vector<TagInView> found;
  for (const NamedTag& named : tags) {
    const PopulationCatalog* holder = first_->HasFound(named) ? first_.get() : nullptr;
    for (auto dated = dated_.begin(); holder == nullptr && dated != dated_.end(); ++dated) {
      if (dated->second->HasFound(named)) holder = dated->second.get();
    }
    found.push_back({named.view, holder->FoundTag(named.tag)});
  }
  const auto date_of = [this](const TagInView& named) {
    return named.view == kFirstView ? std::nullopt : opened_[named.view]->as_of();
  };
  std::sort(found.begin(), found.end(), [&](const TagInView& a, const TagInView& b) {
    return std::tuple(std::string_view(a.tag.name), date_of(a)) <
           std::tuple(std::string_view(b.tag.name), date_of(b));
  });
  return found;
}

absl::StatusOr<std::vector<index::PinnedView>> PinsOf(absl::Span<const ViewPtr> views,
                                                      absl::Span<const NamedTag> tags, PinScope scope) {
  std::map<ViewIndex, std::vector<index::TagId>> named = {{kFirstView, {}}};
  for (const NamedTag& tag : tags) named[tag.view].push_back(tag.tag);
  std::vector<index::PinnedView> pins;
  for (const auto& [view, ids] : named) {
    const bool whole = view == kFirstView && scope == PinScope::kWholeView;
    ASSIGN_OR_RETURN(index::PinnedView pin, whole ? views[view]->PinWhole(ids) : views[view]->Pin(ids));
    pins.push_back(std::move(pin));
  }
  return pins;
}

// The members as of a date are a range of everyone's numbers (the join dates), which all views share. So one
// scan counts them for all views.
absl::StatusOr<std::vector<uint64_t>> CountMembersOf(absl::Span<const ViewPtr> views, WorkBudget& budget) {
  std::vector<PlanOperand> everyones;
  std::vector<const index::MembersOfView*> uncounted;
  for (const ViewPtr& view : views) {
    if (view->members().count().has_value()) continue;
    uncounted.push_back(&view->members());
    everyones.push_back(EveryoneAsOf(*view->as_of()));
  }
  if (!uncounted.empty()) {
    const index::PopulationView& first = *views[kFirstView];
    const ViewStatistics statistics(views, budget);
    ASSIGN_OR_RETURN(const PlannedBatch planned, PlanBatch(std::move(everyones), statistics));
    RETURN_IF_ERROR(budget.SpendChunks(ChunksOf(planned.cost, first)));
    const ScanJob job{.program = planned.program,
                      .make_source = SourcesOf(views),
                      .fragments = {0, first.members().fragment_count()},
                      .options = {.budget = &budget}};
    ASSIGN_OR_RETURN(const std::vector<uint64_t> counts, ScanCounts(job, nullptr));
    for (size_t i = 0; i < uncounted.size(); ++i) uncounted[i]->KeepCount(counts[i]);
  }
  std::vector<uint64_t> members;
  for (const ViewPtr& view : views) members.push_back(view->members().count().value());
  return members;
}

absl::StatusOr<std::vector<UnknownCount>> CountUnknown(absl::Span<const ViewPtr> views,
                                                       absl::Span<const uint64_t> members,
                                                       absl::Span<const TagInView> tags) {
  std::vector<UnknownCount> unknown;
  for (const TagInView& named : tags) {
    const index::PopulationView& view = *views[named.view];
    ASSIGN_OR_RETURN(const uint64_t known,
                     view.statistics().RowCardinality({named.tag.id, index::kKnownRow}));
    const uint64_t everyone = members[named.view];
    UnknownCount& counted = unknown.emplace_back();
    counted.tag = named.tag.name;
    counted.member_count = everyone - std::min(everyone, known);
    if (named.view != kFirstView) counted.as_of = view.as_of();
  }
  return unknown;
}

RowSourceMaker SourcesOf(absl::Span<const ViewPtr> views) {
  return [views](ViewIndex view, index::RowSource* first) { return views[view]->NewRowSource(first); };
}

uint64_t ChunksOf(double cost, const index::PopulationView& view) {
  const double chunks = cost * view.members().fragment_count() * index::kChunksPerFragment;
  return static_cast<uint64_t>(std::min(std::ceil(chunks), 1e18));
}

}  // namespace muster::query
