#include "index/loading/staging/row_sink.h"

#include <algorithm>
#include <optional>

#include "index/concurrency/work_budget.h"
#include "index/status/status_macros.h"

namespace muster::index {
namespace {

// Counts between two checks of the budget, each of which costs more than a count.
constexpr size_t kCountsBetweenChecks = 4096;

absl::Status CheckNowAndThen(const WorkBudget& budget, size_t& counts) {
  return ++counts % kCountsBetweenChecks == 0 ? budget.Check() : absl::OkStatus();
}

class StoreSink final : public RowSink {
 public:
  StoreSink(StoreWriter writer, bool spans, const WorkBudget& budget)
      : writer_(std::move(writer)), spans_(spans), budget_(budget) {}

  void BeginSpan(StagedBatch& batch, FragmentSpan) override {
    if (spans_) writer_.BeginPart(batch);
  }

  absl::Status WriteRow(RowId row, FragmentSets sets, const ClearedMembers&) override {
    RETURN_IF_ERROR(budget_.Check());
    for (auto& [fragment, set] : sets) {
      if (row == kKnownRow) changes_.changed += set.Cardinality();
      RETURN_IF_ERROR(writer_.Put(row, fragment, std::move(set)));
    }
    return absl::OkStatus();
  }

  absl::Status WriteCount(RowId row, int64_t change) override {
    RETURN_IF_ERROR(CheckNowAndThen(budget_, counts_));
    return writer_.PutCount(row, static_cast<uint64_t>(change));
  }

  absl::StatusOr<StagedVersion> Finish() override { return writer_.Finish(); }
  MemberChanges changes() const override { return changes_; }

 private:
  StoreWriter writer_;
  const bool spans_;
  MemberChanges changes_;
  const WorkBudget& budget_;
  size_t counts_ = 0;
};

class EdgeSink final : public RowSink {
 public:
  EdgeSink(const EdgeTarget& target, const WorkBudget& budget)
      : writer_(target.batch, target.tag, target.parent.versions().at(target.tag)),
        tag_(target.tag),
        parent_fragments_(target.parent.fragment_count()),
        source_(target.parent.NewRowSource()),
        spans_(target.spans),
        budget_(budget) {}

  void BeginSpan(StagedBatch& batch, FragmentSpan span) override {
    changed_.EndSpan();
    parent_span_ = span.Below(parent_fragments_);
    if (spans_) writer_.BeginPart(batch);
  }

  absl::Status WriteRow(RowId row, FragmentSets sets, const ClearedMembers& cleared) override {
    RETURN_IF_ERROR(budget_.Check());
    const std::vector<uint32_t> fragments = Touched(sets, cleared);
    RowChange change{row, sets, cleared};
    for (size_t begin = 0, end = 0; begin < fragments.size(); begin = end) {
      while (end < fragments.size() && fragments[end] - fragments[begin] < kMaxWindowFragments) ++end;
      const absl::Span<const uint32_t> window(fragments.data() + begin, end - begin);
      ASSIGN_OR_RETURN(std::vector<Bitmap> old, ReadWindow(row, window));
      for (size_t i = 0; i < window.size(); ++i) {
        RETURN_IF_ERROR(WriteFragment(change, window[i], old[i]));
      }
    }
    return absl::OkStatus();
  }

  absl::Status WriteCount(RowId row, int64_t change) override {
    RETURN_IF_ERROR(CheckNowAndThen(budget_, counts_));
    return writer_.ChangeCount(row, change);
  }

  absl::StatusOr<StagedVersion> Finish() override {
    changed_.EndSpan();
    return writer_.Finish();
  }
  MemberChanges changes() const override { return {changed_.count(), lost_}; }
  const RowTotals<EdgeStats>* edge_totals() const override { return spans_ ? &writer_.totals() : nullptr; }

 private:
  // The change of a row, and the positions reached in its sets and its cleared members.
  struct RowChange {
    RowId row;
    FragmentSets& sets;
    const ClearedMembers& cleared;
    size_t set_place = 0, cleared_place = 0;
  };

  std::vector<uint32_t> Touched(const FragmentSets& sets, const ClearedMembers& cleared) const {
    std::vector<uint32_t> fragments;
    if (cleared.everyone) {
      for (uint32_t fragment = parent_span_.first; fragment < parent_span_.end; ++fragment)
        fragments.push_back(fragment);
    }
    for (const auto& [fragment, set] : cleared.sets) fragments.push_back(fragment);
    for (const auto& [fragment, set] : sets) fragments.push_back(fragment);
    std::sort(fragments.begin(), fragments.end());
    fragments.erase(std::unique(fragments.begin(), fragments.end()), fragments.end());
    return fragments;
  }

