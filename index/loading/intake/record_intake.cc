#include "index/loading/intake/record_intake.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <thread>
#include <utility>

#include "index/dictionary/member_id_check.h"
#include "index/dictionary/value_dictionary.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "text/quoted.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

// The most bytes of new member ids that are pending in memory, over all loads of a population.
constexpr uint64_t kPendingBytesMax = uint64_t{512} << 20;
// As many are not stored before the commit to save memory.
constexpr uint64_t kFewIdBytes = uint64_t{4} << 20;

absl::Status BadBatch(const std::string& message) {
  return WithReason(absl::InvalidArgumentError(message), Reason::kBadRequest);
}

absl::Status CheckCells(const CellsView& cells, size_t records, const std::string& what) {
  if (cells.records() != records || cells.codes.size() % sizeof(uint16_t) != 0) {
    return BadBatch(
        Sentence("the batch has ", records, " member ids, but ", cells.records(), " cells of ", what));
  }
  if (cells.coded() && cells.ends.size() > kCodedTextsMax)
    return BadBatch(Sentence(what, " has ", cells.ends.size(), " texts for its codes"));
  uint32_t before = 0;
  for (const uint32_t end : cells.ends) {
    if (end < before || end > cells.text.size())
      return BadBatch(Sentence("the ends of ", what, " leave its text"));
    before = end;
  }
  if (cells.FirstWithoutText()) return BadBatch(Sentence("a code of ", what, " names no text"));
  return absl::OkStatus();
}

// Which tags' values are counted: their layout depends on how many members have each.
std::vector<bool> CountedTags(const LoadPlan& plan) {
  std::vector<bool> counted;
  for (const PlannedTag& planned : plan.tags) counted.push_back(planned.tag.kind == TagKind::kSingle);
  return counted;
}

// The most values that the column's cells can have: a value has at least a byte, and only a list has several,
// with something between them.
uint64_t MostValues(const CellsView& cells, bool are_lists) {
  if (!are_lists) return cells.coded() ? cells.records() : std::min(cells.text.size(), cells.records());
  uint64_t text = cells.text.size();
  if (cells.coded()) {
    text = 0;
    for (size_t record = 0; record < cells.records(); ++record)
      text += cells.TextAt(cells.CodeOf(record)).size();
  }
  return std::min<uint64_t>(text, cells.records() + text / 2);
}

}  // namespace

RecordIntake::RecordIntake(MemberDictionary& members, Environment& index, const LoadPlan& plan,
                           SpoolOptions spool)
    : members_(members),
      index_(index),
      trim_(plan.spec.trim),
      is_long_(plan.spec.is_long),
      makes_members_(plan.spec.makes_members()),
      missing_(ComparableTexts(plan.spec.missing, plan.spec.trim)),
      spool_(plan.spec.tags.size(), std::move(spool), CountedTags(plan)),
      commit_bytes_(spool_.options().commit_bytes),
      columns_(plan.spec.tags.size()) {}

absl::StatusOr<std::unique_ptr<RecordIntake>> RecordIntake::Make(const LoadPlan& plan,
                                                                 MemberDictionary& members,
                                                                 Environment& index, SpoolOptions spool,
                                                                 ValueTables* values) {
  std::unique_ptr<RecordIntake> intake(new RecordIntake(members, index, plan, std::move(spool)));
  if (plan.spec.keep_rejected)
    intake->log_.Keep(std::make_shared<KeptRejections>(intake->spool_.options().folder));
  for (size_t i = 0; i < plan.tags.size(); ++i) {
    const PlannedTag& planned = plan.tags[i];
    intake->interners_.emplace_back();
    intake->are_lists_.push_back(TraitsOf(planned.tag.kind).has_several);
    if (TraitsOf(planned.tag.kind).has_texts) {
      ASSIGN_OR_RETURN(ValueInterner interner, intake->InternerOf(planned, values));
      intake->interners_.back() = std::make_unique<ValueInterner>(std::move(interner));
    }
    ASSIGN_OR_RETURN(CellReader reader, CellReader::Make(planned.tag, plan.spec.tags[i], plan.spec, plan.zone,
                                                         intake->interners_.back().get()));
    intake->readers_.push_back(std::move(reader));
  }
  return intake;
}

