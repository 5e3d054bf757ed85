// A member's bit in each of a tag's rows is somewhere else in memory, so waiting for memory takes most of the time of
// a look-up. Therefore the bytes of some tags are announced to the processor before the first of them is read.
#include "index/versions/lookups/member_rows.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "index/bitmap/number_slices.h"
#include "index/status/status_macros.h"
#include "index/versions/records/version_record.h"
#include "index/versions/snapshots/chunk_probe.h"
#include "index/versions/snapshots/located_rows.h"
#include "index/versions/snapshots/version_row_source.h"

namespace muster::index {
namespace {

using Content = SoughtTag::Content;

// Some milliseconds of locating in memory, and few enough for a transaction when each has to be read from disk.
constexpr size_t kRowsOfABatch = LocatedRows::kMostRows;
// Tags whose bytes are announced before the first of them is read.
constexpr size_t kTagsAhead = 8;

bool IsSingle(Content content) { return content == Content::kNumber || content == Content::kOneValue; }

// A number from the slices that hold a member.
class SlicedNumber {
 public:
  void Add(RowId slice) {
    if (SlotOf(slice) == kSignSlot) {
      negative_ = true;
    } else {
      magnitude_ |= uint64_t{1} << (SlotOf(slice) - kFirstMagnitudeSlot);
    }
  }
  int64_t Get() const {
    const auto number = static_cast<int64_t>(magnitude_);
    return negative_ ? -number : number;
  }

 private:
  bool negative_ = false;
  uint64_t magnitude_ = 0;
};

// The slices of the weight of `value`, as indexes into rows.weights.
std::pair<size_t, size_t> WeightOf(const TagRows& rows, ValueId value) {
  const auto begin = std::lower_bound(rows.weights.begin(), rows.weights.end(), MakeRow(value, 0));
  const auto end = std::upper_bound(begin, rows.weights.end(), MakeRow(value, 0xff));
  return {begin - rows.weights.begin(), end - rows.weights.begin()};
}

const std::vector<RowId>& ListOf(const TagRows& rows, LocatedRows::Part part) {
  return part == LocatedRows::kSlices   ? rows.slices
         : part == LocatedRows::kValues ? rows.values
                                        : rows.weights;
}

// Which rows of a tag hold a member, each found in its tree. As HeldRows.
class TriedRows {
 public:
  static constexpr size_t kForOneValue = 1;

  // REQUIRES: a window of the member's fragment is open.
  TriedRows(VersionRowSource& source, TagId tag, const TagRows& rows, Ordinal member)
      : source_(source), tag_(tag), rows_(rows), member_(member) {}

  absl::StatusOr<bool> IsKnown() { return Contains(kKnownRow); }
  template <typename Visit>
  absl::Status VisitHeld(LocatedRows::Part part, size_t begin, size_t end, const Visit& visit) {
    const std::vector<RowId>& list = ListOf(rows_, part);
    for (size_t i = begin; i < std::min(end, list.size()); ++i) {
      ASSIGN_OR_RETURN(const bool held, Contains(list[i]));
      if (held && !visit(list[i])) break;
    }
    return absl::OkStatus();
  }

 private:
  absl::StatusOr<bool> Contains(RowId row) {
    // Only a tag that is read alone has so many.
    if (++tried_ % kRowsOfABatch == 0) {
      RETURN_IF_ERROR(source_.BeginWindow(FragmentOf(member_), 1));
    }
    RETURN_IF_ERROR(source_.Resolve({tag_, row}, resolved_));
    return ProbeFragment(resolved_, 0, LocalOf(member_));
  }

  VersionRowSource& source_;
  const TagId tag_;
  const TagRows& rows_;
  const Ordinal member_;
  size_t tried_ = 0;
  ResolvedRow resolved_;
};

// Which located rows of a tag hold a member.
class HeldRows {
 public:
  // How many cost as much as one value that is tried.
  static constexpr size_t kForOneValue = 16;

  HeldRows(const LocatedRows& located, Ordinal member)
      : located_(located),
        chunk_(LocalOf(member) >> kChunkBits),
        place_(LocalOf(member) & (kChunkOrdinals - 1)) {}

