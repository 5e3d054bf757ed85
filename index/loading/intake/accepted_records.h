// Selects the records of a load that count, checks whether they are enough to load, and gives them by member.
#ifndef MUSTER_INDEX_LOADING_INTAKE_ACCEPTED_RECORDS_H_
#define MUSTER_INDEX_LOADING_INTAKE_ACCEPTED_RECORDS_H_

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "index/catalog/tag.h"
#include "index/dictionary/member_dictionary.h"
#include "index/loading/intake/contradictions.h"
#include "index/loading/intake/member_cells.h"
#include "index/loading/intake/record_intake.h"
#include "index/loading/intake/record_parts.h"
#include "index/loading/membership/known_members.h"
#include "index/loading/plan/load_plan.h"
#include "index/storage/environment.h"

namespace muster::index {

// The tags of a load, and what decides when a member's records differ in them. A plain value.
struct JudgedTags {
  std::vector<Tag> tags;
  ConflictRules rules;
  std::shared_ptr<KnownMembers> known_members = nullptr;  // null: records of all members count
};

// The accepted records of a span of fragments: those that no check drops. Not movable: the order refers to
// the records.
class Tile {
 public:
  // Where columns are that the records don't have; no parts: they have all. Lifetime: the parts outlive the tile.
  struct Source {
    const RecordParts* parts = nullptr;
    RangeSpan ranges;
    bool keeps = false;  // Cells leaves the cells in the tile, always
  };

  // `dropped`: one byte for each record, or empty.
  Tile(FragmentSpan span, SpooledRecords records, const std::vector<uint8_t>& dropped, ConflictRules rules,
       Source source)
      : span_(span),
        records_(std::move(records)),
        order_(records_.ordinals, dropped),
        rules_(std::move(rules)),
        source_(source) {}
  Tile(const Tile&) = delete;
  Tile& operator=(const Tile&) = delete;

  // The members that have a record, ascending, without duplicates.
  const BlockVector<Ordinal>& members() const { return order_.members(); }
  // Takes the cells of a tag out of the tile. `keep`: leaves them in it, for another call. Thread-safe for
  // different tags. Errors of RecordParts.
  absl::StatusOr<MemberCells> Cells(size_t tag, bool keep = false);

 private:
  const FragmentSpan span_;
  SpooledRecords records_;
  const MemberOrder order_;
  const ConflictRules rules_;
  const Source source_;
};

// Which ranges are one tile, and how many threads the memory for it lasts for.
struct TilePlan {
  RangeSpan ranges;
  size_t threads = 1;
};

// A load's records that count, tile by tile in the order of the fragments. One tile has all of them when they
// aren't packed. Not thread-safe. Lifetime: the intake outlives it.
class AcceptedRecords {
 public:
  // Of an intake without packed records. `keeps`: whether Open may be called several times.
  AcceptedRecords(std::shared_ptr<Tile> all, size_t threads, bool keeps)
      : keeps_(keeps),
        all_(std::move(all)),
        tiles_({{{}, threads}}),
        end_(all_->members().empty() ? 0 : all_->members().back() + 1) {}
  // Of packed ones: the ranges of `tiles` are contiguous from 0; `end` as end().
  AcceptedRecords(RecordSpool& spool, JudgedTags tags, std::vector<TilePlan> tiles, Ordinal end)
      : spool_(&spool), tags_(std::move(tags)), tiles_(std::move(tiles)), end_(end) {}

  size_t tile_count() const { return tiles_.size(); }
  // The most threads that may stage the tile.
  size_t threads(size_t i) const { return tiles_[i].threads; }
  // Whether no record counts: then there is one tile, without records.
  bool empty() const { return end_ == 0; }
  // The ordinal after the last member's; 0 when there is none.
  Ordinal end() const { return end_; }
  // Reads a tile. The only tile of records that aren't packed is given away, unless they are kept: call it once.
  absl::StatusOr<std::shared_ptr<Tile>> Open(size_t i);
  // How many members have each value of a SINGLE tag; ascending by value. REQUIRES: several tiles.
  std::vector<ValueSize> ValueSizes(size_t tag) const;

 private:
  bool keeps_ = false;
  std::shared_ptr<Tile> all_;  // null: the records are packed, or Open gave them away
  RecordSpool* spool_ = nullptr;
  JudgedTags tags_;
  std::vector<TilePlan> tiles_;
  const Ordinal end_;
};

// The sources of ids and values that existed before the load, for messages.
struct KnownTexts {
  const MemberDictionary& members;
  Environment& index;
  // Null: the load makes the members that its records name. Shared by the tiles, which outlive the call.
  std::shared_ptr<KnownMembers> known_members = nullptr;
};

// Ends the feeding: takes the records, drops those that contradict earlier ones, and those of unknown members if
// the load makes none, and counts into `result` how many were rejected and why, and their cells. `records`: how
// many the client sent. INVALID_ARGUMENT, kBadRequest: another
// number arrived. FAILED_PRECONDITION: kTooManyRejected, or kNoRecords when none counts and the spec doesn't
// allow that. When records are packed, the rest is packed too. Records of a MERGE are kept, since it may be staged
// several times. Errors of RecordParts.
absl::StatusOr<std::unique_ptr<AcceptedRecords>> AcceptRecords(const LoadPlan& plan, const KnownTexts& known,
                                                               RecordIntake& intake, uint64_t records,
                                                               LoadResult& result);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_INTAKE_ACCEPTED_RECORDS_H_