absl::StatusOr<ValueInterner> RecordIntake::InternerOf(const PlannedTag& planned, ValueTables* values) const {
  if (values != nullptr) {
    ASSIGN_OR_RETURN(std::shared_ptr<PendingValues> pending,
                     values->Open(planned.tag.name, planned.is_new ? 0 : planned.tag.id));
    return ValueInterner(std::move(pending));
  }
  if (!planned.is_new) return index::InternerOf(index_, planned.tag.id);
  return ValueInterner([](std::string_view) { return std::optional<ValueId>(); }, 0);
}

void RecordIntake::PublishValues(const LoadPlan& plan) {
  for (size_t i = 0; i < interners_.size(); ++i) {
    if (interners_[i] != nullptr) interners_[i]->Publish(StoredValuesOf(index_, plan.tags[i].tag.id));
  }
}

absl::Status RecordIntake::Feed(const RecordBatchView& batch) {
  RETURN_IF_ERROR(CheckBatch(batch));
  for (const InputFile& file : batch.files) log_.AddFile(file);
  const size_t size = batch.member_ids.ends.size();
  std::vector<uint64_t> lines;
  if (part_lines_.used()) lines = part_lines_.LinesOf(size, batch.lines);
  BatchRejections rejections(size, part_lines_.used() ? absl::MakeConstSpan(lines) : batch.lines,
                             records_ + 1, log_);
  ReadMemberIds(batch.member_ids, rejections);
  if (is_long_) RETURN_IF_ERROR(ReadLong(batch, rejections));
  for (size_t tag = 0; tag < readers_.size() && !is_long_; ++tag) {
    RETURN_IF_ERROR(readers_[tag].Read(batch.cells[tag], rejections, columns_[tag]));
  }
  RETURN_IF_ERROR(FindOrdinals(rejections));
  CountDropped(batch, rejections);
  RETURN_IF_ERROR(spool_.Append(ordinals_, rejections, columns_));
  for (const RejectedRecord& rejected : batch.rejected) {
    const uint64_t line = part_lines_.used() ? part_lines_.LineOf(rejected.line) : rejected.line;
    log_.Reject(line, rejected.reason, [&rejected] { return rejected.message; });
  }
  records_ += size + batch.rejected.size();
  return members_.PendingBytes() > kPendingBytesMax ? members_.Flush() : absl::OkStatus();
}

absl::Status RecordIntake::CheckBatch(const RecordBatchView& batch) const {
  const size_t size = batch.member_ids.ends.size();
  const size_t columns = is_long_ ? 1 : readers_.size();
  if (batch.cells.size() != columns) {
    return BadBatch(
        Sentence("the batch has ", batch.cells.size(), " columns of cells, and the load takes ", columns));
  }
  RETURN_IF_ERROR(CheckTagNumbers(batch));
  RETURN_IF_ERROR(log_.files().Check(batch.files));
  if (!batch.lines.empty() && batch.lines.size() != size) {
    return BadBatch(
        Sentence("the batch has ", size, " member ids, but ", batch.lines.size(), " line numbers"));
  }
  if (batch.member_ids.coded()) return BadBatch("the member ids of the batch are coded");
  RETURN_IF_ERROR(CheckCells(batch.member_ids, size, "the member ids"));
  for (size_t tag = 0; tag < batch.cells.size(); ++tag) {
    RETURN_IF_ERROR(CheckCells(batch.cells[tag], size,
                               is_long_ ? "the batch" : Sentence("tag ", tag + 1, " of the load")));
  }
  for (const RejectedRecord& rejected : batch.rejected) {
    if (rejected.reason < Rejection::kRagged || rejected.reason > Rejection::kUnknownTag) {
      return BadBatch(Sentence("line ", rejected.line, " was rejected for an unknown reason"));
    }
  }
  return absl::OkStatus();
}

absl::Status RecordIntake::CheckTagNumbers(const RecordBatchView& batch) const {
  const size_t records = batch.member_ids.ends.size();
  if (batch.tag_numbers.size() != (is_long_ ? records * sizeof(uint16_t) : 0)) {
    return BadBatch(Sentence("the batch has ", records, " records and ", batch.tag_numbers.size(),
                             " bytes of tag numbers"));
  }
  for (size_t record = 0; is_long_ && record < records; ++record) {
    if (batch.TagOf(record) >= readers_.size()) return BadBatch("a tag number of the batch names no tag");
  }
  return absl::OkStatus();
}