  // Has the bytes loaded that reading will need.
  void Announce() const {
    for (const LocatedRows::Part part : {LocatedRows::kKnown, LocatedRows::kSlices, LocatedRows::kValues}) {
      for (const LocatedChunk& chunk : located_.Of(chunk_, part)) PrefetchForProbe(chunk.View(), place_);
    }
  }
  absl::StatusOr<bool> IsKnown() const {
    bool known = false;
    for (const LocatedChunk& chunk : located_.Of(chunk_, LocatedRows::kKnown))
      known = known != ProbeChunk(chunk.View(), place_);
    return known;
  }
  // Calls `visit(row)` for each row of the part's list, from index `begin` to `end`, that holds the member, until it
  // returns false.
  template <typename Visit>
  absl::Status VisitHeld(LocatedRows::Part part, size_t begin, size_t end, const Visit& visit) const {
    const std::vector<RowId>& list = ListOf(located_.rows(), part);
    const absl::Span<const LocatedChunk> chunks = located_.Of(chunk_, part);
    auto at = std::lower_bound(chunks.begin(), chunks.end(), begin,
                               [](const LocatedChunk& chunk, size_t row) { return chunk.row < row; });
    while (at != chunks.end() && at->row < end) {
      const uint16_t row = at->row;
      bool held = false;
      for (; at != chunks.end() && at->row == row; ++at) held = held != ProbeChunk(at->View(), place_);
      if (held && !visit(list[row])) break;
    }
    return absl::OkStatus();
  }

