#include "index/loading/intake/accepted_records.h"

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>

#include "absl/strings/str_format.h"
#include "index/dictionary/value_dictionary.h"
#include "index/loading/intake/contradictions.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

// New values are only in the load's interner so far.
std::string TextOf(const LoadPlan& plan, Environment& index, const RecordIntake& intake, size_t tag,
                   ValueId value) {
  const std::string_view fresh = intake.values(tag)->FreshText(value);
  if (!fresh.empty()) return std::string(fresh);
  const absl::StatusOr<ReadTransaction> view = index.BeginRead();
  if (view.ok()) {
    const absl::StatusOr<std::string_view> text = ValueText(*view, plan.tags[tag].tag.id, value);
    if (text.ok()) return std::string(*text);
  }
  return Sentence("value ", value);
}

// A text that can't be read is shown as its number, since it is only for a message.
RecordTexts TextsOf(const LoadPlan& plan, const KnownTexts& known, const RecordIntake& intake) {
  RecordTexts texts;
  texts.member_id = [&known](Ordinal ordinal) {
    absl::StatusOr<std::string> id = known.members.IdOf(ordinal);
    return id.ok() ? *std::move(id) : Sentence("number ", ordinal);
  };
  texts.value = [&](size_t tag, ValueId value) { return TextOf(plan, known.index, intake, tag, value); };
  texts.zone = plan.zone;
  return texts;
}

// "\nline 7: why", one after another.
std::string FirstRejected(const LoadResult& result) {
  std::string lines;
  for (const RejectedRecord& rejected : result.first_rejected) {
    lines += Sentence("\nline ", rejected.line, ": ", rejected.message);
  }
  return lines;
}

absl::Status CheckRejected(const LoadSpec& spec, const LoadResult& result) {
  const double share = result.records == 0 ? 0
                                           : static_cast<double>(result.rejected_records) /
                                                 static_cast<double>(result.records);
  if (share <= spec.max_rejected) return absl::OkStatus();
  const std::string message = absl::StrFormat(
      "%d of %d records were rejected, more than the share of %g that max_rejected allows; mend the input or "
      "raise it",
      result.rejected_records, result.records, spec.max_rejected);
  return WithReason(absl::FailedPreconditionError(message + FirstRejected(result)), Reason::kTooManyRejected);
}

absl::Status CheckEmpty(const LoadSpec& spec, const LoadResult& result) {
  if (spec.allow_empty) return absl::OkStatus();
  std::string what = "the input has no record";
  if (result.records > 0) what = Sentence("none of ", result.records, " records was accepted");
  if (result.unknown_records > 0) {
    what = Sentence("none of ", result.records,
                    result.rejected_records > 0 ? " records was accepted and names a member of the population"
                                                : " records names a member of the population");
  }
  const std::string_view otherwise = spec.mode == LoadMode::kReplace
                                         ? ", and a REPLACE would empty its tags: mend the input, or say "
                                           "allow_empty (--allow-empty) if that is meant"
                                         : ": mend the input, or say allow_empty (--allow-empty) if that is "
                                           "as it should be";
  return WithReason(absl::FailedPreconditionError(Sentence(what, otherwise, FirstRejected(result))),
                    Reason::kNoRecords);
}

bool HasRepeatedMembers(const BlockVector<Ordinal>& ordinals) {
  if (std::adjacent_find(ordinals.begin(), ordinals.end(), std::greater_equal<>()) == ordinals.end())
    return false;
  const auto [least, greatest] = std::minmax_element(ordinals.begin(), ordinals.end());
  const Ordinal first = *least, count = *greatest - first + 1;
  if (count / 64 > ordinals.size()) {  // members far apart
    BlockVector<Ordinal> sorted = ordinals;
    std::sort(sorted.begin(), sorted.end());
    return std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
  }
  std::vector<bool> seen(count, false);
  for (const Ordinal ordinal : ordinals) {
    if (seen[ordinal - first]) return true;
    seen[ordinal - first] = true;
  }
  return false;
}

// Packed records, and which of them don't count.
struct JudgedRecords {
  SpooledRecords records;
  bool whole = false;  // all columns were read
  std::vector<uint8_t> dropped;
};

