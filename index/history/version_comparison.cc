#include "index/history/version_comparison.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "index/bitmap/bitmap.h"
#include "index/dictionary/value_dictionary.h"
#include "index/history/changed_members.h"
#include "index/history/version_list.h"
#include "index/status/status_macros.h"
#include "index/storage/counters.h"
#include "index/versions/records/version_record.h"

namespace muster::index {
namespace {

// Value ids whose statistics are compared at once.
constexpr ValueId kValuesAtOnce = 8192;

struct CountedValue {
  ValueId value = 0;
  uint64_t before = 0;
  uint64_t after = 0;
};

uint64_t DifferenceOf(const CountedValue& counted) {
  return std::max(counted.before, counted.after) - std::min(counted.before, counted.after);
}

bool IsLarger(const CountedValue& a, const CountedValue& b) {
  const uint64_t difference_a = DifferenceOf(a), difference_b = DifferenceOf(b);
  return difference_a != difference_b ? difference_a > difference_b : a.value < b.value;
}

// Keeps the largest differences: a heap with the smallest of them at the front.
class LargestDifferences {
 public:
  explicit LargestDifferences(size_t most) : most_(most) {}

  void Add(const CountedValue& counted) {
    if (counted.before == counted.after) return;
    ++count_;
    kept_.push_back(counted);
    std::push_heap(kept_.begin(), kept_.end(), IsLarger);
    if (kept_.size() <= most_) return;
    std::pop_heap(kept_.begin(), kept_.end(), IsLarger);
    kept_.pop_back();
  }
  uint64_t count() const { return count_; }
  std::vector<CountedValue> Sorted() const {
    std::vector<CountedValue> sorted = kept_;
    std::sort(sorted.begin(), sorted.end(), IsLarger);
    return sorted;
  }

 private:
  const size_t most_;
  uint64_t count_ = 0;
  std::vector<CountedValue> kept_;
};

// (value, members) of the values in [first, last] that have members, ascending.
absl::StatusOr<std::vector<std::pair<ValueId, uint64_t>>> CountsOf(const Snapshot& snapshot, TagId tag,
                                                                   ValueId first, ValueId last) {
  std::vector<std::pair<ValueId, uint64_t>> counts;
  RETURN_IF_ERROR(snapshot.VisitRows(tag, first, last, [&counts](RowId row, uint64_t members) {
    if (SlotOf(row) == kMembershipSlot) counts.emplace_back(ValueOf(row), members);
    return true;
  }));
  return counts;
}

absl::StatusOr<std::string> TextOf(Environment& environment, const Tag& tag, ValueId value) {
  if (tag.kind == TagKind::kFlag) return std::string(value == kTrueValue ? "true" : "false");
  ASSIGN_OR_RETURN(const ReadTransaction transaction, environment.BeginRead());
  ASSIGN_OR_RETURN(const std::string_view text, ValueText(transaction, tag.id, value));
  return std::string(text);
}

// One comparison. Used once, by one thread.
class Comparison {
 public:
  Comparison(Versions& versions, const Tag& tag, WorkBudget& budget)
      : versions_(versions), tag_(tag), budget_(budget) {}

  absl::StatusOr<VersionComparison> Run(const VersionPair& pair, size_t most_values) {
    ASSIGN_OR_RETURN(from_, Open(pair.from));
    ASSIGN_OR_RETURN(to_, Open(pair.to));
    ASSIGN_OR_RETURN(result_.before, from_->RowCardinality({tag_.id, kKnownRow}));
    ASSIGN_OR_RETURN(result_.after, to_->RowCardinality({tag_.id, kKnownRow}));
    ASSIGN_OR_RETURN(
        const VersionDifference changes,
        CountChanges(versions_.environment(), tag_, {*from_, pair.from}, {*to_, pair.to}, budget_));
    result_.entered = changes.entered;
    result_.left = changes.left;
    result_.changed = changes.changed;
    RETURN_IF_ERROR(CompareValues(most_values));
    return result_;
  }

