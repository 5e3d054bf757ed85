#include "tests/crash/member_model.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "index/status/status_macros.h"
#include "query/questions/question.h"

namespace muster::testing {
namespace {

enum Tag : size_t { kVip, kCity, kLikes, kOwns, kAge, kBorn, kSeen };

bool Has(const MemberState& member, Tag tag) { return !member[tag].empty(); }

bool Is(const MemberState& member, Tag tag, const std::string& value) {
  return std::any_of(member[tag].begin(), member[tag].end(),
                     [&](const auto& entry) { return entry.first == value; });
}

double Number(const std::string& text) {
  double number = 0;
  return absl::SimpleAtod(text, &number) ? number : 0;
}

bool AgeIs(const MemberState& member, const std::function<bool(double)>& test) {
  return Has(member, kAge) && test(Number(member[kAge][0].first));
}

double WeightOf(const MemberState& member, const std::string& value) {
  for (const auto& [held, weight] : member[kLikes]) {
    if (held == value) return Number(weight);
  }
  return -1;
}

struct Asked {
  const char* expression;
  std::function<bool(const MemberState&)> selects;
};

const std::vector<Asked>& Questions() {
  static const std::vector<Asked> questions = {
      {"EVERYONE", [](const auto&) { return true; }},
      {"vip", [](const auto& m) { return Is(m, kVip, "true"); }},
      {"vip = false", [](const auto& m) { return Is(m, kVip, "false"); }},
      {"NOT vip", [](const auto& m) { return !Is(m, kVip, "true"); }},
      {"city = 'c0'", [](const auto& m) { return Is(m, kCity, "c0"); }},
      {"city != 'c0'", [](const auto& m) { return Has(m, kCity) && !Is(m, kCity, "c0"); }},
      {"city LIKE 'c1%'",
       [](const auto& m) { return Has(m, kCity) && m[kCity][0].first.substr(0, 2) == "c1"; }},
      {"likes = 'l3'", [](const auto& m) { return Is(m, kLikes, "l3"); }},
      {"WEIGHT(likes, 'l3') >= 1.5", [](const auto& m) { return WeightOf(m, "l3") >= 1.49; }},
      {"owns HAS ALL ('o1', 'o2')", [](const auto& m) { return Is(m, kOwns, "o1") && Is(m, kOwns, "o2"); }},
      {"owns NOT IN ('o1', 'o2')",
       [](const auto& m) { return Has(m, kOwns) && !Is(m, kOwns, "o1") && !Is(m, kOwns, "o2"); }},
      {"age < 0", [](const auto& m) { return AgeIs(m, [](double age) { return age < 0; }); }},
      {"age BETWEEN -10 AND 30.5",
       [](const auto& m) { return AgeIs(m, [](double age) { return age >= -10 && age <= 30.55; }); }},
      {"born < 1900-01-01", [](const auto& m) { return Has(m, kBorn) && m[kBorn][0].first < "1900-01-01"; }},
      {"seen >= 1980-01-01",
       [](const auto& m) { return Has(m, kSeen) && m[kSeen][0].first >= "1980-01-01"; }},
      {"AT LEAST 3 OF (vip, HAS city, HAS likes, HAS owns, age > 0, HAS born, NOT HAS seen)",
       [](const auto& m) {
         return Is(m, kVip, "true") + Has(m, kCity) + Has(m, kLikes) + Has(m, kOwns) +
                    AgeIs(m, [](double age) { return age > 0; }) + Has(m, kBorn) + !Has(m, kSeen) >=
                3;
       }},
  };
  return questions;
}

// Which tags an expression names, as far as the model asks: one that names a tag without a version can't be
// asked.
bool Askable(const std::string& expression, const std::array<bool, kTagCount>& published) {
  return expression == "EVERYONE" ||
         std::all_of(published.begin(), published.end(), [](bool is) { return is; });
}

std::string SampledId(int i, int members, int sampled) {
  return absl::StrCat("m", int64_t{i} * members / sampled);
}

std::string ProfileText(const MemberState& member) {
  std::map<std::string, std::string> tags;
  for (size_t tag = 0; tag < kTagCount; ++tag) {
    std::vector<std::string> values;
    for (const auto& [value, weight] : member[tag])
      values.push_back(weight.empty() ? value : absl::StrCat(value, ":", weight));
    if (!values.empty()) tags[PlannedTags()[tag].name] = absl::StrJoin(values, ",");
  }
  return absl::StrJoin(tags, " ", absl::PairFormatter("="));
}

absl::StatusOr<std::vector<std::string>> Select(const std::shared_ptr<const index::PopulationView>& view,
                                                const std::string& expression) {
  ASSIGN_OR_RETURN(auto prepared, query::Prepare({expression}, {view, std::nullopt}));
  if (prepared.question == nullptr) {
    return absl::InternalError(absl::StrCat(expression, ": ", prepared.problems.at(0).message));
  }
  std::vector<index::Ordinal> ordinals;
  RETURN_IF_ERROR(prepared.question->Members(0, WorkBudget::Unlimited(), [&ordinals](auto batch) {
    ordinals.insert(ordinals.end(), batch.begin(), batch.end());
    return true;
  }));
  ASSIGN_OR_RETURN(const auto count, prepared.question->Count(WorkBudget::Unlimited()));
  if (count != ordinals.size() || !std::is_sorted(ordinals.begin(), ordinals.end())) {
    return absl::InternalError(absl::StrCat(expression, " counts ", count, " and lists ", ordinals.size()));
  }
  std::vector<std::string> ids;
  RETURN_IF_ERROR(view->members().ReadIds(ordinals, ids));
  std::sort(ids.begin(), ids.end());
  return ids;
}

absl::StatusOr<std::string> AskProfile(const index::PopulationView& view, const std::string& id) {
  ASSIGN_OR_RETURN(const auto ordinal, view.members().Find(id));
  if (!ordinal.has_value()) return "(nobody)";
  ASSIGN_OR_RETURN(const auto profile,
                   view.members().Profile(*ordinal, view.population().time_zone(), WorkBudget::Unlimited()));
  std::vector<std::string> tags;
  for (const index::MemberTag& tag : profile.tags) {
    std::vector<std::string> values;
    for (const index::MemberValue& value : tag.values)
      values.push_back(value.weight.empty() ? value.text : absl::StrCat(value.text, ":", value.weight));
    if (!values.empty()) tags.push_back(absl::StrCat(tag.tag.name, "=", absl::StrJoin(values, ",")));
  }
  return absl::StrJoin(tags, " ");
}

absl::Status AskTags(const index::PopulationView& view, Answers& answers) {
  ASSIGN_OR_RETURN(const auto tags, view.tags().List(WorkBudget::Unlimited()));
  for (const index::Tag& tag : tags) {
    ASSIGN_OR_RETURN(const auto statistics, view.tags().Statistics(tag));
    answers.tag_members[tag.name] = statistics.member_count;
    if (tag.name != "city") continue;
    ASSIGN_OR_RETURN(const auto values, view.values().List(tag, "", WorkBudget::Unlimited()));
    for (const index::ValueCount& value : values) answers.cities[value.value] = value.member_count;
  }
  return absl::OkStatus();
}

}  // namespace

void MemberModel::Remove(const PlannedLoad& load) {
  for (const PlannedRecord& record : load.records) {
    const auto found = members_.find(record.member_id);
    if (found == members_.end()) continue;
    for (size_t i = 0; i < load.tags.size(); ++i) {
      const size_t tag = load.tags[i];
      auto& held = found->second[tag];
      const std::string& cell = record.cells[i];
      if (!cell.empty() && (cell == "-" || (tag != kLikes && tag != kOwns))) held.clear();
      for (const absl::string_view item : absl::StrSplit(cell, '|', absl::SkipEmpty())) {
        const std::string named(item.substr(0, item.find(':')));
        held.erase(
            std::remove_if(held.begin(), held.end(), [&](const auto& entry) { return entry.first == named; }),
            held.end());
      }
    }
  }
}

void MemberModel::Apply(const PlannedLoad& load) {
  if (load.mode == index::LoadMode::kRemove) return Remove(load);
  for (const size_t tag : load.tags) {
    published_[tag] = true;
    if (load.mode != index::LoadMode::kReplace) continue;
    for (auto& [id, member] : members_) member[tag].clear();
  }
  for (const PlannedRecord& record : load.records) {
    MemberState& member = members_[record.member_id];
    for (size_t i = 0; i < load.tags.size(); ++i) {
      const size_t tag = load.tags[i];
      const std::string& cell = record.cells[i];
      if (cell.empty()) continue;
      std::map<std::string, std::string> values;
      const bool unites = tag == kLikes && cell != "-";
      if (unites) values.insert(member[tag].begin(), member[tag].end());
      if (tag != kLikes && tag != kOwns) {
        if (cell != "-") values[cell] = "";
      } else if (cell != "-") {
        for (const absl::string_view item : absl::StrSplit(cell, '|')) {
          const std::pair<std::string, std::string> pair = absl::StrSplit(item, absl::MaxSplits(':', 1));
          values[pair.first] = pair.second;
        }
      }
      member[tag].assign(values.begin(), values.end());
    }
  }
}

Answers MemberModel::Answer(int members, int sampled) const {
  Answers answers;
  for (const Asked& asked : Questions()) {
    if (members_.empty() || !Askable(asked.expression, published_)) continue;
    std::vector<std::string>& ids = answers.members[asked.expression];
    for (const auto& [id, member] : members_) {
      if (asked.selects(member)) ids.push_back(id);
    }
  }
  for (int i = 0; i < sampled; ++i) {
    const std::string id = SampledId(i, members, sampled);
    const auto found = members_.find(id);
    answers.profiles[id] = found == members_.end() ? "(nobody)" : ProfileText(found->second);
  }
  for (size_t tag = 0; tag < kTagCount; ++tag) {
    if (!published_[tag]) continue;
    uint64_t& known = answers.tag_members[PlannedTags()[tag].name];
    for (const auto& [id, member] : members_) known += !member[tag].empty();
  }
  for (const auto& [id, member] : members_) {
    if (!member[kCity].empty()) ++answers.cities[member[kCity][0].first];
  }
  return answers;
}

absl::StatusOr<Answers> AskDatabase(index::Database& database, int members, int sampled) {
  Answers answers;
  const auto population = database.FindPopulation("p");
  if (absl::IsNotFound(population.status())) {
    for (int i = 0; i < sampled; ++i) answers.profiles[SampledId(i, members, sampled)] = "(nobody)";
    return answers;
  }
  RETURN_IF_ERROR(population.status());
  ASSIGN_OR_RETURN(const auto view, (*population)->CurrentView());
  RETURN_IF_ERROR(AskTags(*view, answers));
  for (const Asked& asked : Questions()) {
    if (answers.tag_members.size() < kTagCount && asked.expression != std::string("EVERYONE")) continue;
    ASSIGN_OR_RETURN(auto ids, Select(view, asked.expression));
    answers.members[asked.expression] = std::move(ids);
  }
  for (int i = 0; i < sampled; ++i) {
    const std::string id = SampledId(i, members, sampled);
    ASSIGN_OR_RETURN(auto profile, AskProfile(*view, id));
    answers.profiles[id] = std::move(profile);
  }
  return answers;
}

std::string DifferenceOf(const Answers& actual, const Answers& expected) {
  std::string text;
  for (const auto& [expression, ids] : expected.members) {
    const auto found = actual.members.find(expression);
    const size_t count = found == actual.members.end() ? 0 : found->second.size();
    if (found == actual.members.end() || found->second != ids)
      absl::StrAppend(&text, expression, ": ", count, " instead of ", ids.size(), " members\n");
  }
  for (const auto& [id, profile] : expected.profiles) {
    const auto found = actual.profiles.find(id);
    if (found != actual.profiles.end() && found->second != profile && text.size() < 2'000)
      absl::StrAppend(&text, id, ": ", found->second, "\n  instead of ", profile, "\n");
  }
  if (actual.tag_members != expected.tag_members) {
    absl::StrAppend(&text, "tags: ", absl::StrJoin(actual.tag_members, " ", absl::PairFormatter(":")),
                    "\n  instead of ", absl::StrJoin(expected.tag_members, " ", absl::PairFormatter(":")),
                    "\n");
  }
  if (actual.cities != expected.cities) absl::StrAppend(&text, "the values of city differ\n");
  return text;
}

}  // namespace muster::testing
