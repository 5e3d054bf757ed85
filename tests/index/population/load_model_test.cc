// Random loads of all kinds compared with a model of maps: every published version, through views that stay
// open and are read again, through version vectors, and after a reopen.
#include <array>
#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/index/population/test_database.h"
#include "tests/index/population/view_content.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

constexpr size_t kTags = 7;
using Values = std::map<std::string, std::string>;  // value → weight
// Member → tag → values; no entry: unknown. Every member is there.
using Model = std::map<std::string, std::array<Values, kTags>>;

std::vector<LoadTagSpec> AllTags() {
  std::vector<LoadTagSpec> tags = {TagSpec("flag", TagKind::kFlag),     TagSpec("single", TagKind::kSingle),
                                   TagSpec("multi", TagKind::kMulti),   TagSpec("weighted", TagKind::kMulti),
                                   TagSpec("number", TagKind::kNumber), TagSpec("date", TagKind::kDate),
                                   TagSpec("time", TagKind::kTimestamp)};
  tags[2].separator = tags[3].separator = "|";
  tags[3].weight_separator = ":";
  tags[3].weight_scale = 1;
  tags[4].scale = 1;
  for (LoadTagSpec& tag : tags) tag.clear = "-";
  return tags;
}

// One random cell: its text and what it means. Few different values, so that records agree now and then.
struct Cell {
  std::string text;
  Values values;
  bool clears = false;
};

class CellMaker {
 public:
  explicit CellMaker(std::mt19937& random) : random_(random) {}
  uint32_t single_values = 40;

  Cell Make(size_t tag) {
    const uint32_t dice = random_() % 10;
    if (dice < 4) return {};
    if (dice == 4) return {"-", {}, true};
    Cell cell;
    if (tag == 2 || tag == 3) return MakeList(tag == 3);
    switch (tag) {
      case 0:
        cell.text = random_() % 2 ? "true" : "false";
        break;
      case 1:
        cell.text = absl::StrCat("v", random_() % single_values);
        break;
      case 4:
        cell.text =
            absl::StrFormat("%s%d.%d", random_() % 3 ? "" : "-", 1 + random_() % 1000, random_() % 10);
        break;
      case 5:
        cell.text = absl::StrFormat("%d-01-%02d", 1850 + random_() % 200, 1 + random_() % 28);
        break;
      default:
        cell.text = absl::StrFormat("2026-01-%02dT00:00:00Z", 1 + random_() % 28);
    }
    cell.values = {{cell.text, ""}};
    return cell;
  }

 private:
  Cell MakeList(bool weighted) {
    Cell cell;
    for (uint32_t i = 1 + random_() % 3; i > 0; --i) {
      const std::string value = absl::StrCat("m", random_() % 12);
      if (cell.values.count(value)) continue;
      const std::string weight = weighted ? absl::StrCat("0.", 1 + random_() % 3) : "";
      absl::StrAppend(&cell.text, cell.text.empty() ? "" : "|", value, weighted ? ":" : "", weight);
      cell.values[value] = weight;
    }
    return cell;
  }

  std::mt19937& random_;
};

// The content of one load's accepted records.
struct Claims {
  std::map<std::string, std::array<Cell, kTags>> members;

  // False: the record contradicts.
  bool Accept(const std::string& member, const std::vector<size_t>& tags, const std::vector<Cell>& cells,
              bool merge) {
    std::array<Cell, kTags> claims = members[member];  // a copy: a dropped record changes nothing
    const bool joined = joined_.count(member) > 0;
    for (size_t i = 0; i < tags.size(); ++i) {
      Cell& said = claims[tags[i]];
      const Cell& cell = cells[i];
      const bool clears = cell.clears && merge;
      if ((clears && !said.values.empty()) || (said.clears && !cell.values.empty()))
        return Drop(member, joined);
      const bool multi = tags[i] == 2 || tags[i] == 3;
      if (!multi && !said.values.empty() && !cell.values.empty() && said.values != cell.values) {
        return Drop(member, joined);
      }
      for (const auto& [value, weight] : cell.values) {
        if (multi && said.values.count(value) && said.values[value] != weight) return Drop(member, joined);
        said.values[value] = weight;
      }
      said.clears = said.clears || clears;
    }
    members[member] = claims;
    joined_.insert(member);
    return true;
  }

 private:
  bool Drop(const std::string& member, bool joined) {
    if (!joined) members.erase(member);
    return false;
  }
  std::set<std::string> joined_;
};

void Apply(const Claims& claims, const std::vector<size_t>& tags, LoadMode mode, bool replace_on_merge,
           Model& model) {
  if (mode == LoadMode::kReplace) {
    for (auto& [member, values] : model) {
      for (const size_t tag : tags) values[tag].clear();
    }
  }
  for (const auto& [member, cells] : claims.members) {
    std::array<Values, kTags>& values = model[member];
    for (const size_t tag : tags) {
      const Cell& cell = cells[tag];
      const bool multi = tag == 2 || tag == 3;
      if (cell.clears || (!cell.values.empty() && (!multi || replace_on_merge))) values[tag].clear();
      for (const auto& [value, weight] : cell.values) values[tag][value] = weight;
    }
  }
}