 private:
  absl::StatusOr<std::shared_ptr<const Snapshot>> Open(Version version) {
    {
      ASSIGN_OR_RETURN(const ReadTransaction transaction, versions_.environment().BeginRead());
      ASSIGN_OR_RETURN(const uint64_t visible, LastNumber(transaction, kPublishCounter));
      ASSIGN_OR_RETURN(const std::optional<VersionRecord> record, FindVersion(transaction, tag_.id, version));
      if (!record || record->publish_sequence > visible) return UnknownVersion(tag_.name, version);
    }
    return versions_.OpenSnapshot({{tag_.id, version}});
  }

  absl::Status CompareValues(size_t most) {
    LargestDifferences largest(most);
    if (tag_.kind == TagKind::kFlag) {
      RETURN_IF_ERROR(CompareFlag(largest));
    } else if (TraitsOf(tag_.kind).has_texts) {
      RETURN_IF_ERROR(CompareTexts(largest));
    }
    result_.values_differ = largest.count();
    for (const CountedValue& counted : largest.Sorted()) {
      ASSIGN_OR_RETURN(std::string text, TextOf(versions_.environment(), tag_, counted.value));
      result_.values.push_back({std::move(text), counted.before, counted.after});
    }
    const auto size = [](const ValueChange& change) {
      return std::max(change.before, change.after) - std::min(change.before, change.after);
    };
    std::sort(result_.values.begin(), result_.values.end(), [&](const ValueChange& a, const ValueChange& b) {
      return size(a) != size(b) ? size(a) > size(b) : a.value < b.value;
    });
    return absl::OkStatus();
  }

  // *false* is known and not true.
  absl::Status CompareFlag(LargestDifferences& largest) {
    const RowRef yes{tag_.id, MakeRow(kTrueValue, kMembershipSlot)};
    ASSIGN_OR_RETURN(const uint64_t before, from_->RowCardinality(yes));
    ASSIGN_OR_RETURN(const uint64_t after, to_->RowCardinality(yes));
    largest.Add({kTrueValue, before, after});
    largest.Add({kOwnValue, result_.before - before, result_.after - after});
    return absl::OkStatus();
  }

  absl::Status CompareTexts(LargestDifferences& largest) {
    ValueId last = 0;
    {
      ASSIGN_OR_RETURN(const ReadTransaction transaction, versions_.environment().BeginRead());
      ASSIGN_OR_RETURN(last, LastValueId(transaction, tag_.id));
    }
    for (ValueId first = 1; first <= last; first += kValuesAtOnce) {
      const ValueId end = std::min(last, first + kValuesAtOnce - 1);
      ASSIGN_OR_RETURN(const auto before, CountsOf(*from_, tag_.id, first, end));
      ASSIGN_OR_RETURN(const auto after, CountsOf(*to_, tag_.id, first, end));
      RETURN_IF_ERROR(budget_.SpendValues(1 + before.size() + after.size()));
      auto next = after.begin();
      for (const auto& [value, count] : before) {
        for (; next != after.end() && next->first < value; ++next)
          largest.Add({next->first, 0, next->second});
        const bool stays = next != after.end() && next->first == value;
        largest.Add({value, count, stays ? next->second : 0});
        if (stays) ++next;
      }
      for (; next != after.end(); ++next) largest.Add({next->first, 0, next->second});
    }
    return absl::OkStatus();
  }

  Versions& versions_;
  const Tag& tag_;
  WorkBudget& budget_;
  std::shared_ptr<const Snapshot> from_, to_;
  VersionComparison result_;
};

}  // namespace

absl::StatusOr<VersionComparison> CompareVersions(Versions& versions, const Tag& tag, const VersionPair& pair,
                                                  size_t most_values, WorkBudget& budget) {
  return Comparison(versions, tag, budget).Run(pair, most_values);
}

}  // namespace muster::index
