// A consistent read view: one version of everyone and of every tag, leased for as long as somebody holds it.
#ifndef MUSTER_INDEX_VERSIONS_SNAPSHOTS_SNAPSHOT_H_
#define MUSTER_INDEX_VERSIONS_SNAPSHOTS_SNAPSHOT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "index/bitmap/row_id.h"
#include "index/bitmap/row_source.h"
#include "index/concurrency/work_budget.h"
#include "index/status/status_macros.h"
#include "index/versions/records/values_with_rows.h"
#include "index/versions/records/version.h"

namespace muster::index {

// Immutable and thread-safe. Holds the lease on its versions until it is destroyed; one that a Population
// gave holds that too. Reads open short transactions of their own, so a snapshot may live for hours.
//
// A dated view is a snapshot too: a state of the population AS OF a date (docs/semantics.md, rules 10 and
// 20). It has of each tag the version with the greatest business date that isn't later, and finds it when the
// tag is first asked for; in a pinned one the versions that are named stay what they are. It has everyone's
// version of the snapshot that it was opened from, since only everyone's dates tell who had joined: its
// members are those whose first date isn't later than its own. No version names members who joined after the
// version's business date.
class Snapshot {
 public:
  virtual ~Snapshot() = default;
  // Of a dated view everyone's alone: see FindVersion.
  virtual const VersionVector& versions() const = 0;
  // The version that the view has of the tag; nothing: it has none.
  virtual absl::StatusOr<std::optional<Version>> FindVersion(TagId tag) const {
    const auto version = versions().find(tag);
    return version == versions().end() ? std::nullopt : std::make_optional(version->second);
  }
  // For each of the tags whether the view has a version of it: for lists. A dated view doesn't come to hold
  // them, and what it has to read is spent of `budget`.
  virtual absl::StatusOr<std::vector<bool>> HaveVersions(absl::Span<const TagId> tags,
                                                         WorkBudget& budget) const {
    RETURN_IF_ERROR(budget.Check());
    std::vector<bool> have;
    have.reserve(tags.size());
    for (const TagId tag : tags) have.push_back(versions().contains(tag));
    return have;
  }
  // The date of a dated view.
  virtual std::optional<absl::CivilDay> as_of() const { return std::nullopt; }
  // Whether it was opened for a token, or is a view AS OF a date from such a one: undated, it then has the
  // tags that the token names, and of others nothing, though they had versions when it was taken.
  virtual bool is_pinned() const { return false; }
  // The view AS OF `day`, of what was published when this snapshot was taken. For OpenAsOf below.
  virtual absl::StatusOr<std::shared_ptr<const Snapshot>> AsOf(absl::CivilDay day) const = 0;
  // The least date AS OF which the tag has a version, of what was published when this snapshot was taken;
  // nothing: it was never loaded.
  virtual absl::StatusOr<std::optional<absl::CivilDay>> FirstDate(TagId tag) const = 0;
  // Some of its versions as a token names them. REQUIRES: each is the snapshot's, in a dated view one that
  // was found.
  virtual PinnedView Pin(const VersionVector& versions) const = 0;
  // Members of everyone: in a dated view those who joined later too.
  virtual uint64_t member_count() const = 0;
  // How many members a dated view has, once somebody counted them and said so.
  virtual std::optional<uint64_t> dated_member_count() const { return std::nullopt; }
  virtual void KeepDatedMemberCount(uint64_t /*count*/) const {}
  // Fragments that hold a member: a scan covers [0, fragment_count()).
  virtual uint32_t fragment_count() const = 0;
  // For one thread. Answers every row, stored or not. REQUIRES: the snapshot outlives it, and in a dated view
  // the tags that it is asked for were found before.
  virtual std::unique_ptr<RowSource> NewRowSource() const = 0;
  // The same, reading in the transactions of `first`, a source of the same population and thread. REQUIRES:
  // each of its windows begins after the one of `first` for the same fragments, and ends before that.
  virtual std::unique_ptr<RowSource> NewRowSourceBeside(RowSource& /*first*/) const { return NewRowSource(); }
  // How many ordinals a row holds, exactly, from statistics; 0 for a row that isn't there.
  virtual absl::StatusOr<uint64_t> RowCardinality(RowRef row) const = 0;
  // The same for many rows of one tag, in their order, without a transaction for each. Ascending ones are
  // found fastest.
  virtual absl::StatusOr<std::vector<uint64_t>> RowCardinalities(TagId tag,
                                                                 absl::Span<const RowId> rows) const = 0;
  // Calls `visit(row, cardinality)` for each row of the tag with a value id in [first, last] that holds any
  // ordinal, ascending, until it answers false.
  virtual absl::Status VisitRows(TagId tag, ValueId first, ValueId last,
                                 const std::function<bool(RowId, uint64_t)>& visit) const = 0;
  // Which values of the tag have rows of their own. Those of the others are put together from the tag's
  // value-id slices whenever they are read, which costs more than to ask the slices themselves.
  virtual absl::StatusOr<ValuesWithRows> FindValuesWithRows(TagId tag) const = 0;
  // The digits after the point of a NUMBER tag's numbers in this version; 0 for other kinds and a tag that
  // the snapshot doesn't have.
  virtual absl::StatusOr<int> Scale(TagId tag) const = 0;
  // Whether the row holds the ordinal.
  virtual absl::StatusOr<bool> Contains(RowRef row, uint64_t ordinal) const = 0;
};

// The view AS OF `day` of what was published when `base` was taken; holds `base` too.
inline absl::StatusOr<std::shared_ptr<const Snapshot>> OpenAsOf(const std::shared_ptr<const Snapshot>& base,
                                                                absl::CivilDay day) {
  struct Dated {
    std::shared_ptr<const Snapshot> base;
    std::shared_ptr<const Snapshot> view;  // goes before it
  };
  auto held = std::make_shared<Dated>();
  held->base = base;
  ASSIGN_OR_RETURN(held->view, base->AsOf(day));
  const Snapshot* const view = held->view.get();
  return std::shared_ptr<const Snapshot>(std::move(held), view);
}

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_SNAPSHOTS_SNAPSHOT_H_
