// Inference on random tables, compared with a slow reference that reads whole columns; the inferred schema is
// also written and read back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <regex>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "loaders/schema/inference.h"
#include "loaders/schema/null_word.h"
#include "loaders/schema/tag_name.h"
#include "tests/matchers/status.h"
#include "text/normal_form.h"

namespace muster::loaders {
namespace {

using Cells = std::vector<std::string>;
using Table = std::vector<Cells>;  // columns of cells; the first holds the member ids

bool All(const Cells& cells, const std::string& pattern) {
  const std::regex regex(pattern);
  return std::all_of(cells.begin(), cells.end(),
                     [&](const std::string& cell) { return std::regex_match(cell, regex); });
}

// Numbers of the pools below have few digits, and one date there does not exist.
constexpr char kNumber[] = "[+-]?(0|[1-9][0-9]*)?(\\.[0-9]+)?";
constexpr char kDate[] = "(?!2026-02-30)[0-9]{4}-[0-9]{2}-[0-9]{2}";
constexpr char kTimestamp[] =
    "(?!2026-02-30)[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6}0{0,3})?)?( "
    "?(Z|UTC|[+-][0-9]{2}(:?[0-9]{2})?))?)?";

// The kind of a column whose cells all have a value, with scale or separator; empty when there are none.
std::string KindOfCells(const Cells& cells) {
  if (cells.empty()) return "";
  if (All(cells, kNumber)) {
    size_t scale = 0;
    for (const std::string& cell : cells) {
      const size_t point = cell.find('.');
      if (point != std::string::npos) scale = std::max(scale, cell.size() - point - 1);
    }
    return absl::StrCat("NUMBER ", scale);
  }
  if (All(cells, kDate)) return "DATE";
  if (All(cells, kTimestamp)) return "TIMESTAMP";
  const std::set<std::string> letters(cells.begin(), cells.end());
  const bool both =
      (letters.contains("t") || letters.contains("Y")) && (letters.contains("f") || letters.contains("N"));
  if (All(cells, "t|Y|true|YES|f|N|False|no") && (both || !All(cells, "."))) return "FLAG";
  if (All(cells, "\\[.*\\]")) return "MULTI ";
  const auto lists = std::count_if(cells.begin(), cells.end(), [](const std::string& cell) {
    return cell.find('|') != std::string::npos;
  });
  const bool gaps = !All(cells, "[^|]+(\\|[^|]+)*");
  if (!gaps && lists > 0 && static_cast<size_t>(lists) * 100 >= cells.size()) return "MULTI |";
  return "SINGLE";
}

bool IsScalarKind(const std::string& kind) {
  return absl::StartsWith(kind, "NUMBER") || kind == "DATE" || kind == "TIMESTAMP" || kind == "FLAG";
}

bool IsNull(const std::string& cell) {
  return std::find(kNullWords.begin(), kNullWords.end(), absl::string_view(cell)) != kNullWords.end();
}

// What each column is, with the null words of its own behind it; and the file's missing texts under "".
std::map<std::string, std::string> Reference(const Cells& names, const Table& table) {
  std::vector<std::string> kinds(table.size());
  std::vector<std::set<std::string>> nulls(table.size());
  std::set<std::string> scalar_has, text_has;
  bool dumped = false;
  for (size_t column = 1; column < table.size(); ++column) {
    Cells cells;
    for (const std::string& cell : table[column]) {
      dumped |= cell == "\\N";
      if (IsNull(cell)) nulls[column].insert(cell);
      if (!cell.empty() && cell != "\\N" && !IsNull(cell)) cells.push_back(cell);
    }
    kinds[column] = KindOfCells(cells);
    if (kinds[column].empty()) continue;
    (IsScalarKind(kinds[column]) ? scalar_has : text_has).insert(nulls[column].begin(), nulls[column].end());
  }
  std::map<std::string, std::string> result;
  for (size_t column = 1; column < table.size(); ++column) {
    std::set<std::string> own;
    for (const std::string& word : nulls[column]) {
      const bool missing = kinds[column].empty() ? scalar_has.contains(word) : IsScalarKind(kinds[column]);
      if (missing && text_has.contains(word)) own.insert(word);
      if (kinds[column].empty() && !missing) kinds[column] = "SINGLE";
    }
    if (kinds[column].empty()) continue;
    // A null word that comes first decides nothing on those after it.
    result[names[column]] = absl::StrCat(kinds[column], own.empty() ? "" : " ", absl::StrJoin(own, " "));
  }
  std::set<std::string> missing;
  if (dumped) missing.insert("\\N");
  for (const std::string& word : scalar_has) {
    if (!text_has.contains(word)) missing.insert(word);
  }
  result[""] = absl::StrJoin(missing, " ");
  return result;
}

std::map<std::string, std::string> Described(const TagSchema& schema) {
  std::map<std::string, std::string> result;
  for (const SchemaTag& entry : schema.tags) {
    std::string kind = KindName(entry.tag.kind());
    if (kind == "NUMBER") absl::StrAppend(&kind, " ", entry.tag.scale());
    if (kind == "MULTI") absl::StrAppend(&kind, " ", entry.tag.separator());
    const std::set<std::string> own(entry.tag.missing().begin(), entry.tag.missing().end());
    result[entry.column] = absl::StrCat(kind, own.empty() ? "" : " ", absl::StrJoin(own, " "));
  }
  result[""] = absl::StrJoin(std::set<std::string>(schema.missing.begin(), schema.missing.end()), " ");
  return result;
}

class RandomTable {
 public:
  explicit RandomTable(unsigned seed) : random_(seed) {}

