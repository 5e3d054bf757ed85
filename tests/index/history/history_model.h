// Models the versions of one tag by docs/semantics.md, rules 20 and 21, rollbacks included: slow and simple,
// with lists only.
#ifndef MUSTER_TESTS_INDEX_HISTORY_HISTORY_MODEL_H_
#define MUSTER_TESTS_INDEX_HISTORY_HISTORY_MODEL_H_

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "index/loading/plan/load_spec.h"

namespace muster::index {

class HistoryModel {
 public:
  using Cells = std::map<std::string, std::string>;
  struct Dated {
    absl::CivilDay date;
    Cells content;
    int publication = 0;
    std::optional<size_t> restores;
    bool mended = false;  // of a mistyped date that was mended
  };

  explicit HistoryModel(absl::CivilDay today) : today_(today) {}

  // REQUIRES: the spec has a date.
  void Load(const LoadSpec& spec, const Cells& cells) {
    const absl::CivilDay date = *spec.business_date;
    const std::optional<size_t> current = Current();
    const auto applied = [&](std::optional<size_t> parent) {
      Cells content = parent && spec.mode == LoadMode::kMerge ? versions_[*parent].content : Cells();
      for (const auto& [member, value] : cells) content[member] = value;
      return content;
    };
    ++publication_;
    versions_.push_back({date, applied(AsOf(date)), publication_});
    if (!current || versions_[*current].date <= date || !spec.make_current) return;
    if (versions_[*current].date <= today_ + 1) {
      const absl::CivilDay again = versions_[*current].date;
      versions_.push_back({again, applied(current), publication_});
      return;
    }
    for (Dated& version : versions_) version.mended |= version.date > date;
  }

  // False: the tag has that content already.
  bool RollBack(size_t restored) {
    const size_t current = *Current();
    if (current == restored || versions_[current].restores == restored) return false;
    versions_.push_back({versions_[current].date, versions_[restored].content, ++publication_, restored});
    return true;
  }

  std::optional<size_t> Current() const { return AsOf(absl::CivilDay::max()); }
  // The version that the date reads; empty before the tag's first one.
  std::optional<size_t> AsOf(absl::CivilDay date) const {
    std::optional<size_t> best;
    for (size_t i = 0; i < versions_.size(); ++i) {
      if (versions_[i].date > date || IsEnded(i)) continue;
      if (!best || OrderOf(i) > OrderOf(*best)) best = i;
    }
    return best;
  }
  bool IsEnded(size_t version) const { return versions_[version].mended || IsRolledBack(version); }
  // A rollback that was rolled back itself counts no more.
  bool IsRolledBack(size_t version) const {
    for (size_t later = version + 1; later < versions_.size(); ++later) {
      const std::optional<size_t> restored = versions_[later].restores;
      if (restored && OrderOf(version) > OrderOf(*restored) && !IsRolledBack(later)) return true;
    }
    return false;
  }
  // Version number i + 1 is versions()[i].
  const std::vector<Dated>& versions() const { return versions_; }

 private:
  std::pair<absl::CivilDay, int> OrderOf(size_t version) const {
    return {versions_[version].date, versions_[version].publication};
  }

  const absl::CivilDay today_;
  int publication_ = 0;
  std::vector<Dated> versions_;
};

}  // namespace muster::index

#endif  // MUSTER_TESTS_INDEX_HISTORY_HISTORY_MODEL_H_
