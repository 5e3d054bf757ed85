#include "query/questions/question_views.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "index/status/status_macros.h"
#include "query/binding/clause_sets.h"
#include "query/execution/scan.h"
#include "query/language/limits.h"
#include "query/questions/understanding.h"

namespace muster::query {
namespace {

absl::CivilDay TodayOf(const Standpoint& at, const index::Population& population) {
  if (at.today.has_value()) return *at.today;
  const std::optional<absl::CivilDay> date = at.snapshot->as_of();
  return date.has_value() ? *date : population.Today();
}

}  // namespace

absl::StatusOr<SnapshotPtr> OpenDated(const Standpoint& at, absl::CivilDay date) {
  for (const SnapshotPtr& dated : at.dated) {
    if (dated->as_of() == date) return dated;
  }
  return index::OpenAsOf(at.snapshot, date);
}

QuestionViews::QuestionViews(index::Population& population, Standpoint at, WorkBudget& budget)
    : population_(population), at_(std::move(at)), budget_(budget), snapshots_{at_.snapshot} {
  first_ = NewCatalog(kFirstView, TodayOf(at_, population));
}

std::unique_ptr<PopulationCatalog> QuestionViews::NewCatalog(ViewIndex view, absl::CivilDay today) {
  ViewOpener& opener = *this;
  return std::make_unique<PopulationCatalog>(population_, CatalogPlace{*snapshots_[view], view, today},
                                             opener, budget_);
}

// TODAY is the view's date there, also where the request's view is of the same date and has another TODAY.
absl::StatusOr<const CatalogView*> QuestionViews::OpenAsOf(absl::CivilDay date) {
  if (const auto known = dated_.find(date); known != dated_.end()) return known->second.get();
  if (dated_.size() >= LanguageLimits().max_dates) return nullptr;
  ViewIndex view = kFirstView;
  if (at_.snapshot->as_of() != date) {
    ASSIGN_OR_RETURN(SnapshotPtr opened, OpenDated(at_, date));
    view = static_cast<ViewIndex>(snapshots_.size());
    snapshots_.push_back(std::move(opened));
  }
  return dated_.emplace(date, NewCatalog(view, date)).first->second.get();
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
    return named.view == kFirstView ? std::nullopt : snapshots_[named.view]->as_of();
  };
  std::sort(found.begin(), found.end(), [&](const TagInView& a, const TagInView& b) {
    return std::tuple(std::string_view(a.tag.name), date_of(a)) <
           std::tuple(std::string_view(b.tag.name), date_of(b));
  });
  return found;
}

absl::StatusOr<std::vector<index::PinnedView>> PinsOf(absl::Span<const SnapshotPtr> views,
                                                      absl::Span<const NamedTag> tags) {
  std::map<ViewIndex, index::VersionVector> read;
  const auto name = [&](ViewIndex view, index::TagId tag) {
    ASSIGN_OR_RETURN(const std::optional<index::Version> version, views[view]->FindVersion(tag));
    if (version.has_value()) read[view].emplace(tag, *version);
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(name(kFirstView, index::kEveryoneTag));
  for (const NamedTag& tag : tags) {
    RETURN_IF_ERROR(name(tag.view, index::kEveryoneTag));
    RETURN_IF_ERROR(name(tag.view, tag.tag));
  }
  std::vector<index::PinnedView> pins;
  for (const auto& [view, versions] : read) pins.push_back(views[view]->Pin(versions));
  return pins;
}

// All dates are everyone's numbers, which all views have in common.
absl::StatusOr<std::vector<uint64_t>> CountMembersOf(absl::Span<const SnapshotPtr> views,
                                                     WorkBudget& budget) {
  std::vector<PlanOperand> everyones;
  std::vector<const index::Snapshot*> uncounted;
  for (const SnapshotPtr& view : views) {
    if (!view->as_of().has_value() || view->dated_member_count().has_value()) continue;
    uncounted.push_back(view.get());
    everyones.push_back(EveryoneAsOf(*view->as_of()));
  }
  if (!uncounted.empty()) {
    const index::Snapshot& first = *views[kFirstView];
    const auto statistics = StatisticsOf(views, budget);
    ASSIGN_OR_RETURN(const PlannedBatch planned, PlanBatch(std::move(everyones), statistics));
    RETURN_IF_ERROR(budget.SpendChunks(ChunksOf(planned.cost, first)));
    const ScanJob job{.program = planned.program,
                      .make_source = SourcesOf(views),
                      .fragments = {0, first.fragment_count()},
                      .options = {.budget = &budget}};
    ASSIGN_OR_RETURN(const std::vector<uint64_t> counts, ScanCounts(job, nullptr));
    for (size_t i = 0; i < uncounted.size(); ++i) uncounted[i]->KeepDatedMemberCount(counts[i]);
  }
  std::vector<uint64_t> members;
  for (const SnapshotPtr& view : views)
    members.push_back(view->as_of().has_value() ? view->dated_member_count().value() : view->member_count());
  return members;
}

absl::StatusOr<std::vector<UnknownCount>> CountUnknown(absl::Span<const SnapshotPtr> views,
                                                       absl::Span<const uint64_t> members,
                                                       absl::Span<const TagInView> tags) {
  std::vector<UnknownCount> unknown;
  for (const TagInView& named : tags) {
    const index::Snapshot& view = *views[named.view];
    ASSIGN_OR_RETURN(const uint64_t known, view.RowCardinality({named.tag.id, index::kKnownRow}));
    const uint64_t everyone = members[named.view];
    UnknownCount& counted = unknown.emplace_back();
    counted.tag = named.tag.name;
    counted.member_count = everyone - std::min(everyone, known);
    if (named.view != kFirstView) counted.as_of = view.as_of();
  }
  return unknown;
}

RowSourceMaker SourcesOf(absl::Span<const SnapshotPtr> views) {
  return [views](ViewIndex view, index::RowSource* first) {
    return first == nullptr ? views[view]->NewRowSource() : views[view]->NewRowSourceBeside(*first);
  };
}

uint64_t ChunksOf(double cost, const index::Snapshot& snapshot) {
  const double chunks = cost * snapshot.fragment_count() * index::kChunksPerFragment;
  return static_cast<uint64_t>(std::min(std::ceil(chunks), 1e18));
}

}  // namespace muster::query