  // The parent's row in each fragment. REQUIRES: they ascend within kMaxWindowFragments.
  absl::StatusOr<std::vector<Bitmap>> ReadWindow(RowId row, absl::Span<const uint32_t> fragments) {
    const uint32_t first = fragments.front();
    absl::Status read = source_->BeginWindow(first, fragments.back() - first + 1);
    if (read.ok()) read = source_->Resolve({tag_, row}, resolved_);
    std::vector<Bitmap> old(fragments.size());
    for (size_t i = 0; read.ok() && i < fragments.size(); ++i) read = Decode(fragments[i] - first, old[i]);
    source_->EndWindow();
    RETURN_IF_ERROR(read);
    return old;
  }

  absl::Status Decode(uint32_t place, Bitmap& bitmap) {
    const ResolvedRow::Fragment& fragment = resolved_.fragments[place];
    if (!fragment.image.empty()) {
      ASSIGN_OR_RETURN(DecodedRecord image, DecodeRecord(fragment.image));
      bitmap = std::move(image.bitmap);
    }
    for (uint32_t i = 0; i < fragment.flip_count; ++i) {
      ASSIGN_OR_RETURN(const DecodedRecord flips, DecodeRecord(resolved_.flips[fragment.first_flip + i]));
      bitmap.Xor(flips.bitmap);
    }
    return absl::OkStatus();
  }

  // `old`: the parent's. Fragments ascend from call to call.
  absl::Status WriteFragment(RowChange& change, uint32_t fragment, const Bitmap& old) {
    FragmentSets& sets = change.sets;
    const FragmentSets& cleared = change.cleared.sets;
    size_t& set = change.set_place;
    size_t& lost = change.cleared_place;
    while (set < sets.size() && sets[set].first < fragment) ++set;
    while (lost < cleared.size() && cleared[lost].first < fragment) ++lost;
    const bool has_set = set < sets.size() && sets[set].first == fragment;
    if (change.cleared.everyone) {
      return Write({change.row, fragment}, old, has_set ? std::move(sets[set].second) : Bitmap(), true);
    }
    Bitmap child = old;
    if (lost < cleared.size() && cleared[lost].first == fragment) child.Subtract(cleared[lost].second);
    if (has_set) child.Union(sets[set].second);
    return Write({change.row, fragment}, old, child, false);
  }

  absl::Status Write(Frontier at, const Bitmap& old, const Bitmap& child, bool replaced) {
    Bitmap flips = old;
    flips.Xor(child);
    if (flips.Empty()) return absl::OkStatus();
    changed_.Add(at.fragment, flips);
    if (replaced && at.row == kKnownRow) {
      Bitmap lost = flips;
      lost.Intersect(old);
      lost_ += lost.Cardinality();
    }
    return writer_.Change(at, old, child, std::move(flips));
  }

  EdgeWriter writer_;
  const TagId tag_;
  const uint32_t parent_fragments_;
  const std::unique_ptr<RowSource> source_;
  const bool spans_;
  FragmentSpan parent_span_;  // those of the span that the parent has
  ChangedMembers changed_;
  uint64_t lost_ = 0;
  ResolvedRow resolved_;
  const WorkBudget& budget_;
  size_t counts_ = 0;
};

}  // namespace

FragmentSets CutIntoFragments(absl::Span<const Ordinal> ordinals) {
  FragmentSets sets;
  std::vector<uint32_t> locals;
  for (size_t i = 0; i < ordinals.size();) {
    const uint32_t fragment = FragmentOf(ordinals[i]);
    locals.clear();
    for (; i < ordinals.size() && FragmentOf(ordinals[i]) == fragment; ++i) {
      const uint32_t local = LocalOf(ordinals[i]);
      if (locals.empty() || locals.back() != local) locals.push_back(local);
    }
    sets.emplace_back(fragment, Bitmap::FromSorted(locals));
  }
  return sets;
}

ClearedMembers JoinCleared(const ClearedMembers& a, FragmentSets b) {
  if (a.everyone) return a;
  ClearedMembers joined;
  size_t i = 0;
  for (const auto& [fragment, set] : a.sets) {
    for (; i < b.size() && b[i].first < fragment; ++i) joined.sets.push_back(std::move(b[i]));
    joined.sets.emplace_back(fragment, set);
    if (i < b.size() && b[i].first == fragment) joined.sets.back().second.Union(b[i++].second);
  }
  for (; i < b.size(); ++i) joined.sets.push_back(std::move(b[i]));
  return joined;
}

std::unique_ptr<RowSink> NewStoreSink(StoreWriter writer, bool spans, const WorkBudget& budget) {
  return std::make_unique<StoreSink>(std::move(writer), spans, budget);
}

std::unique_ptr<RowSink> NewEdgeSink(const EdgeTarget& target, const WorkBudget& budget) {
  return std::make_unique<EdgeSink>(target, budget);
}

}  // namespace muster::index