absl::Status RecordIntake::ReadLong(const RecordBatchView& batch, BatchRejections& rejections) {
  const size_t size = batch.member_ids.ends.size();
  // The records by tag, and of each tag in the order of the input.
  std::vector<uint32_t> begins(readers_.size() + 1, 0);
  for (size_t record = 0; record < size; ++record) ++begins[batch.TagOf(record) + 1];
  std::partial_sum(begins.begin(), begins.end(), begins.begin());
  std::vector<uint32_t> records(size), next(begins.begin(), begins.end() - 1);
  for (size_t record = 0; record < size; ++record)
    records[next[batch.TagOf(record)]++] = static_cast<uint32_t>(record);
  const bool is_plain = IsPlainText(batch.cells[0].text);
  for (size_t tag = 0; tag < readers_.size(); ++tag) {
    const auto of_tag = absl::MakeConstSpan(records).subspan(begins[tag], begins[tag + 1] - begins[tag]);
    RETURN_IF_ERROR(readers_[tag].ReadRecords(batch.cells[0], is_plain, of_tag, rejections, columns_[tag]));
  }
  return absl::OkStatus();
}

void RecordIntake::ReadMemberIds(const CellsView& cells, BatchRejections& rejections) {
  ids_.clear();
  for (size_t record = 0; record < cells.ends.size(); ++record) {
    std::string_view id = cells.TextAt(record);
    if (trim_) id = TrimmedCell(id);
    ids_.push_back(id);
    if (!id.empty() && IsMissingText(id, missing_)) {
      rejections.Reject(record, Rejection::kBadMemberId, [&] {
        return Sentence("the member id ", Quoted(id), " means \"no value\": the member id is empty");
      });
    } else if (const std::optional<MemberIdFault> fault = FaultOfMemberId(id)) {
      rejections.Reject(record, fault->is_text ? Rejection::kBadText : Rejection::kBadMemberId,
                        [&] { return fault->why; });
    }
  }
}

absl::Status RecordIntake::FindOrdinals(BatchRejections& rejections) {
  std::vector<std::string_view> accepted;
  std::vector<uint32_t> records;
  accepted.reserve(ids_.size());
  records.reserve(ids_.size());
  for (size_t i = 0; i < ids_.size(); ++i) {
    if (rejections.rejected(i)) continue;
    accepted.push_back(ids_[i]);
    records.push_back(static_cast<uint32_t>(i));
  }
  std::vector<Ordinal> given(accepted.size());
  if (makes_members_) {
    RETURN_IF_ERROR(AssignOrdinals(accepted, absl::MakeSpan(given)));
  } else {
    std::vector<uint32_t> missing;
    RETURN_IF_ERROR(members_.FindAll(accepted, absl::MakeSpan(given), missing));
    for (const uint32_t place : missing) {
      unknown_.Add(accepted[place]);
      rejections.LeaveOut(records[place]);
    }
  }
  ordinals_.assign(ids_.size(), 0);
  for (size_t i = 0; i < records.size(); ++i) ordinals_[records[i]] = given[i];
  return absl::OkStatus();
}

absl::Status RecordIntake::AssignOrdinals(absl::Span<const std::string_view> ids,
                                          absl::Span<Ordinal> ordinals) {
  const uint64_t waiting_before = members_.PendingBytes();
  RETURN_IF_ERROR(members_.Assign(ids, ordinals));
  // Other loads add ids at the same time: bytes are rather counted by two loads than by none.
  new_id_bytes_ += std::max(members_.PendingBytes(), waiting_before) - waiting_before;
  return absl::OkStatus();
}

void RecordIntake::CountDropped(const RecordBatchView& batch, const BatchRejections& rejections) {
  if (!rejections.any()) return;
  const auto text = [](const CellsView& cells, size_t record) {
    return cells.TextAt(cells.coded() ? cells.CodeOf(record) : record);
  };
  for (size_t record = 0; record < rejections.size(); ++record) {
    if (!rejections.rejected(record)) continue;
    if (is_long_) {
      dropped_cells_ += readers_[batch.TagOf(record)].IsEmpty(text(batch.cells[0], record)) ? 0 : 1;
      continue;
    }
    for (size_t tag = 0; tag < readers_.size(); ++tag)
      dropped_cells_ += readers_[tag].IsEmpty(text(batch.cells[tag], record)) ? 0 : 1;
  }
}

