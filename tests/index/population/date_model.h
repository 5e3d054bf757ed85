// Models the versions of one tag and the first dates of members by docs/semantics.md, rules 20 and 21: slow
// and simple, with lists only.
#ifndef MUSTER_TESTS_INDEX_POPULATION_DATE_MODEL_H_
#define MUSTER_TESTS_INDEX_POPULATION_DATE_MODEL_H_

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "index/loading/plan/load_spec.h"

namespace muster::index {

class DateModel {
 public:
  using Cells = std::map<std::string, std::string>;

  explicit DateModel(absl::CivilDay today) : today_(today) {}

  // REQUIRES: the spec has a date.
  void Load(const LoadSpec& spec, const Cells& cells) {
    const absl::CivilDay date = *spec.business_date;
    for (const auto& [member, city] : cells) {
      const auto joined = first_dates_.emplace(member, date).first;
      joined->second = std::min(joined->second, date);
    }
    const std::optional<size_t> current = Find(absl::CivilDay::max());
    const auto applied = [&](std::optional<size_t> parent) {
      Cells content = parent && spec.mode == LoadMode::kMerge ? versions_[*parent].content : Cells();
      for (const auto& [member, city] : cells) content[member] = city;
      return content;
    };
    versions_.push_back({date, applied(Find(date))});
    if (!current || versions_[*current].date <= date || !spec.make_current) return;
    if (versions_[*current].date <= today_ + 1) {
      const absl::CivilDay again = versions_[*current].date;
      versions_.push_back({again, applied(current)});
      return;
    }
    for (Dated& version : versions_) version.ended |= version.date > date;
  }
  Cells Current() const { return versions_[*Find(absl::CivilDay::max())].content; }
  // Nothing before the tag's first version.
  std::optional<Cells> AsOf(absl::CivilDay date) const {
    const std::optional<size_t> found = Find(date);
    return found ? std::make_optional(versions_[*found].content) : std::nullopt;
  }
  // The least date with an answer.
  std::optional<absl::CivilDay> FirstDate() const {
    std::optional<absl::CivilDay> first;
    for (const Dated& version : versions_) {
      if (!version.ended && (!first || version.date < *first)) first = version.date;
    }
    return first;
  }
  const std::map<std::string, absl::CivilDay>& first_dates() const { return first_dates_; }
  size_t versions() const { return versions_.size(); }

 private:
  struct Dated {
    absl::CivilDay date;
    Cells content;
    bool ended = false;
  };
  std::optional<size_t> Find(absl::CivilDay date) const {
    std::optional<size_t> best;
    for (size_t i = 0; i < versions_.size(); ++i) {
      if (versions_[i].ended || versions_[i].date > date) continue;
      if (!best || versions_[i].date >= versions_[*best].date) best = i;
    }
    return best;
  }

  const absl::CivilDay today_;
  std::vector<Dated> versions_;
  std::map<std::string, absl::CivilDay> first_dates_;
};

}  // namespace muster::index

#endif  // MUSTER_TESTS_INDEX_POPULATION_DATE_MODEL_H_
