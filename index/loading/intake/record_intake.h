// Takes a load's batches: checks member ids and cells, assigns ordinals and spools accepted records.
#ifndef MUSTER_INDEX_LOADING_INTAKE_RECORD_INTAKE_H_
#define MUSTER_INDEX_LOADING_INTAKE_RECORD_INTAKE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/dictionary/member_dictionary.h"
#include "index/dictionary/value_dictionary.h"
#include "index/dictionary/value_interner.h"
#include "index/loading/intake/cell_reader.h"
#include "index/loading/intake/record_spool.h"
#include "index/loading/intake/rejection_log.h"
#include "index/loading/membership/unknown_records.h"
#include "index/loading/plan/load_plan.h"
#include "index/storage/environment.h"

namespace muster::index {

// How many bytes of memory and how many threads staging may take.
struct StagingRoom {
  uint64_t bytes = 0;
  size_t threads = 1;
};

// One load's intake. Not thread-safe. Lifetime: dictionary and environment outlive it.
class RecordIntake {
 public:
  // Checks the cells' formats: INVALID_ARGUMENT, kBadRequest. `index`: where values are stored. `spool`: where
  // records go when Spill is called. `values`: those of the population, in which open loads of the same tags share;
  // null: there are none.
  static absl::StatusOr<std::unique_ptr<RecordIntake>> Make(const LoadPlan& plan, MemberDictionary& members,
                                                            Environment& index, SpoolOptions spool = {},
                                                            ValueTables* values = nullptr);

  // As Load::Feed. A batch whose columns don't fit each other changes nothing.
  absl::Status Feed(const RecordBatchView& batch);

  // As Load::BeginPart.
  void BeginPart(std::string name) { part_lines_.Begin(std::move(name)); }
  const PartLines& part_lines() const { return part_lines_; }

  // Records fed or rejected so far.
  uint64_t records() const { return records_; }
  uint64_t accepted() const { return spool_.record_count(); }
  // Those of members that the population doesn't have, when the load makes none. The commit finds more of them.
  UnknownRecords& unknown() { return unknown_; }
  // Cells that weren't empty, of records that were rejected or whose member is unknown, without those of the
  // client's rejected records.
  uint64_t dropped_cells() const { return dropped_cells_; }
  void AddDroppedCells(uint64_t count) { dropped_cells_ += count; }
  RejectionLog& log() { return log_; }
  // Null unless the spec has keep_rejected. It may outlive the intake.
  std::shared_ptr<const KeptRejections> kept_rejections() const { return log_.kept(); }
  RecordSpool& spool() { return spool_; }

  // As in Load.
  uint64_t HeldBytes() const;
  uint64_t BytesToFeed(const RecordBatchView& batch) const;
  CommitBytes BytesToCommit() const;
  uint64_t SpillableBytes() const { return spool_.options().folder.empty() ? 0 : spool_.RecordBytes(); }
  bool packed() const { return spool_.packed(); }
  absl::Status Spill();
  void SetCommitBytes(uint64_t bytes) { commit_bytes_ = bytes; }
  // What the commit may take.
  StagingRoom staging_room() const;
  // The interner of the plan's tag `i`, with its new values; null when the kind has no texts.
  const ValueInterner* values(size_t i) const { return interners_[i].get(); }
  // The load was published: other loads find its new values in the store. `plan`: its tags have their ids.
  void PublishValues(const LoadPlan& plan);

 private:
  RecordIntake(MemberDictionary& members, Environment& index, const LoadPlan& plan, SpoolOptions spool);
  absl::StatusOr<ValueInterner> InternerOf(const PlannedTag& planned, ValueTables* values) const;

  size_t StagingThreads() const;
  absl::Status CheckBatch(const RecordBatchView& batch) const;
  absl::Status CheckTagNumbers(const RecordBatchView& batch) const;
  // Reads the cells of a long batch into `columns_`: those of one tag after those of another.
  absl::Status ReadLong(const RecordBatchView& batch, BatchRejections& rejections);
  // Reads the batch's member ids into `ids_`; invalid ones reject their record.
  void ReadMemberIds(const CellsView& cells, BatchRejections& rejections);
  // Sets `ordinals_` of the records that weren't rejected. If the load makes no members, records of ids without an
  // ordinal are left out.
  absl::Status FindOrdinals(BatchRejections& rejections);
  absl::Status AssignOrdinals(absl::Span<const std::string_view> ids, absl::Span<Ordinal> ordinals);
  // Adds the cells of the records that are dropped.
  void CountDropped(const RecordBatchView& batch, const BatchRejections& rejections);

  MemberDictionary& members_;
  Environment& index_;
  const bool trim_, is_long_, makes_members_;
  const std::vector<std::string> missing_;
  std::vector<std::unique_ptr<ValueInterner>> interners_;
  std::vector<bool> are_lists_;  // by tag: a cell may have several values
  std::vector<CellReader> readers_;
  RejectionLog log_;
  UnknownRecords unknown_;
  uint64_t dropped_cells_ = 0;
  PartLines part_lines_;
  RecordSpool spool_;
  uint64_t commit_bytes_;
  uint64_t records_ = 0;
  uint64_t new_id_bytes_ = 0;  // that its ids added to the dictionary's pending ids
  // Buffers of the batch being fed, reused for the next one.
  std::vector<TypedColumn> columns_;
  std::vector<std::string_view> ids_;
  std::vector<Ordinal> ordinals_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_INTAKE_RECORD_INTAKE_H_