// Lines and columns are read only when some records may not count: when members have several, or are unknown.
absl::StatusOr<JudgedRecords> ReadJudged(const RecordParts& parts, RangeSpan ranges, const JudgedTags& tags,
                                         const RecordTexts& texts, RejectionLog& log) {
  JudgedRecords judged;
  ASSIGN_OR_RETURN(judged.records.ordinals, parts.ReadOrdinals(ranges));
  if (tags.known_members != nullptr) {
    ASSIGN_OR_RETURN(judged.records.unknown, tags.known_members->FindUnknown(judged.records.ordinals));
  }
  judged.whole =
      !judged.records.unknown.empty() || (!parts.ascending() && HasRepeatedMembers(judged.records.ordinals));
  judged.records.columns.resize(tags.tags.size());
  if (!judged.whole) return judged;
  ASSIGN_OR_RETURN(judged.records.lines, parts.ReadLines(ranges));
  for (size_t tag = 0; tag < tags.tags.size(); ++tag) {
    ASSIGN_OR_RETURN(judged.records.columns[tag], parts.ReadColumn(ranges, tag));
  }
  judged.dropped = FindContradictions(judged.records, tags.tags, texts, log, tags.rules);
  return judged;
}

TilePlan TileFrom(const std::vector<RangeSize>& ranges, uint32_t first, const StagingRoom& room) {
  RangeSize size = ranges[first];
  uint32_t end = first + 1;
  for (; end < ranges.size(); ++end) {
    const RangeSize more{size.records + ranges[end].records, size.bytes + ranges[end].bytes,
                         size.largest + ranges[end].largest};
    if (BytesToStage(more, room.threads) > room.bytes) break;
    size = more;
  }
  return {{first, end}, ThreadsToStage(size, room.threads, room.bytes)};
}

std::vector<TilePlan> CutIntoTiles(const std::vector<RangeSize>& ranges, const StagingRoom& room) {
  std::vector<TilePlan> tiles;
  for (uint32_t first = 0; first < ranges.size(); first = tiles.back().ranges.end)
    tiles.push_back(TileFrom(ranges, first, room));
  return tiles;
}

// Notes the records of unknown members, and counts the cells of all that were dropped.
void NoteDropped(const SpooledRecords& records, const std::vector<uint8_t>& dropped, const RecordTexts& texts,
                 RecordIntake& intake) {
  if (dropped.empty()) return;
  for (size_t record = 0; record < records.unknown.size(); ++record) {
    if (records.unknown[record]) intake.unknown().Add(texts.member_id(records.ordinals[record]));
  }
  uint64_t cells = 0;
  for (const TypedColumn& column : records.columns) {
    for (size_t i = 0; i < column.size(); ++i) {
      const bool begins = i == 0 || column.records[i] != column.records[i - 1];
      cells += begins && dropped[column.records[i]] ? 1 : 0;
    }
    for (const uint32_t record : column.cleared) cells += dropped[record] ? 1 : 0;
  }
  intake.AddDroppedCells(cells);
}

// Judges the packed records, and corrects the counts of values: of a member with several records, a value
// counts once. Returns the ordinal after the last one that counts.
absl::StatusOr<Ordinal> JudgePacked(const std::vector<TilePlan>& tiles, const JudgedTags& tags,
                                    const RecordTexts& texts, RecordIntake& intake) {
  RecordSpool& spool = intake.spool();
  Ordinal end = 0;
  for (const TilePlan& tile : tiles) {
    ASSIGN_OR_RETURN(JudgedRecords judged, ReadJudged(spool.parts(), tile.ranges, tags, texts, intake.log()));
    NoteDropped(judged.records, judged.dropped, texts, intake);
    for (size_t record = 0; record < judged.records.ordinals.size(); ++record) {
      if (judged.dropped.empty() || !judged.dropped[record])
        end = std::max(end, judged.records.ordinals[record] + 1);
    }
    if (!judged.whole) continue;
    const MemberOrder order(judged.records.ordinals, judged.dropped);
    for (size_t tag = 0; tag < tags.tags.size(); ++tag) {
      if (tags.tags[tag].kind != TagKind::kSingle) continue;
      std::vector<uint32_t>& counts = spool.value_counts(tag);
      for (const ValueId value : judged.records.columns[tag].values) --counts[value];
      const MemberCells cells = order.Arrange(std::move(judged.records.columns[tag]), tags.rules.Of(tag));
      for (const ValueId value : cells.values) ++counts[value];
    }
  }
  return end;
}

absl::StatusOr<std::unique_ptr<AcceptedRecords>> AcceptPacked(const JudgedTags& tags,
                                                              const RecordTexts& texts,
                                                              RecordIntake& intake) {
  RecordSpool& spool = intake.spool();
  spool.Pack();
  std::vector<TilePlan> tiles = CutIntoTiles(spool.parts().ranges(), intake.staging_room());
  ASSIGN_OR_RETURN(const Ordinal end, JudgePacked(tiles, tags, texts, intake));
  return std::make_unique<AcceptedRecords>(spool, tags, std::move(tiles), end);
}

}  // namespace

