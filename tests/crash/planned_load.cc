#include "tests/crash/planned_load.h"

#include <algorithm>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "index/status/status_macros.h"

namespace muster::testing {
namespace {

using Random = std::mt19937_64;

int Below(Random& random, int bound) { return static_cast<int>(random() % static_cast<uint64_t>(bound)); }

std::string TwoDigits(int number) { return absl::StrCat(number < 10 ? "0" : "", number); }

std::string Day(Random& random, int first_year) {
  return absl::StrCat(first_year + Below(random, 40), "-", TwoDigits(1 + Below(random, 12)), "-",
                      TwoDigits(1 + Below(random, 28)));
}

// Some of `count` values, each at most once; with weights `value:0.5`.
std::string Several(Random& random, const char* prefix, int count, bool weighted) {
  std::set<std::string> values;
  for (int n = 1 + Below(random, 3); n > 0; --n) {
    const std::string value = absl::StrCat(prefix, Below(random, count));
    if (values.lower_bound(value + ":") != values.lower_bound(value + ";")) continue;
    values.insert(weighted ? absl::StrCat(value, ":", Below(random, 4), ".", Below(random, 10)) : value);
  }
  return absl::StrJoin(values, "|");
}

// A value of the tag, written as a profile prints it.
std::string Cell(Random& random, size_t tag) {
  switch (tag) {
    case 0:
      return Below(random, 3) == 0 ? "true" : "false";
    case 1:
      return absl::StrCat("c", Below(random, 1 + Below(random, 400)));  // skewed
    case 2:
      return Several(random, "l", 12, true);
    case 3:
      return Several(random, "o", 12, false);
    case 4:
      return absl::StrCat(Below(random, 2) == 0 ? "-" : "", 1 + Below(random, 90), ".", Below(random, 10));
    case 5:
      return Day(random, 1880);
    default:
      return absl::StrCat(Day(random, 1960), "T", TwoDigits(Below(random, 24)),
                          ":00:", TwoDigits(Below(random, 60)), "Z");
  }
}

std::vector<size_t> SomeTags(Random& random) {
  std::vector<size_t> tags;
  while (tags.empty()) {
    for (size_t tag = 0; tag < kTagCount; ++tag) {
      if (Below(random, 3) != 0) tags.push_back(tag);
    }
  }
  return tags;
}

// Members of a load: all of the first ones, or some of those that there may be, each once.
std::vector<int> MembersOf(const PlanShape& shape, int number, Random& random) {
  std::vector<int> members;
  if (number == 0) {
    for (int i = 0; i < shape.first_members; ++i) members.push_back(i);
    return members;
  }
  std::set<int> seen;
  for (int i = 0; i < shape.records; ++i) {
    const int member = Below(random, shape.members);
    if (seen.insert(member).second) members.push_back(member);
  }
  return members;
}

// A batch's columns as the index takes them.
struct Columns {
  explicit Columns(size_t count) : texts(count), ends(count) {}
  void Add(size_t column, const std::string& cell) {
    texts[column] += cell;
    ends[column].push_back(static_cast<uint32_t>(texts[column].size()));
  }
  index::CellsView View(size_t column) const { return {texts[column], ends[column]}; }

  std::vector<std::string> texts;
  std::vector<std::vector<uint32_t>> ends;
};

absl::Status FeedBatch(index::Load& load, const PlannedLoad& planned, size_t first, size_t end) {
  Columns columns(planned.tags.size() + 1);
  for (size_t i = first; i < end; ++i) {
    columns.Add(planned.tags.size(), planned.records[i].member_id);
    for (size_t tag = 0; tag < planned.tags.size(); ++tag) columns.Add(tag, planned.records[i].cells[tag]);
  }
  index::RecordBatchView batch;
  batch.member_ids = columns.View(planned.tags.size());
  for (size_t tag = 0; tag < planned.tags.size(); ++tag) batch.cells.push_back(columns.View(tag));
  return load.Feed(batch);
}

}  // namespace

const std::array<index::LoadTagSpec, kTagCount>& PlannedTags() {
  using index::LoadTagSpec;
  using index::TagKind;
  static const std::array<LoadTagSpec, kTagCount> tags = {
      LoadTagSpec{.name = "vip", .kind = TagKind::kFlag},
      LoadTagSpec{.name = "city", .kind = TagKind::kSingle},
      LoadTagSpec{.name = "likes",
                  .kind = TagKind::kMulti,
                  .separator = "|",
                  .weight_separator = ":",
                  .weight_scale = 1},
      LoadTagSpec{.name = "owns", .kind = TagKind::kMulti, .separator = "|", .replace_on_merge = true},
      LoadTagSpec{.name = "age", .kind = TagKind::kNumber, .scale = 1},
      LoadTagSpec{.name = "born", .kind = TagKind::kDate},
      LoadTagSpec{.name = "seen", .kind = TagKind::kTimestamp}};
  return tags;
}

PlannedLoad PlanLoad(const PlanShape& shape, int number) {
  Random random(shape.seed * 1'000'003 + static_cast<uint64_t>(number));
  PlannedLoad load;
  load.label = absl::StrCat("load-", number);
  load.date = absl::CivilDay(2020, 1, 1) + number;
  load.mode = number % 4 == 3   ? index::LoadMode::kReplace
              : number % 4 == 2 ? index::LoadMode::kRemove
                                : index::LoadMode::kMerge;
  load.tags = SomeTags(random);
  if (number == 0) load.tags = {0, 1, 2, 3, 4, 5, 6};
  for (const int member : MembersOf(shape, number, random)) {
    PlannedRecord record{.member_id = absl::StrCat("m", member)};
    for (const size_t tag : load.tags) {
      const int choice = Below(random, 10);
      const bool clears = choice == 2 && load.mode != index::LoadMode::kReplace;
      record.cells.push_back(choice < 2 ? "" : clears ? "-" : Cell(random, tag));
    }
    load.records.push_back(std::move(record));
  }
  return load;
}

absl::StatusOr<index::LoadResult> LoadPlanned(index::Database& database, const PlannedLoad& planned,
                                              const std::function<void(const char*)>& progress) {
  index::LoadSpec spec;
  spec.population = "p";
  spec.mode = planned.mode;
  spec.label = planned.label;
  spec.business_date = planned.date;
  spec.max_rejected = 0;
  for (const size_t tag : planned.tags) {
    spec.tags.push_back(PlannedTags()[tag]);
    if (planned.mode != index::LoadMode::kReplace) spec.tags.back().clear = "-";
  }
  progress("begin");
  ASSIGN_OR_RETURN(std::unique_ptr<index::Load> load, database.BeginLoad(spec));
  constexpr size_t kBatch = 10'000;
  const size_t batch = std::min(kBatch, planned.records.size() / 3 + 1);
  for (size_t first = 0; first < planned.records.size(); first += batch) {
    progress("feed");
    RETURN_IF_ERROR(FeedBatch(*load, planned, first, std::min(first + batch, planned.records.size())));
  }
  progress("commit");
  absl::StatusOr<index::LoadResult> result = load->Commit(planned.records.size(), WorkBudget::Unlimited());
  progress("done");
  return result;
}

}  // namespace muster::testing
