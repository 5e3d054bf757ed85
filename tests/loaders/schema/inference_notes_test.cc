// The notes of inference: conflicts with the catalogue, null words, cells that rule out a kind, member
// ids.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "loaders/schema/inference.h"
#include "loaders/schema/note_list.h"
#include "tests/matchers/status.h"

namespace muster::loaders {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

v1::Tag Existing(const std::string& name, v1::TagKind kind, uint32_t scale = 0) {
  v1::Tag tag;
  tag.set_name(name);
  tag.set_kind(kind);
  tag.set_scale(scale);
  return tag;
}

// Infers from lines of cells separated by commas, the header first; the member ids are in the first column.
class FromText {
 public:
  explicit FromText(const std::string& text, TagSchema given = {},
                    const std::vector<v1::Tag>& existing = {}) {
    given.population = "p";
    std::vector<std::string> lines = absl::StrSplit(text, '\n');
    const std::vector<std::string> columns = absl::StrSplit(lines[0], ',');
    Inference inference(columns, 0, given, existing);
    for (int reading = 0; reading < 2; ++reading) {
      if (reading == 1) inference.BeginSecondReading();
      for (size_t i = 1; i < lines.size(); ++i) {
        const std::vector<absl::string_view> cells = absl::StrSplit(lines[i], ',');
        inference.Take(i + 1, cells);
      }
    }
    schema = inference.Schema();
    notes = inference.Notes();
  }

  // `name KIND scale` of each tag.
  std::string Kinds() const {
    return absl::StrJoin(schema.tags, ", ", [](std::string* out, const SchemaTag& tag) {
      absl::StrAppend(out, tag.tag.name(), " ", KindName(tag.tag.kind()));
      if (tag.tag.kind() == v1::TAG_KIND_NUMBER) absl::StrAppend(out, " ", tag.tag.scale());
    });
  }

