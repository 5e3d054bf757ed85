// Models a population under loads of all modes and dates, by docs/semantics.md, rules 1, 2 and 19 to 21: maps of
// members, one for each version of each tag. Slow and simple.
#ifndef MUSTER_TESTS_INDEX_POPULATION_MODE_MODEL_H_
#define MUSTER_TESTS_INDEX_POPULATION_MODE_MODEL_H_

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "index/loading/plan/load_spec.h"

namespace muster::index {

// One cell: its text, and what it means. No text: the empty cell.
struct ModelCell {
  std::string text;
  std::map<std::string, std::string> values;  // value → weight, "" without weights
  bool clears = false;                        // the text of `clear:`
};

struct ModelRecord {
  std::string member;
  std::vector<ModelCell> cells;
  bool is_bad = false;  // another cell of it can't be read: the record is rejected
};

// A load: the places of its tags in the model, and its records. Under MERGE and REPLACE no member has two.
struct ModelLoad {
  LoadSpec spec;  // REQUIRES: it has a date
  std::vector<size_t> tags;
  std::vector<ModelRecord> records;
};

// What the load is expected to answer.
struct ModelResult {
  bool refused = false;  // a REMOVE of a tag that has no version AS OF its date
  bool published = true;
  uint64_t rejected = 0, unknown = 0, members = 0;
  CellCounts cells;
};

class ModeModel {
 public:
  using Values = std::map<std::string, std::string>;
  using Content = std::map<std::string, Values>;  // member → values; members without a value aren't there

  // `lists`: which tags are MULTI.
  ModeModel(absl::CivilDay today, std::vector<bool> lists, std::vector<bool> replaces)
      : today_(today), lists_(std::move(lists)), replaces_(std::move(replaces)), versions_(lists_.size()) {}

  ModelResult Load(const ModelLoad& load) {
    ModelResult result;
    std::vector<const ModelRecord*> accepted;
    for (const ModelRecord& record : load.records) {
      const bool unknown = !load.spec.makes_members() && first_dates_.count(record.member) == 0;
      result.rejected += record.is_bad ? 1 : 0;
      result.unknown += !record.is_bad && unknown ? 1 : 0;
      if (!record.is_bad && !unknown) {
        accepted.push_back(&record);
        continue;
      }
      for (const ModelCell& cell : record.cells) result.cells.dropped += cell.text.empty() ? 0 : 1;
    }
    result.published = !accepted.empty() || load.spec.mode == LoadMode::kReplace;
    if (result.published) {
      for (const size_t tag : load.tags) {
        if (load.spec.mode == LoadMode::kRemove && !Find(tag, *load.spec.business_date))
          result.refused = true;
      }
      if (result.refused) return result;
      Join(load, accepted);
      for (size_t i = 0; i < load.tags.size(); ++i) Publish(load, i, accepted, result.cells);
    }
    result.members = first_dates_.size();
    return result;
  }

  // The content AS OF the date; nothing before the tag's first version.
  std::optional<Content> AsOf(size_t tag, absl::CivilDay date) const {
    const std::optional<size_t> found = Find(tag, date);
    return found ? std::make_optional(versions_[tag][*found].content) : std::nullopt;
  }
  std::set<std::string> EveryoneAsOf(absl::CivilDay date) const {
    std::set<std::string> members;
    for (const auto& [member, first] : first_dates_) {
      if (first <= date) members.insert(member);
    }
    return members;
  }

 private:
  struct Dated {
    absl::CivilDay date;
    Content content;
    bool ended = false;
  };

  std::optional<size_t> Find(size_t tag, absl::CivilDay date) const {
    const std::vector<Dated>& versions = versions_[tag];
    std::optional<size_t> best;
    for (size_t i = 0; i < versions.size(); ++i) {
      if (versions[i].ended || versions[i].date > date) continue;
      if (!best || versions[i].date >= versions[*best].date) best = i;
    }
    return best;
  }

  void Join(const ModelLoad& load, const std::vector<const ModelRecord*>& accepted) {
    if (load.spec.mode == LoadMode::kRemove) return;
    for (const ModelRecord* const record : accepted) {
      absl::CivilDay& first = first_dates_.emplace(record->member, *load.spec.business_date).first->second;
      first = std::min(first, *load.spec.business_date);
    }
  }

  Content Applied(const ModelLoad& load, size_t column, const std::vector<const ModelRecord*>& accepted,
                  std::optional<size_t> parent) const {
    const size_t tag = load.tags[column];
    Content content;
    if (parent && load.spec.mode != LoadMode::kReplace) content = versions_[tag][*parent].content;
    for (const ModelRecord* const record : accepted) {
      const ModelCell& cell = record->cells[column];
      if (cell.text.empty()) continue;
      Values& values = content[record->member];
      if (load.spec.mode == LoadMode::kRemove) {
        if (cell.clears || !lists_[tag]) values.clear();
        for (const auto& [value, weight] : cell.values) values.erase(value);
      } else {
        if (cell.clears || !lists_[tag] || replaces_[tag]) values.clear();
        for (const auto& [value, weight] : cell.values) values[value] = weight;
      }
    }
    for (auto at = content.begin(); at != content.end();)
      at = at->second.empty() ? content.erase(at) : std::next(at);
    return content;
  }

  void Count(const ModelLoad& load, size_t column, const std::vector<const ModelRecord*>& accepted,
             const Content& before, const Content& after, CellCounts& cells) const {
    const auto of = [](const Content& content, const std::string& member) {
      const auto found = content.find(member);
      return found == content.end() ? Values() : found->second;
    };
    std::set<std::string> named, members;
    for (const ModelRecord* const record : accepted) {
      const ModelCell& cell = record->cells[column];
      const bool says = !cell.text.empty() && !(cell.clears && load.spec.mode == LoadMode::kReplace);
      if (says) named.insert(record->member);
    }
    members = named;
    for (const auto* const content : {&before, &after}) {
      for (const auto& [member, values] : *content) members.insert(member);
    }
    for (const std::string& member : members) {
      if (of(before, member) != of(after, member)) {
        ++cells.changed;
      } else if (named.count(member) > 0) {
        ++cells.unchanged;
      }
    }
  }

  void Publish(const ModelLoad& load, size_t column, const std::vector<const ModelRecord*>& accepted,
               CellCounts& cells) {
    const size_t tag = load.tags[column];
    std::vector<Dated>& versions = versions_[tag];
    const absl::CivilDay date = *load.spec.business_date;
    const std::optional<size_t> current = Find(tag, absl::CivilDay::max()), parent = Find(tag, date);
    versions.push_back({date, Applied(load, column, accepted, parent)});
    Count(load, column, accepted, parent ? versions[*parent].content : Content(), versions.back().content,
          cells);
    if (!current || versions[*current].date <= date || !load.spec.make_current) return;
    if (versions[*current].date <= today_ + 1) {
      versions.push_back({versions[*current].date, Applied(load, column, accepted, current)});
      return;
    }
    for (Dated& version : versions) version.ended |= version.date > date;
  }

  const absl::CivilDay today_;
  const std::vector<bool> lists_, replaces_;
  std::vector<std::vector<Dated>> versions_;  // by tag
  std::map<std::string, absl::CivilDay> first_dates_;
};

}  // namespace muster::index

#endif  // MUSTER_TESTS_INDEX_POPULATION_MODE_MODEL_H_
