// The target of loads and tag changes, without a Population around it.
#ifndef MUSTER_TESTS_INDEX_LOADING_TARGET_UNDER_TEST_H_
#define MUSTER_TESTS_INDEX_LOADING_TARGET_UNDER_TEST_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "index/loading/load_commit.h"
#include "index/status/status_macros.h"
#include "tests/index/storage/temporary_directory.h"
#include "tests/index/versions/snapshot_content.h"
#include "tests/matchers/status.h"

namespace muster::index {

// Cells of one column, or the member ids.
struct CellColumn {
  std::string text;
  std::vector<uint32_t> ends;

  void Add(const std::string& cell) {
    text += cell;
    ends.push_back(static_cast<uint32_t>(text.size()));
  }
  CellsView view() const { return {text, ends}; }
};

// In a directory of its own, with the settler off. Today is 2026-11-22.
class TargetUnderTest {
 public:
  TargetUnderTest()
      : index_(Open(EnvironmentKind::kIndex)),
        member_index_(Open(EnvironmentKind::kMembers)),
        writer_(*index_),
        member_writer_(*member_index_),
        catalogue_(*Catalogue::Open(writer_)),
        members_(*MemberDictionary::Open(member_writer_)),
        versions_(*Versions::Open(writer_, {.settle = false})) {}

  LoadTarget target() {
    const absl::Time now = absl::FromCivil(absl::CivilDay(2026, 11, 22), absl::UTCTimeZone());
    return {{"shop", "UTC", true}, *catalogue_, *members_, *versions_, writer_, order_,
            [now] { return now; }};
  }

  // A load of one NUMBER, of `records`: member id and cell.
  absl::StatusOr<LoadResult> Load(LoadSpec spec,
                                  const std::vector<std::pair<std::string, std::string>>& records,
                                  const WorkBudget& budget = WorkBudget::Unlimited()) {
    LoadPlan plan;
    spec.population = "shop";
    ASSIGN_OR_RETURN(plan.spec, CheckLoadSpec(spec));
    ASSIGN_OR_RETURN(plan.tags, PlanTags(plan.spec, *catalogue_));
    plan.zone = absl::UTCTimeZone();
    plan.business_date = spec.business_date.value_or(absl::CivilDay(2026, 11, 22));
    plan.spec.label = spec.label.empty() ? MakeLabel(plan.business_date) : spec.label;
    ASSIGN_OR_RETURN(const std::unique_ptr<RecordIntake> intake,
                     RecordIntake::Make(plan, *members_, *index_));
    CellColumn ids, cells;
    for (const auto& [id, cell] : records) {
      ids.Add(id);
      cells.Add(cell);
    }
    RETURN_IF_ERROR(intake->Feed({.member_ids = ids.view(), .cells = {cells.view()}}));
    return CommitLoad(target(), plan, *intake, records.size(), budget);
  }

  std::optional<Tag> FindTag(const std::string& name) const {
    const std::optional<CataloguedTag> found = catalogue_->FindTag(std::string_view(name));
    return found.has_value() ? std::make_optional(found->tag) : std::nullopt;
  }
  std::shared_ptr<const Snapshot> Current() { return *versions_->CurrentSnapshot(); }
  // The tag's numbers now, by ordinal.
  std::map<Ordinal, int64_t> NumbersOf(const std::string& tag) {
    return ReadNumbers(*Current(), FindTag(tag)->id, kOwnValue);
  }
  Catalogue& catalogue() { return *catalogue_; }
  Versions& versions() { return *versions_; }
  WriterQueue& writer() { return writer_; }

 private:
  std::unique_ptr<Environment> Open(EnvironmentKind kind) {
    return *Environment::Open({.directory = directory_.path() + "/" + EnvironmentName(kind), .kind = kind});
  }

  TemporaryDirectory directory_;
  const std::unique_ptr<Environment> index_, member_index_;
  WriterQueue writer_, member_writer_;
  const std::unique_ptr<Catalogue> catalogue_;
  const std::unique_ptr<MemberDictionary> members_;
  const std::unique_ptr<Versions> versions_;
  LoadOrder order_;
};

inline LoadSpec NumberSpec(int scale = 0) {
  LoadSpec spec;
  spec.tags = {{.name = "amount", .kind = TagKind::kNumber, .scale = scale}};
  return spec;
}

}  // namespace muster::index

#endif  // MUSTER_TESTS_INDEX_LOADING_TARGET_UNDER_TEST_H_