absl::Status RecordIntake::Spill() {
  const uint64_t freed = spool_.RecordBytes();
  RETURN_IF_ERROR(spool_.Spill());
  // Ids that are not stored yet are memory too. Storing them in parts costs time and disk, so they stay until
  // they leave little for records.
  const uint64_t ids = std::min(new_id_bytes_, members_.PendingBytes());
  return ids > kFewIdBytes && ids / 8 > freed ? members_.Flush() : absl::OkStatus();
}

uint64_t RecordIntake::HeldBytes() const {
  uint64_t bytes = spool_.ByteSize() + ids_.capacity() * sizeof(decltype(ids_)::value_type) +
                   ordinals_.capacity() * sizeof(Ordinal) + std::min(new_id_bytes_, members_.PendingBytes()) +
                   log_.files().ByteSize();
  if (log_.kept() != nullptr) bytes += log_.kept()->ByteSize();
  for (const TypedColumn& column : columns_) bytes += column.ByteSize();
  for (const std::unique_ptr<ValueInterner>& values : interners_) {
    if (values) bytes += values->ByteSize();
  }
  return bytes;
}

// An upper bound: what the batch adds, vectors and tables that grow by it, and temporary memory.
uint64_t RecordIntake::BytesToFeed(const RecordBatchView& batch) const {
  // Of a record: its id and ordinal as they are assigned (twice each, and in the dictionary). Of a value:
  // record and value in the batch's column, and a slot of a table.
  constexpr uint64_t kRecordBytes = 144, kSpooledRecordBytes = 16;
  constexpr uint64_t kValueBytes = 48, kSpooledValueBytes = 16;
  const uint64_t records = batch.member_ids.ends.size();
  uint64_t bytes = records * kRecordBytes + batch.member_ids.text.size();
  uint64_t spooled = records * kSpooledRecordBytes;
  if (is_long_ && !batch.cells.empty()) {
    const bool are_lists = std::find(are_lists_.begin(), are_lists_.end(), true) != are_lists_.end();
    const uint64_t values = MostValues(batch.cells[0], are_lists);
    bytes += values * kValueBytes + batch.cells[0].text.size();
    for (const std::unique_ptr<ValueInterner>& interner : interners_)
      bytes += interner ? interner->ByteSize() : 0;
    return bytes + spool_.BytesToAppend(spooled + values * kSpooledValueBytes);
  }
  for (size_t tag = 0; tag < batch.cells.size() && tag < interners_.size(); ++tag) {
    const uint64_t values = MostValues(batch.cells[tag], are_lists_[tag]);
    bytes += values * kValueBytes;
    spooled += values * kSpooledValueBytes;
    if (interners_[tag]) bytes += batch.cells[tag].text.size() + interners_[tag]->ByteSize();
  }
  return bytes + spool_.BytesToAppend(spooled);
}

// Upper bounds. Columns are staged in one piece; packed records range by range at least. One thread is enough.
CommitBytes RecordIntake::BytesToCommit() const {
  const size_t threads = StagingThreads();
  if (!spool_.packed()) {
    const RangeSize size = spool_.UnpackedSize();
    return {BytesToStage(size, 1), BytesToStage(size, threads)};
  }
  CommitBytes bytes{spool_.BytesToPack(), spool_.BytesToPack()};
  RangeSize all;
  for (const RangeSize& range : spool_.parts().ranges()) {
    bytes.least = std::max(bytes.least, BytesToStage(range, 1));
    all.records += range.records;
    all.bytes += range.bytes;
    all.largest += range.largest;
  }
  bytes.most += BytesToStage(all, threads);
  return bytes;
}

// A column is staged by one thread.
size_t RecordIntake::StagingThreads() const {
  const size_t processors = std::max(1u, std::thread::hardware_concurrency());
  return std::clamp<size_t>(readers_.size(), 1, processors);
}

StagingRoom RecordIntake::staging_room() const { return {commit_bytes_, StagingThreads()}; }

}  // namespace muster::index
