// Records between batches and members: rejections, spool, contradictions, order.
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/loading/intake/contradictions.h"
#include "index/loading/intake/member_cells.h"
#include "index/loading/intake/record_spool.h"
#include "index/loading/intake/rejection_log.h"
#include "index/loading/staging/row_builder.h"
#include "index/status/status_reason.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(RejectionLog, CountsByReasonAndKeepsTheFirstTenByLine) {
  RejectionLog log;
  for (uint64_t line = 30; line > 0; --line) {
    log.Reject(line, line % 2 ? Rejection::kRagged : Rejection::kBadCell,
               [line] { return std::to_string(line); });
  }
  EXPECT_EQ(log.count(), 30u);
  EXPECT_THAT(log.ByReason(),
              ElementsAre(std::pair(Rejection::kRagged, 15), std::pair(Rejection::kBadCell, 15)));
  ASSERT_EQ(log.first().size(), 10u);
  for (uint64_t i = 0; i < 10; ++i) EXPECT_EQ(log.first()[i].message, std::to_string(i + 1));
}

TEST(RecordSpool, DropsRejectedRecordsAndNumbersTheOthers) {
  RecordSpool spool(1);
  RejectionLog log;
  for (int batch = 0; batch < 2; ++batch) {
    BatchRejections rejections(3, {}, 1 + 3 * batch, log);
    rejections.Reject(1, Rejection::kBadCell, [] { return std::string("bad"); });
    TypedColumn column;
    column.records = {0, 1, 2, 2};
    column.values = {7, 8, 9, 10};
    column.cleared = {1};
    const std::vector<Ordinal> ordinals = {5, 6, 7};
    ASSERT_THAT(spool.Append(ordinals, rejections, {column}), IsOk());
  }
  EXPECT_EQ(spool.record_count(), 4u);
  const SpooledRecords records = spool.Take();
  EXPECT_THAT(records.ordinals, ElementsAre(5, 7, 5, 7));
  EXPECT_THAT(records.lines, ElementsAre(1, 3, 4, 6));
  EXPECT_THAT(records.columns[0].records, ElementsAre(0, 1, 1, 2, 3, 3));
  EXPECT_THAT(records.columns[0].values, ElementsAre(7, 9, 10, 7, 9, 10));
  EXPECT_THAT(records.columns[0].cleared, IsEmpty());
  EXPECT_EQ(spool.record_count(), 0u);
}

TEST(RecordSpool, SaysWhatItHolds) {
  RecordSpool spool(1);
  RejectionLog log;
  uint64_t most = 0;
  constexpr size_t kBatch = 1000;
  const BatchRejections rejections(kBatch, {}, 1, log);
  const std::vector<Ordinal> ordinals(kBatch, 1);
  TypedColumn column;
  for (uint32_t i = 0; i < kBatch; ++i) column.records.push_back(i);
  column.numbers.assign(kBatch, 7);
  for (uint64_t records = kBatch; records <= 100 * kBatch; records += kBatch) {
    ASSERT_THAT(spool.Append(ordinals, rejections, {column}), IsOk());
    const uint64_t needed =
        records * (sizeof(Ordinal) + sizeof(uint64_t) + sizeof(uint32_t) + sizeof(int64_t));
    EXPECT_GE(spool.ByteSize(), needed);
    EXPECT_LE(spool.ByteSize(), needed + needed / 4 + kBatch * 28);
    EXPECT_GE(spool.BytesToAppend(0), needed / 4);
    most = std::max(most, spool.ByteSize());
  }
  EXPECT_EQ(spool.UnpackedSize().largest, 100 * kBatch);
  EXPECT_EQ(spool.UnpackedSize().records, 100 * kBatch);
  spool.Take();
  EXPECT_LT(spool.ByteSize(), most / 10);
}

Tag TagOf(TagKind kind, bool weighted = false) {
  Tag tag;
  tag.name = std::string("t");
  tag.kind = kind;
  tag.weighted = weighted;
  return tag;
}

// Records of members 1, 1, 2, 1 …, one column.
SpooledRecords Records(BlockVector<Ordinal> ordinals, TypedColumn column) {
  SpooledRecords records;
  for (size_t i = 0; i < ordinals.size(); ++i) records.lines.push_back(i + 1);
  records.ordinals = std::move(ordinals);
  records.columns.push_back(std::move(column));
  return records;
}

RecordTexts Texts() {
  RecordTexts texts;
  texts.member_id = [](Ordinal ordinal) { return absl::StrCat("m", ordinal); };
  texts.value = [](size_t column, ValueId value) { return absl::StrCat("v", value, " of ", column); };
  texts.zone = absl::UTCTimeZone();
  return texts;
}

// The message of the second of two records of member 1, whose numbers are 10 and 25.
std::string MessageOf(Tag tag) {
  TypedColumn column;
  column.records = {0, 1};
  column.numbers = {10, 25};
  tag.scale = tag.kind == TagKind::kNumber ? 1 : 0;
  RejectionLog log;
  FindContradictions(Records({1, 1}, column), {tag}, Texts(), log);
  return log.first().at(0).message;
}

TEST(Contradictions, TheMessageNamesMemberTagAndBothValues) {
  EXPECT_EQ(MessageOf(TagOf(TagKind::kNumber)), "member 'm1', tag 't': 2.5 here, 1.0 in an earlier record");
  EXPECT_EQ(MessageOf(TagOf(TagKind::kDate)),
            "member 'm1', tag 't': 1900-01-26 here, 1900-01-11 in an earlier record");
  EXPECT_EQ(
      MessageOf(TagOf(TagKind::kTimestamp)),
      "member 'm1', tag 't': 1970-01-01T00:00:00.000025Z here, 1970-01-01T00:00:00.00001Z in an earlier "
      "record");
}