void Compare(Population& population, const PopulationView& view, const Model& model) {
  ASSERT_EQ(view.members().everyone_count(), model.size());
  const std::vector<Ordinal> everyone = ReadRow(view, {kEveryoneTag, kKnownRow});
  std::vector<std::string> ids;
  ASSERT_THAT((*population.CurrentView())->members().ReadIds(everyone, ids), IsOk());
  ASSERT_EQ(ids.size(), model.size());
  const absl::StatusOr<std::vector<Tag>> tags = view.tags().List(WorkBudget::Unlimited());
  ASSERT_THAT(tags, IsOk());
  for (const Tag& tag : *tags) {
    size_t index = 0;
    for (const LoadTagSpec& spec : AllTags()) {
      if (spec.name == tag.name) break;
      ++index;
    }
    const TagContent content = ReadTag(view, tag);
    for (size_t i = 0; i < ids.size(); ++i) {
      ASSERT_EQ(model.count(ids[i]), 1u) << ids[i];
      const auto found = content.find(everyone[i]);
      ASSERT_EQ(found == content.end() ? Values() : found->second, model.at(ids[i])[index])
          << tag.name << " " << ids[i];
    }
  }
}

struct Kept {
  PinnedView pin;
  std::shared_ptr<const PopulationView> view;
  Model model;
};

// A random load and its expected result by the rules.
struct RandomLoad {
  LoadSpec spec;
  std::vector<size_t> tags;
  bool replace_on_merge = false;
  TextRecords records;
  Claims claims;
  uint64_t dropped = 0;
};

RandomLoad MakeLoad(std::mt19937& random, CellMaker& cells) {
  static const std::vector<LoadTagSpec> all = AllTags();
  RandomLoad load;
  load.spec.population = "model";
  load.spec.mode = random() % 4 == 0 ? LoadMode::kReplace : LoadMode::kMerge;
  load.spec.max_rejected = 1;
  load.replace_on_merge = random() % 3 == 0;
  for (size_t tag = 0; tag < kTags; ++tag) {
    if (random() % 2 == 0) continue;
    load.tags.push_back(tag);
    load.spec.tags.push_back(all[tag]);
    load.spec.tags.back().replace_on_merge = load.replace_on_merge && (tag == 2 || tag == 3);
  }
  const uint32_t first_member = random() % 500;
  for (uint32_t i = 0, size = 1 + random() % 600; i < size; ++i) {
    std::vector<Cell> record(load.tags.size());
    std::vector<std::string> text = {absl::StrCat("member", first_member + random() % 400)};
    for (size_t t = 0; t < load.tags.size(); ++t) {
      record[t] = cells.Make(load.tags[t]);
      text.push_back(record[t].text);
    }
    const bool merge = load.spec.mode == LoadMode::kMerge;
    if (!load.claims.Accept(text[0], load.tags, record, merge)) ++load.dropped;
    load.records.push_back(std::move(text));
  }
  return load;
}

class LoadModel : public ::testing::TestWithParam<uint32_t> {
 protected:
  void RunRound() {
    const RandomLoad load = MakeLoad(random, cells);
    const absl::StatusOr<LoadResult> result = LoadText(*database, load.spec, load.records);
    ASSERT_THAT(result, IsOk());
    ASSERT_EQ(result->rejected_records, load.dropped);
    Apply(load.claims, load.tags, load.spec.mode, load.replace_on_merge, model);
    ASSERT_EQ(result->member_count, model.size());
    for (size_t t = 0; t < load.tags.size(); ++t) {
      uint64_t known = 0;
      for (const auto& [member, values] : model) known += values[load.tags[t]].empty() ? 0 : 1;
      ASSERT_EQ(result->tags[t].member_count, known);
    }
    Population& population = **database->FindPopulation("model");
    const std::shared_ptr<const PopulationView> view = *population.CurrentView();
    kept.push_back({*view->PinWhole({}), view, model});
    Compare(population, *kept.back().view, model);
  }

  // All versions so far, then the database anew with the same versions.
  void ReadAgainAndReopen() {
    for (Kept& old : kept) {
      Compare(**database->FindPopulation("model"), *old.view, old.model);
      if (HasFatalFailure()) return;
      old.view.reset();
    }
    database.Reopen();
    Population& reopened = **database->FindPopulation("model");
    for (Kept& old : kept) {
      absl::StatusOr<std::shared_ptr<const PopulationView>> view = reopened.OpenView(old.pin);
      ASSERT_THAT(view, IsOk());
      old.view = *std::move(view);
    }
    const Kept& any = kept[random() % kept.size()];
    Compare(reopened, *any.view, any.model);
  }

  std::mt19937 random{GetParam()};
  CellMaker cells{random};
  TestDatabase database;
  Model model;
  std::vector<Kept> kept;  // after the database: goes first
};

// Odd seeds without settling, and every third one keeps its records in memory.
TEST_P(LoadModel, EveryVersionIsTheModels) {
  database.settle = GetParam() % 2 == 0;
  if (GetParam() % 3 != 0) database.spool = SpillEverything();
  database.Reopen();
  for (int round = 0; round < 30; ++round) {
    SCOPED_TRACE(absl::StrCat("seed ", GetParam(), " round ", round));
    if (round == 12) cells.single_values = 350;  // past the slices' threshold
    RunRound();
    if (round % 10 == 9 && !HasFatalFailure()) ReadAgainAndReopen();
    if (HasFatalFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, LoadModel, ::testing::Range(1u, 7u));

}  // namespace
}  // namespace muster::index