  size_t Below(size_t bound) { return random_() % bound; }
  const std::string& OneOf(const Cells& cells) { return cells[Below(cells.size())]; }

  Cells Column(size_t records) {
    static const std::vector<Cells> kPools = {
        {"0", "7", "-12", "+3", "99999"},
        {"1.5", ".25", "3", "-0.10", "4.000"},
        {"2026-01-31", "1999-12-01", "0001-01-01", "2024-02-29"},
        {"2026-01-31 08:00", "2026-01-31T08:00:01.500", "2015-01-27 07:58:00.0000000",
         "2015-05-20 21:34:02 UTC", "2015-01-27 07:58:00 +0800", "2026-01-31"},
        {"true", "False", "YES", "no"},
        {"t", "f", "Y", "N"},
        {"N"},
        {"a|b", "c", "d|e|f"},
        {"a||b", "c"},
        {"[\"a\",\"b\"]", "[]", "[1,2]"},
        {"01234", "12345"},
        {"text", "上海", "2026-02-30", "1e5", "12,5", "x y"},
        {},
    };
    Cells values = kPools[Below(kPools.size())];
    if (Below(4) == 0) {
      const Cells& more = kPools[Below(kPools.size())];
      values.insert(values.end(), more.begin(), more.end());
    }
    for (size_t words = Below(3); words > 0; --words) {
      if (Below(2) == 0) values.push_back(std::string(kNullWords[Below(kNullWords.size())]));
    }
    if (Below(8) == 0) values.push_back("\\N");
    values.push_back("");
    Cells column;
    for (size_t i = 0; i < records; ++i) column.push_back(OneOf(values));
    return column;
  }

  // A header as somebody might write it.
  std::string Name() {
    static const Cells kParts = {"a",    "null", "~",   "yes", ": ",   "#",   "'",   "\"", "- ",
                                 "城市", "1",    "[x]", "\t",  "{",    "é",   "\\",  "%",  "*b",
                                 "&c",   "\n",   "|",   "!",   "NULL", "0x1", "1.5", "😀",  ","};
    std::string name;
    for (size_t parts = 1 + Below(3); parts > 0; --parts) name += OneOf(kParts);
    return std::string(absl::StripAsciiWhitespace(InNormalForm(name)));
  }

 private:
  std::mt19937 random_;
};

TEST(InferenceReference, RandomTablesMeanWhatWholeColumnsSay) {
  RandomTable random(11);
  for (int round = 0; round < 1500; ++round) {
    const size_t columns = 1 + random.Below(6);
    const size_t records = 1 + random.Below(12);
    Cells names = {"id"};
    Table table = {{}};
    for (size_t i = 0; i < records; ++i) table[0].push_back(absl::StrCat("m", i));
    for (size_t column = 1; column < columns; ++column) {
      names.push_back(absl::StrCat("c", column));
      table.push_back(random.Column(records));
    }
    Inference inference(names, 0);
    for (size_t i = 0; i < records; ++i) {
      std::vector<absl::string_view> record;
      for (const Cells& column : table) record.push_back(column[i]);
      inference.Take(i + 2, record);
    }
    ASSERT_EQ(Described(inference.Schema()), Reference(names, table)) << testing::PrintToString(table);
    for (const std::string& note : inference.Notes()) EXPECT_LT(note.size(), 400u) << note;
  }
}

TEST(InferenceReference, TheSchemaIsReadBackAsItWas) {
  RandomTable random(12);
  for (int round = 0; round < 1500; ++round) {
    std::set<std::string> distinct = {"id"};
    for (size_t i = random.Below(6); i > 0; --i) distinct.insert(random.Name());
    const Cells names(distinct.begin(), distinct.end());
    const size_t id = static_cast<size_t>(std::find(names.begin(), names.end(), "id") - names.begin());
    const size_t records = 1 + random.Below(6);
    Table table;
    for (size_t column = 0; column < names.size(); ++column) table.push_back(random.Column(records));
    for (size_t i = 0; i < records; ++i) table[id][i] = absl::StrCat("m", random.Below(6));
    Inference inference(names, id, {.population = "p"});
    for (int reading = 0; reading < 2; ++reading) {
      if (reading == 1) inference.BeginSecondReading();
      for (size_t i = 0; i < records; ++i) {
        std::vector<absl::string_view> record;
        for (const Cells& column : table) record.push_back(column[i]);
        inference.Take(i + 2, record);
      }
    }
    const TagSchema schema = inference.Schema();
    const std::string yaml = WriteTagSchema(schema);
    const auto read = ParseTagSchema(yaml, "printed");
    ASSERT_THAT(read, IsOk()) << read.status() << "\n" << yaml;
    EXPECT_EQ(WriteTagSchema(*read), yaml);
    EXPECT_EQ(read->population, schema.population);
    EXPECT_EQ(read->member_id, schema.member_id);
    EXPECT_EQ(read->missing, schema.missing);
    ASSERT_EQ(read->tags.size(), schema.tags.size()) << yaml;
    for (size_t i = 0; i < schema.tags.size(); ++i) {
      EXPECT_EQ(read->tags[i].column, schema.tags[i].column) << yaml;
      EXPECT_EQ(read->tags[i].tag.SerializeAsString(), schema.tags[i].tag.SerializeAsString()) << yaml;
    }
    // Given back, it leaves nothing to guess.
    Inference again(names, id, *read);
    for (size_t i = 0; i < records; ++i) {
      std::vector<absl::string_view> record;
      for (const Cells& column : table) record.push_back(column[i]);
      again.Take(i + 2, record);
    }
    EXPECT_EQ(again.Schema().tags.size(), schema.tags.size()) << yaml;
  }
}

}  // namespace
}  // namespace muster::loaders
