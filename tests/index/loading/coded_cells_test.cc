// Coded columns are read as plain ones: the same entries, rejections and value ids, for every kind of tag.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/loading/intake/cell_reader.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

// A tag and how a load reads it.
struct OneTag {
  explicit OneTag(TagKind kind) {
    tag.name = tag_spec.name = "t";
    tag.kind = kind;
    spec.population = "shop";
  }

  Tag tag;
  LoadTagSpec tag_spec;
  LoadSpec spec;
};

// What a batch of cells makes: the column's vectors, and the first rejections.
struct BatchRead {
  TypedColumn column;
  std::vector<std::string> rejections;
  std::vector<uint8_t> rejected;
};

BatchRead ReadBatch(const OneTag& tag, const CellsView& cells) {
  ValueInterner values([](std::string_view) { return std::nullopt; }, 0);
  absl::StatusOr<CellReader> reader =
      CellReader::Make(tag.tag, tag.tag_spec, tag.spec, absl::UTCTimeZone(), &values);
  EXPECT_THAT(reader, IsOk());
  RejectionLog log;
  BatchRejections rejections(cells.records(), {}, 1, log);
  rejections.Reject(1, Rejection::kBadMemberId, [] { return std::string("before"); });
  BatchRead read;
  EXPECT_THAT(reader->Read(cells, rejections, read.column), IsOk());
  for (const RejectedRecord& record : log.first())
    read.rejections.push_back(std::to_string(record.line) + " " + record.message);
  for (size_t i = 0; i < cells.records(); ++i) read.rejected.push_back(rejections.rejected(i) ? 1 : 0);
  return read;
}

// Cells as a plain and as a coded column.
struct BothForms {
  explicit BothForms(const std::vector<std::string>& cells) {
    std::vector<std::string> texts;
    for (const std::string& cell : cells) {
      plain_text += cell;
      plain_ends.push_back(static_cast<uint32_t>(plain_text.size()));
      size_t code = 0;
      while (code < texts.size() && texts[code] != cell) ++code;
      if (code == texts.size()) {
        texts.push_back(cell);
        text += cell;
        ends.push_back(static_cast<uint32_t>(text.size()));
      }
      codes += static_cast<char>(code & 0xff);
      codes += static_cast<char>(code >> 8);
    }
  }
  CellsView plain() const { return {plain_text, plain_ends}; }
  CellsView coded() const { return {text, ends, codes}; }

  std::string plain_text, text, codes;
  std::vector<uint32_t> plain_ends, ends;
};

TEST(CellReader, CodedColumnsAreReadAsPlainOnes) {
  const std::vector<std::string> texts = {"",
                                          " ",
                                          "1",
                                          "0",
                                          "-7.5",
                                          "x",
                                          "NULL",
                                          "CLEAR",
                                          "true",
                                          "b;a",
                                          "a;b;a",
                                          "a:1;a:2",
                                          "a:1;b:2",
                                          ";",
                                          "2026-11-30",
                                          "\xff",
                                          "città",
                                          "citta\u0300",
                                          std::string(500, 'v')};
  std::mt19937_64 random(5);
  for (const TagKind kind : {TagKind::kFlag, TagKind::kSingle, TagKind::kMulti, TagKind::kNumber,
                             TagKind::kDate, TagKind::kTimestamp}) {
    for (const bool weighted : {false, true}) {
      if (weighted && kind != TagKind::kMulti) continue;
      OneTag tag(kind);
      tag.tag.scale = 1;
      tag.tag.weighted = weighted;
      tag.spec.mode = LoadMode::kMerge;
      tag.spec.missing = {"NULL"};
      tag.tag_spec.clear = "CLEAR";
      if (kind == TagKind::kMulti) tag.tag_spec.separator = ";";
      if (weighted) tag.tag_spec.weight_separator = ":";
      for (int round = 0; round < 50; ++round) {
        std::vector<std::string> cells;
        for (int i = 0; i < 40; ++i) cells.push_back(texts[random() % texts.size()]);
        const BothForms forms(cells);
        const BatchRead plain = ReadBatch(tag, forms.plain());
        const BatchRead coded = ReadBatch(tag, forms.coded());
        ASSERT_EQ(coded.column.records, plain.column.records);
        ASSERT_EQ(coded.column.values, plain.column.values);
        ASSERT_EQ(coded.column.numbers, plain.column.numbers);
        ASSERT_EQ(coded.column.cleared, plain.column.cleared);
        ASSERT_EQ(coded.rejections, plain.rejections);
        ASSERT_EQ(coded.rejected, plain.rejected);
      }
    }
  }
}

// A megabyte that is no number, for a hundred thousand records: it is read once.
TEST(CodedCells, ARejectedTextIsReadOnce) {
  const OneTag tag(TagKind::kSingle);
  const std::string text(size_t{1} << 20, 'x');
  const std::vector<uint32_t> ends = {static_cast<uint32_t>(text.size())};
  const std::string codes(2 * 100'000, '\0');
  const BatchRead read = ReadBatch(tag, {text, ends, codes});
  EXPECT_EQ(read.column.size(), 0u);
  EXPECT_EQ(std::count(read.rejected.begin(), read.rejected.end(), 1), 100'000);
  ASSERT_EQ(read.rejections.size(), 10u);
  EXPECT_THAT(read.rejections.back(), testing::HasSubstr("is longer than the 400 bytes"));
}

}  // namespace
}  // namespace muster::index