TEST(Contradictions, EarlierAcceptedRecordsWin) {
  TypedColumn column;
  column.records = {0, 1, 2, 4, 5};
  column.values = {3, 4, 9, 3, 4};
  RejectionLog log;
  // Member 1: 3, then 4 (dropped), nothing, 3 (agrees), 4 (dropped again). Member 2: alone.
  const SpooledRecords records = Records({1, 1, 2, 1, 1, 1}, column);
  EXPECT_THAT(FindContradictions(records, {TagOf(TagKind::kSingle)}, Texts(), log),
              ElementsAre(0, 1, 0, 0, 0, 1));
  EXPECT_EQ(log.count(), 2u);
  EXPECT_EQ(log.first()[0].line, 2u);
  EXPECT_EQ(log.first()[0].reason, Rejection::kContradiction);
  EXPECT_EQ(log.first()[0].message, "member 'm1', tag 't': 'v4 of 0' here, 'v3 of 0' in an earlier record");
}

TEST(Contradictions, ADroppedRecordSaysNothingOfOtherTags) {
  SpooledRecords records = Records({1, 1, 1}, {});
  records.columns[0].records = {0, 1};
  records.columns[0].values = {1, 2};
  records.columns.emplace_back();
  records.columns[1].records = {1, 2};
  records.columns[1].numbers = {5, 6};  // the first of them is dropped with its record
  RejectionLog log;
  const std::vector<Tag> tags = {TagOf(TagKind::kSingle), TagOf(TagKind::kNumber)};
  EXPECT_THAT(FindContradictions(records, tags, Texts(), log), ElementsAre(0, 1, 0));
}

TEST(Contradictions, ClearingAndWeights) {
  TypedColumn column;
  column.records = {0, 1, 2, 2};
  column.values = {1, 1, 1, 2};
  column.numbers = {10, 20, 10, 30};
  column.cleared = {3, 4};
  RejectionLog log;
  const SpooledRecords records = Records({1, 1, 1, 1, 2}, column);
  EXPECT_THAT(FindContradictions(records, {TagOf(TagKind::kMulti, true)}, Texts(), log),
              ElementsAre(0, 1, 0, 1, 0));
  EXPECT_EQ(log.first()[0].message,
            "member 'm1', tag 't': 'v1 of 0' with weight 20 here, with weight 10 in an earlier record");
  EXPECT_EQ(log.first()[1].message, "member 'm1', tag 't': cleared here, given values in an earlier record");
  // Without weights only clearing contradicts.
  SpooledRecords plain = Records({1, 1}, {});
  plain.columns[0].records = {0, 1};
  plain.columns[0].values = {1, 2};
  EXPECT_THAT(FindContradictions(plain, {TagOf(TagKind::kMulti)}, Texts(), log), IsEmpty());
  plain.columns[0] = TypedColumn();
  plain.columns[0].records = {1};
  plain.columns[0].values = {1};
  plain.columns[0].cleared = {0};
  EXPECT_THAT(FindContradictions(plain, {TagOf(TagKind::kMulti)}, Texts(), log), ElementsAre(0, 1));
}

TEST(MemberOrder, ArrangesByOrdinalWithoutDoubles) {
  const BlockVector<Ordinal> ordinals = {70000, 3, 70000, 1, 3};
  const MemberOrder order(ordinals, {0, 0, 0, 1, 0});
  EXPECT_THAT(order.members(), ElementsAre(3, 70000));
  TypedColumn column;
  column.records = {0, 0, 1, 2, 2, 3, 4};
  column.values = {9, 4, 5, 4, 2, 8, 5};
  column.cleared = {3};
  const MemberCells cells = order.Arrange(column);
  EXPECT_THAT(cells.ordinals, ElementsAre(3, 70000, 70000, 70000));
  EXPECT_THAT(cells.values, ElementsAre(5, 2, 4, 9));
  EXPECT_THAT(cells.cleared, IsEmpty());
  const ValueMembers members = ByValue(cells);
  EXPECT_THAT(members.values, ElementsAre(2, 4, 5, 9));
  EXPECT_THAT(members.ordinals, ElementsAre(70000, 70000, 3, 70000));
  EXPECT_EQ(CountValues(members), 4u);
}

TEST(MemberOrder, KeepsWhatIsInOrderAlready) {
  const BlockVector<Ordinal> ordinals = {1, 5, 1 << 20};
  const MemberOrder order(ordinals, {});
  TypedColumn column;
  column.records = {0, 2};
  column.numbers = {-4, 7};
  column.cleared = {1};
  const MemberCells cells = order.Arrange(column);
  EXPECT_THAT(cells.ordinals, ElementsAre(1, 1 << 20));
  EXPECT_THAT(cells.numbers, ElementsAre(-4, 7));
  EXPECT_THAT(cells.cleared, ElementsAre(5));
}

TEST(RowBuilder, CutsIntoFragments) {
  const std::vector<Ordinal> ordinals = {1, 1, 2, kFragmentOrdinals, 3 * Ordinal{kFragmentOrdinals} + 5};
  const FragmentSets sets = CutIntoFragments(ordinals);
  ASSERT_EQ(sets.size(), 3u);
  EXPECT_EQ(sets[0].first, 0u);
  EXPECT_THAT(sets[0].second.ToVector(), ElementsAre(1, 2));
  EXPECT_EQ(sets[1].first, 1u);
  EXPECT_THAT(sets[1].second.ToVector(), ElementsAre(0));
  EXPECT_EQ(sets[2].first, 3u);
  EXPECT_THAT(sets[2].second.ToVector(), ElementsAre(5));
}

}  // namespace
}  // namespace muster::index