  TagSchema schema;
  std::vector<std::string> notes;
};

TEST(InferenceNotes, TakesExistingTagsFromTheCatalogue) {
  const FromText day2("id,age,plan,vip\n2,,7,1", {},
                      {Existing("age", v1::TAG_KIND_NUMBER, 2), Existing("plan", v1::TAG_KIND_SINGLE),
                       Existing("vip", v1::TAG_KIND_FLAG)});
  EXPECT_EQ(day2.Kinds(), "age NUMBER 2, plan SINGLE, vip FLAG");
  EXPECT_THAT(day2.notes,
              ElementsAre("'age', 'plan' and 'vip' are in 'p' already: --infer takes kind and scale from "
                          "the catalogue"));
}

TEST(InferenceNotes, ExplainsAConflictWithItsFirstCell) {
  const FromText scale("id,amount\n1,5\n2,5.25\n3,5.125", {}, {Existing("amount", v1::TAG_KIND_NUMBER)});
  EXPECT_EQ(scale.Kinds(), "amount NUMBER 0");
  EXPECT_THAT(scale.notes[1],
              AllOf(HasSubstr("'amount' is a NUMBER of scale 0 in 'p', and line 3 has '5.25'"),
                    HasSubstr("and 1 more"), HasSubstr("muster tags set amount --scale 3 -p p")));
  const FromText kind("id,born\n1,2000-01-01\n2,soon\n3,NULL", {}, {Existing("born", v1::TAG_KIND_DATE)});
  EXPECT_EQ(kind.Kinds(), "born DATE");
  EXPECT_THAT(kind.notes, testing::Contains(AllOf(HasSubstr("'born' is a DATE in 'p', and line 3 has 'soon'"),
                                                  testing::Not(HasSubstr("--scale")))));
  EXPECT_THAT(kind.schema.missing, ElementsAre("NULL"));  // no DATE is NULL
  const FromText twice("id,plan\n1,a\n1,b", {}, {Existing("plan", v1::TAG_KIND_SINGLE)});
  EXPECT_EQ(twice.Kinds(), "plan SINGLE");
  EXPECT_THAT(twice.notes[1], HasSubstr("line 3 contradicts an earlier record of '1'"));
}

TEST(InferenceNotes, NullWordsAreMissingWhereTheRestIsNumbersDatesOrFlags) {
  const FromText all(
      "id,age,f,d\n1,30,true,2020-01-01\n2,NULL,NULL,NULL\n3,null,null,null\n4,25,false,2020-01-02");
  EXPECT_EQ(all.Kinds(), "age NUMBER 0, f FLAG, d DATE");
  EXPECT_THAT(all.schema.missing, ElementsAre("NULL", "null"));
  EXPECT_THAT(all.notes,
              ElementsAre("'NULL' means no value in 'age', 'f' and 'd', first in line 3: to keep it as a "
                          "value, say `missing: []` in a --schema",
                          HasSubstr("'null' means no value")));
}

TEST(InferenceNotes, NullWordsAreValuesOfText) {
  const FromText text("id,city\n1,X\n2,None");
  EXPECT_THAT(text.schema.missing, IsEmpty());
  EXPECT_THAT(text.notes,
              ElementsAre("'None' is a value of 'city', first in line 3: where it means no value, say "
                          "--missing 'None'"));
  // Beside a number that has it too, each column keeps what it means.
  const FromText both("id,age,plan\n1,30,None\n2,None,gold");
  EXPECT_EQ(both.Kinds(), "age NUMBER 0, plan SINGLE");
  EXPECT_THAT(both.schema.missing, IsEmpty());
  EXPECT_THAT(both.schema.tags[0].tag.missing(), ElementsAre("None"));
  EXPECT_THAT(both.schema.tags[1].tag.missing(), IsEmpty());
  EXPECT_THAT(both.notes, ElementsAre(HasSubstr("'None' means no value in 'age'"),
                                      HasSubstr("'None' is a value of 'plan'")));
  // A column of nothing else goes with the numbers.
  const FromText only("id,age,x\n1,30,NaN\n2,NaN,NaN");
  EXPECT_EQ(only.Kinds(), "age NUMBER 0");
  EXPECT_THAT(only.notes[1], HasSubstr("the column 'x' is left out"));
  const FromText alone("id,x\n1,NaN\n2,NaN");
  EXPECT_EQ(alone.Kinds(), "x SINGLE");
  EXPECT_THAT(alone.notes, ElementsAre(HasSubstr("'NaN' is a value of 'x'")));
}

TEST(InferenceNotes, TheSchemaAddsMissingTextsOrSaysThatNothingIs) {
  const auto nothing = ParseTagSchema("missing: []", "given");
  ASSERT_THAT(nothing, IsOk());
  const FromText values("id,age,x\n1,30,\\N\n2,NULL,a", *nothing);
  EXPECT_EQ(values.Kinds(), "age SINGLE, x SINGLE");
  EXPECT_THAT(values.schema.missing, IsEmpty());
  EXPECT_THAT(values.notes, ElementsAre(HasSubstr("'age' is SINGLE, no NUMBER: line 3 has 'NULL'")));
  EXPECT_THAT(WriteTagSchema(values.schema), HasSubstr("missing: []"));
  const FromText dash("id,age\n1,30\n2,-\n3,NULL\n-,x\n4,\\N",
                      *ParseTagSchema("missing: ['-', \"\\\\N\"]", "given"));
  EXPECT_EQ(dash.Kinds(), "age NUMBER 0");
  EXPECT_THAT(dash.schema.missing, ElementsAre("-", "\\N", "NULL"));
}

TEST(InferenceNotes, SaysWhichCellMadeANumberOrDateText) {
  const FromText spoiled(
      "id,n,d,t,zip\n1,3,2026-01-31,2026-01-31 08:00,12345\n2,5,2026-02-01,2015-01-28 "
      "09:09:26.123456789,01234\n3,six,31/01/2026,2026-02-01 08:00,23456");
  EXPECT_EQ(spoiled.Kinds(), "n SINGLE, d SINGLE, t SINGLE, zip SINGLE");
  EXPECT_THAT(
      spoiled.notes,
      ElementsAre("'n' is SINGLE, no NUMBER: line 4 has 'six'; mend that cell, or add it to `missing:` in a "
                  "--schema",
                  HasSubstr("'d' is SINGLE, no DATE: line 4 has '31/01/2026'"),
                  AllOf(HasSubstr("'t' is SINGLE, no TIMESTAMP: line 3 has"), HasSubstr("microseconds")),
                  HasSubstr("'zip' is SINGLE, no NUMBER: line 3 has '01234'")));
  const FromText zip("id,zip,wide,other\n1,12345,1,1\n2,01234,1234567890123456789,\"2\"");
  EXPECT_THAT(zip.notes, ElementsAre(HasSubstr("line 3 has '01234', whose first zero a NUMBER would lose"),
                                     HasSubstr("a NUMBER holds 18 digits"), HasSubstr("'other' is SINGLE")));
  // Text that begins like a number is no news.
  EXPECT_THAT(FromText("id,c\n1,3\n2,a\n3,b").notes, IsEmpty());
}

// What is said of a column of these cells; empty when nothing is.
std::string NoteOn(const std::vector<std::string>& cells) {
  Inference inference({"id", "c"}, 0);
  uint64_t line = 1;
  for (const std::string& cell : cells) {
    ++line;
    inference.Take(line, {absl::StrCat("m", line), cell});
  }
  const std::vector<std::string> notes = inference.Notes();
  return notes.empty() ? "" : notes[0];
}

TEST(InferenceNotes, NumbersInOtherNotationsAreSaid) {
  // A comma between thousands is no decimal comma: each number would be a thousand times too small.
  EXPECT_THAT(
      NoteOn({"1,000", "2,500", "900"}),
      AllOf(HasSubstr("'c' is SINGLE, no NUMBER: line 2 has '1,000'; write numbers without separators "
                      "of thousands"),
            HasSubstr("; only where the comma is the decimal point, say `decimal:")));
  EXPECT_THAT(NoteOn({"1,000", "2,5"}), HasSubstr("has '1,000'; where a comma is the decimal point, say"));
  for (const char* cell :
       {"1,234.50", "1.234,50", "1 234", "1\u00a0234,5", "1'234", "1.234.567", "-1,234,567"})
    EXPECT_THAT(NoteOn({cell, "x"}), HasSubstr("without separators of thousands")) << cell;
  for (const char* cell : {"1.5E+03", "2E+05", "1.5e3"})
    EXPECT_THAT(NoteOn({cell}), HasSubstr("; write it in digits")) << cell;
  for (const char* cell : {"$5", "5%", "5 %", "€1,50", "¥1,234", "5€"})
    EXPECT_THAT(NoteOn({cell, cell}), HasSubstr("; write numbers without currency and percent")) << cell;
  EXPECT_THAT(NoteOn({"1.", "2."}), HasSubstr("without a point at their end"));
  for (const char* cell : {"2b7", "1e5", "5 kg", "10.0.0.1", "1-2", "$", "%", "1,2,3", "12,34,567",
                           "+49 171 123", "$x", "1 23", "a,000", ",", "1,"})
    EXPECT_EQ(NoteOn({cell, cell}), "") << cell;
}

TEST(InferenceNotes, DatesInOtherNotationsAreSaidWithTheirPattern) {
  const auto pattern_of = [](const std::vector<std::string>& cells) {
    const std::string note = NoteOn(cells);
    return note.substr(std::min(note.find("say "), note.size()));
  };
  EXPECT_EQ(
      NoteOn({"31.01.2026", "01.02.2026"}),
      "'c' is SINGLE, no DATE: line 2 has '31.01.2026'; say `kind: DATE` and `format: \"%d.%m.%Y\"` in a "
      "--schema");
  EXPECT_THAT(pattern_of({"01/02/2026", "1/31/2026"}), HasSubstr("\"%m/%d/%Y\"` in"));
  EXPECT_THAT(pattern_of({"01/02/2026"}), HasSubstr("\"%d/%m/%Y\"` (or \"%m/%d/%Y\") in"));
  EXPECT_THAT(pattern_of({"1/31/26"}), HasSubstr("\"%m/%d/%y\""));
  EXPECT_THAT(pattern_of({"2026/1/31"}), HasSubstr("\"%Y/%m/%d\""));
  EXPECT_THAT(pattern_of({"2026-1-31"}), HasSubstr("\"%Y-%m-%d\""));
  EXPECT_THAT(pattern_of({"2026年1月31日"}), HasSubstr("\"%Y年%m月%d日\""));
  EXPECT_THAT(pattern_of({"31-Jan-2026"}), HasSubstr("\"%d-%b-%Y\""));
  EXPECT_THAT(pattern_of({"31 January 2026"}), HasSubstr("\"%d %b %Y\""));
  EXPECT_THAT(pattern_of({"1/31/2026 6:30 PM"}),
              HasSubstr("`kind: TIMESTAMP` and `format: \"%m/%d/%Y %I:%M %p\""));
  EXPECT_THAT(pattern_of({"31.01.2026 18:30:00"}), HasSubstr("\"%d.%m.%Y %H:%M:%S\""));
  EXPECT_THAT(pattern_of({"2026/01/31T18:30:00.5"}), HasSubstr("\"%Y/%m/%dT%H:%M:%S.%f\""));
  EXPECT_THAT(pattern_of({"31.01.2026 evening"}), HasSubstr("say how times are written with"));
  // Beside dates that are read it is a cell to mend.
  EXPECT_THAT(NoteOn({"2026-01-31", "31/01/2026"}), HasSubstr("mend that cell"));
  for (const char* cell : {"1.2.3", "10.11.12", "2026-13-31", "32/13/2026", "10.0.0.1", "2026-01", "1/2",
                           "13/13/2026", "31.01-2026", "2026年", "31 Foo 2026", "31/01/2026x"})
    EXPECT_EQ(NoteOn({cell, cell}), "") << cell;
}

TEST(InferenceNotes, TheMissingTextsOfATagAreNoValuesOfIt) {
  const auto given =
      ParseTagSchema("tags:\n  - {name: n, missing: ['-', x]}\n  - {name: m, clear: '-'}\n", "given");
  ASSERT_THAT(given, IsOk());
  const FromText texts("id,n,m\n1,-,-\n2,5,7\n3,x,-", *given);
  EXPECT_EQ(texts.Kinds(), "n NUMBER 0, m NUMBER 0");
  EXPECT_THAT(texts.notes, IsEmpty());
  const FromText known("id,n,m\n1,-,-\n2,5,7", *given,
                       {Existing("n", v1::TAG_KIND_NUMBER), Existing("m", v1::TAG_KIND_NUMBER)});
  EXPECT_THAT(known.notes, ElementsAre(HasSubstr("are in 'p' already")));
  const FromText twice("id,n,m\n1,-,1\n1,5,-", *given);
  EXPECT_EQ(twice.Kinds(), "n NUMBER 0, m NUMBER 0");
}

TEST(InferenceNotes, AMemberIdThatMayMeanNoneIsSaid) {
  EXPECT_THAT(
      FromText("id,a\nu1,x\nNULL,y\nNaN,z").notes,
      ElementsAre(HasSubstr("the member id 'NULL' in line 3 is a member like any other; where it means "
                            "that there is none, say --missing 'NULL'")));
  // Where the word is missing in the whole file, the server rejects such a record.
  EXPECT_THAT(FromText("id,n\nu1,5\nNULL,6\nu2,NULL").notes, ElementsAre(HasSubstr("'NULL' means no value")));
}

TEST(InferenceNotes, ALetterAloneIsNoFlag) {
  const FromText one("id,gender\n1,F\n2,f");
  EXPECT_EQ(one.Kinds(), "gender SINGLE");
  EXPECT_THAT(one.notes, ElementsAre(HasSubstr("F is its only letter")));
}

TEST(InferenceNotes, QuotesTheFirstMemberIdThatASpreadsheetShortened) {
  const FromText ids("id,plan\n6.21E+17,a\n6.21E+17,b\n6.21E+17,a");
  EXPECT_EQ(ids.Kinds(), "plan MULTI");
  EXPECT_THAT(
      ids.notes,
      ElementsAre(HasSubstr("the member id '6.21E+17' in line 2 looks like a number that a spreadsheet"),
                  HasSubstr("3 records name 1 member, so 'plan' is MULTI")));
}

TEST(InferenceNotes, NamesThatChangeAreSaid) {
  const FromText names("id,user/name,user_name\n1,a,b");
  EXPECT_EQ(names.Kinds(), "user_name_2 SINGLE, user_name SINGLE");
  EXPECT_THAT(names.notes, ElementsAre(HasSubstr("the column 'user/name' is called 'user_name_2'")));
}

TEST(InferenceNotes, WhatASchemaSaysOfAColumnStays) {
  const auto given = ParseTagSchema(
      "missing: [x]\ntags:\n  - {name: age, kind: SINGLE}\n  - {name: Plan, column: plan}\n"
      "  - {name: list, separator: ';'}\n  - {name: w, scale: 3}\n",
      "given");
  ASSERT_THAT(given, IsOk());
  const FromText partial("id,n,age,plan,list,w,Plan/2\n1,7,30,a,a;b,1.5,x\n2,x,31,b,c,2,4", *given);
  EXPECT_EQ(partial.Kinds(), "age SINGLE, Plan SINGLE, list MULTI, w NUMBER 3, n NUMBER 0, Plan_2 NUMBER 0");
  EXPECT_EQ(partial.schema.tags[2].tag.separator(), ";");
  EXPECT_THAT(partial.schema.missing, ElementsAre("x"));
  // The catalogue says the kind that the schema leaves out.
  const FromText known("id,plan\n1,7", *ParseTagSchema("tags:\n  - {name: Plan, column: plan}\n", "given"),
                       {Existing("Plan", v1::TAG_KIND_SINGLE)});
  EXPECT_EQ(known.Kinds(), "Plan SINGLE");
}

TEST(InferenceNotes, TheSchemaSaysTheDecimalPoint) {
  const std::vector<std::string> columns = {"id", "n", "m", "c"};
  const auto infer = [&](const TagSchema& given, const std::vector<v1::Tag>& existing) {
    Inference inference(columns, 0, given, existing);
    inference.Take(2, {"1", "1,50", "7", "x"});
    inference.Take(3, {"2", ",5", "-8,125", "3,5"});
    return std::make_pair(inference.Schema(), inference.Notes());
  };
  const auto given = ParseTagSchema("decimal: ','\ntags:\n  - {name: m}\n  - {name: c}\n", "given");
  ASSERT_THAT(given, IsOk());
  const auto [schema, notes] = infer(*given, {Existing("m", v1::TAG_KIND_NUMBER, 1)});
  ASSERT_EQ(schema.tags.size(), 3u);
  EXPECT_EQ(schema.tags[0].tag.kind(), v1::TAG_KIND_NUMBER);
  EXPECT_EQ(schema.tags[0].tag.scale(), 1u);
  EXPECT_EQ(schema.tags[0].tag.decimal(), ",");
  EXPECT_EQ(schema.tags[1].tag.kind(), v1::TAG_KIND_SINGLE);
  EXPECT_EQ(schema.tags[1].tag.decimal(), "");
  EXPECT_EQ(schema.tags[2].tag.name(), "n");
  EXPECT_EQ(schema.tags[2].tag.scale(), 2u);
  EXPECT_EQ(schema.tags[2].tag.decimal(), ",");
  EXPECT_THAT(notes, testing::Contains(AllOf(HasSubstr("line 3 has '-8,125'"), HasSubstr("--scale 3"))));
  const auto [plain, hint] = infer({}, {});
  EXPECT_THAT(hint, testing::Contains(HasSubstr("where a comma is the decimal point, say `decimal: \",\"`")));
}

TEST(InferenceNotes, SaysWhenAColumnHasYesAndNoInAnotherLanguage) {
  const FromText text("id,vip,news,city,all\n1,是,ja,是,是\n2,否,Nein,上海,是\n3,是,ja,否,是");
  EXPECT_EQ(text.Kinds(), "vip SINGLE, news SINGLE, city SINGLE, all SINGLE");
  EXPECT_THAT(
      text.notes,
      ElementsAre("'vip' is text: its cells are 是 and 否, and those of a FLAG are true and false, yes "
                  "and no, or 1 and 0; replace them for a FLAG",
                  HasSubstr("'news' is text: its cells are ja and nein")));
}

TEST(NoteList, TellsAFewOfAKind) {
  NoteList notes;
  for (int i = 0; i < 15; ++i) notes.Add(NoteKind::kLeftOut, absl::StrCat("column ", i));
  notes.Add(NoteKind::kMissing, "NULL");
  EXPECT_THAT(notes.Sentences(),
              ElementsAre("NULL", "column 0", "column 1", "column 2", "and 12 more columns"));
  NoteList four;
  for (int i = 0; i < 4; ++i) four.Add(NoteKind::kSpoiled, absl::StrCat("note ", i), absl::StrCat("c", i));
  EXPECT_THAT(four.Sentences(), ElementsAre("note 0", "note 1", "note 2", "note 3"));
  four.Add(NoteKind::kSpoiled, "note 4", "c4");
  EXPECT_THAT(four.Sentences(), ElementsAre("note 0", "note 1", "note 2", "and 2 more columns: 'c3', 'c4'"));
  for (int i = 5; i < 40; ++i) four.Add(NoteKind::kSpoiled, "note", absl::StrCat("c", i));
  EXPECT_THAT(four.Sentences().back(), testing::EndsWith("'c13', 'c14', …"));
  EXPECT_EQ(QuotedNames({"a", "b", "c", "d", "e"}), "'a', 'b', 'c' and 2 more");
  EXPECT_EQ(QuotedNames({"a", "b"}), "'a' and 'b'");
}

}  // namespace
}  // namespace muster::loaders