 private:
  const LocatedRows& located_;
  const uint32_t chunk_, place_;
};

constexpr size_t kToTheEnd = ~size_t{0};

template <typename Held>
absl::StatusOr<int64_t> ReadNumber(Held& held) {
  SlicedNumber number;
  RETURN_IF_ERROR(held.VisitHeld(LocatedRows::kSlices, 0, kToTheEnd, [&number](RowId slice) {
    number.Add(slice);
    return true;
  }));
  return number.Get();
}

template <typename Held>
absl::Status ReadValues(Held& held, const TagRows& rows, Content content, MemberRows::Values& values) {
  if (content == Content::kOneValue && !rows.slices.empty()) {
    ASSIGN_OR_RETURN(const int64_t sliced, ReadNumber(held));
    if (sliced <= 0 || sliced > int64_t{kMaxValueId}) return Corrupt("record of a tag's value-id slices");
    values.push_back({static_cast<ValueId>(sliced), 0});
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(held.VisitHeld(LocatedRows::kValues, 0, kToTheEnd, [&](RowId row) {
    values.push_back({ValueOf(row), 0});
    return content != Content::kOneValue;
  }));
  if (content != Content::kWithWeights) return absl::OkStatus();
  for (MemberRows::Value& value : values) {
    const auto [begin, end] = WeightOf(rows, value.id);
    SlicedNumber weight;
    RETURN_IF_ERROR(held.VisitHeld(LocatedRows::kWeights, begin, end, [&weight](RowId slice) {
      weight.Add(slice);
      return true;
    }));
    value.weight = weight.Get();
  }
  return absl::OkStatus();
}

template <typename Held>
absl::Status ReadRows(Held held, const TagRows& rows, Content content, WorkBudget& budget, MemberRows& read) {
  ASSIGN_OR_RETURN(read.known, held.IsKnown());
  if (!read.known) return absl::OkStatus();
  if (content == Content::kNumber) {
    ASSIGN_OR_RETURN(read.number, ReadNumber(held));
    return absl::OkStatus();
  }
  if (const size_t cost = rows.values.size() / Held::kForOneValue; cost > 0) {
    RETURN_IF_ERROR(budget.SpendValues(cost));
  }
  return ReadValues(held, rows, content, read.values);
}

// Reads the tags, batch by batch. Used by one thread.
class MemberReader {
 public:
  MemberReader(const Snapshot& snapshot, Ordinal member, absl::Span<const SoughtTag> tags, WorkBudget& budget)
      : snapshot_(snapshot),
        member_(member),
        tags_(tags),
        budget_(budget),
        source_(snapshot.LendRowSource()),
        located_(tags.size()),
        read_(tags.size()) {}

  absl::StatusOr<std::vector<MemberRows>> Read() {
    RETURN_IF_ERROR(FindRows());
    for (size_t begin = 0, end; begin < tags_.size(); begin = end) {
      end = EndOfBatch(begin);
      RETURN_IF_ERROR(budget_.Check());
      absl::Status status = ReadBatch(begin, end);
      source_->EndWindow();
      RETURN_IF_ERROR(status);  // the source is of no more use
    }
    snapshot_.TakeBack(std::move(source_));
    return std::move(read_);
  }

 private:
  absl::Status FindRows() {
    versions_.reserve(tags_.size());
    rows_.reserve(tags_.size());
    for (const SoughtTag& tag : tags_) {
      ASSIGN_OR_RETURN(const std::optional<Version> version, snapshot_.FindVersion(tag.tag));
      ASSIGN_OR_RETURN(TagRowsPtr rows, snapshot_.FindTagRows(tag.tag, IsSingle(tag.content)));
      versions_.push_back({tag.tag, version.value_or(kNoVersion)});
      rows_.push_back(std::move(rows));
    }
    return absl::OkStatus();
  }
  size_t EndOfBatch(size_t begin) const {
    size_t rows = 0, end = begin;
    do {
      rows += LocatedRows::CountOf(*rows_[end++]);
    } while (end < tags_.size() && rows + LocatedRows::CountOf(*rows_[end]) <= kRowsOfABatch);
    return end;
  }

  absl::Status ReadBatch(size_t begin, size_t end) {
    RETURN_IF_ERROR(source_->BeginWindow(FragmentOf(member_), 1));
    const size_t count = end - begin;
    const bool locatable = LocatedRows::CountOf(*rows_[begin]) <= LocatedRows::kMostRows;
    const bool locate =
        locatable && snapshot_.located_rows().Find(source_->view(), FragmentOf(member_),
                                                   absl::MakeConstSpan(versions_).subspan(begin, count),
                                                   absl::MakeSpan(located_).subspan(begin, count));
    for (size_t i = begin, announced = begin; i < end; ++i) {
      for (; announced < std::min(i + kTagsAhead, end); ++announced) {
        if (located_[announced] != nullptr) HeldRows(*located_[announced], member_).Announce();
      }
      RETURN_IF_ERROR(ReadTag(i, locate));
    }
    return absl::OkStatus();
  }

  // Of tags that the member doesn't have the known row alone is located: a population may have many of them.
  absl::Status ReadTag(size_t i, bool locate) {
    if (locate && located_[i] == nullptr) {
      RETURN_IF_ERROR(Locate(i, LocatedRows::Extent::kKnownRow));
    }
    if (locate && located_[i] != nullptr && !located_[i]->has_all()) {
      ASSIGN_OR_RETURN(const bool known, HeldRows(*located_[i], member_).IsKnown());
      if (!known) return absl::OkStatus();
      RETURN_IF_ERROR(budget_.SpendValues(rows_[i]->values.size()));
      RETURN_IF_ERROR(Locate(i, LocatedRows::Extent::kAll));
    }
    const Content content = tags_[i].content;
    if (located_[i] != nullptr && located_[i]->has_all())
      return ReadRows(HeldRows(*located_[i], member_), located_[i]->rows(), content, budget_, read_[i]);
    return ReadRows(TriedRows(*source_, tags_[i].tag, *rows_[i], member_), *rows_[i], content, budget_,
                    read_[i]);
  }

  absl::Status Locate(size_t i, LocatedRows::Extent extent) {
    ASSIGN_OR_RETURN(located_[i], LocatedRows::Read(*source_, tags_[i].tag, rows_[i], extent));
    if (located_[i] != nullptr)
      snapshot_.located_rows().Keep(source_->view(), FragmentOf(member_), versions_[i], located_[i]);
    return absl::OkStatus();
  }

  const Snapshot& snapshot_;
  const Ordinal member_;
  const absl::Span<const SoughtTag> tags_;
  WorkBudget& budget_;
  std::unique_ptr<VersionRowSource> source_;
  std::vector<TagVersion> versions_;
  std::vector<TagRowsPtr> rows_;
  std::vector<LocatedRowsPtr> located_;
  std::vector<MemberRows> read_;
};

}  // namespace

absl::StatusOr<std::vector<MemberRows>> ReadMemberRows(const Snapshot& snapshot, Ordinal member,
                                                       absl::Span<const SoughtTag> tags, WorkBudget& budget) {
  return MemberReader(snapshot, member, tags, budget).Read();
}

}  // namespace muster::index