absl::StatusOr<MemberCells> Tile::Cells(size_t tag, bool keep) {
  TypedColumn column;
  if (source_.parts != nullptr) {
    ASSIGN_OR_RETURN(column, source_.parts->ReadColumn(source_.ranges, tag));
  } else if (keep || source_.keeps) {
    column = records_.columns[tag];
  } else {
    column = std::move(records_.columns[tag]);
  }
  MemberCells cells = order_.Arrange(std::move(column), rules_.Of(tag));
  cells.span = span_;
  return cells;
}

absl::StatusOr<std::shared_ptr<Tile>> AcceptedRecords::Open(size_t i) {
  if (spool_ == nullptr) return keeps_ ? all_ : std::move(all_);
  const RecordParts& parts = spool_->parts();
  const RangeSpan ranges = tiles_[i].ranges;
  // Contradictions were logged before.
  RejectionLog unused;
  const RecordTexts no_texts{[](Ordinal) { return std::string(); },
                             [](size_t, ValueId) { return std::string(); }, absl::UTCTimeZone()};
  ASSIGN_OR_RETURN(JudgedRecords judged, ReadJudged(parts, ranges, tags_, no_texts, unused));
  const int bits = parts.range_bits() - static_cast<int>(kFragmentBits);
  FragmentSpan span{ranges.first << bits, ranges.end << bits};
  if (i + 1 == tiles_.size()) span.end = FragmentSpan::kNoEnd;
  return std::make_shared<Tile>(span, std::move(judged.records), judged.dropped, tags_.rules,
                                Tile::Source{judged.whole ? nullptr : &parts, ranges, false});
}

std::vector<ValueSize> AcceptedRecords::ValueSizes(size_t tag) const {
  const std::vector<uint32_t>& counts = spool_->value_counts(tag);
  std::vector<ValueSize> sizes;
  for (size_t value = 0; value < counts.size(); ++value) {
    if (counts[value] > 0) sizes.push_back({static_cast<ValueId>(value), counts[value]});
  }
  return sizes;
}

absl::StatusOr<std::unique_ptr<AcceptedRecords>> AcceptRecords(const LoadPlan& plan, const KnownTexts& known,
                                                               RecordIntake& intake, uint64_t records,
                                                               LoadResult& result) {
  if (records != intake.records()) {
    return WithReason(
        absl::InvalidArgumentError(Sentence("the load was ended after ", records, " records, but ",
                                            intake.records(), " arrived; send it again")),
        Reason::kBadRequest);
  }
  JudgedTags tags;
  for (const PlannedTag& planned : plan.tags) tags.tags.push_back(planned.tag);
  for (const LoadTagSpec& tag : plan.spec.tags) tags.rules.of_tags.push_back(tag.on_conflict);
  tags.rules.is_long = plan.spec.is_long;
  tags.rules.removes = plan.spec.mode == LoadMode::kRemove;
  if (tags.rules.removes) tags.rules.of_tags.clear();
  tags.known_members = known.known_members;
  const RecordTexts texts = TextsOf(plan, known, intake);
  std::unique_ptr<AcceptedRecords> accepted;
  if (intake.spool().packed()) {
    ASSIGN_OR_RETURN(accepted, AcceptPacked(tags, texts, intake));
  } else {
    const StagingRoom room = intake.staging_room();
    const size_t threads = ThreadsToStage(intake.spool().UnpackedSize(), room.threads, room.bytes);
    SpooledRecords all = intake.spool().Take();
    if (tags.known_members != nullptr) {
      ASSIGN_OR_RETURN(all.unknown, tags.known_members->FindUnknown(all.ordinals));
    }
    const std::vector<uint8_t> dropped = FindContradictions(all, tags.tags, texts, intake.log(), tags.rules);
    NoteDropped(all, dropped, texts, intake);
    const bool keeps = plan.spec.mode != LoadMode::kReplace;
    accepted = std::make_unique<AcceptedRecords>(
        std::make_shared<Tile>(FragmentSpan(), std::move(all), dropped, tags.rules,
                               Tile::Source{nullptr, {}, keeps}),
        threads, keeps);
  }
  result.records = records;
  result.rejected_records = intake.log().count();
  result.rejections = intake.log().ByReason();
  for (const RejectedRecord& first : intake.log().first())
    result.first_rejected.push_back(intake.part_lines().Named(first));
  result.unknown_records = intake.unknown().count();
  result.cells = CellCounts{.dropped = intake.dropped_cells()};
  if (result.unknown_records > 0) result.warnings.push_back(intake.unknown().Warning());
  RETURN_IF_ERROR(CheckRejected(plan.spec, result));
  if (accepted->empty()) {
    RETURN_IF_ERROR(CheckEmpty(plan.spec, result));
  }
  return accepted;
}

}  // namespace muster::index
