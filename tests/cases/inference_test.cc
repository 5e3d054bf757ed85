// Cases of inference, and random tables whose printed schema must load them again with the same result.
#include <filesystem>
#include <fstream>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/cases/played_case.h"

namespace muster::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(CaseTest, Case06AColumnKeepsItsLegalName) {
  const std::vector<Finished> calls = Play("06-infer-takes-a-neighbours-name");
  ASSERT_EQ(calls.size(), 5u);
  EXPECT_THAT(calls[0].out, AllOf(HasSubstr("name: user_name_2\n"), HasSubstr("name: user_name\n")));
  EXPECT_THAT(calls[0].err, HasSubstr("the column 'user/name' is called 'user_name_2'"));
  EXPECT_EQ(calls[1].out, "1\n");
  EXPECT_EQ(calls[2].exit_code, 0) << calls[2].err;
  EXPECT_THAT(calls[3].out, HasSubstr("from-underscore,2"));
}

TEST_F(CaseTest, Case08NamesAreCutTo128Bytes) {
  const std::vector<Finished> calls = Play("08-infer-name-over-128-bytes");
  ASSERT_EQ(calls.size(), 1u);
  EXPECT_EQ(calls[0].exit_code, 0) << calls[0].err;
  EXPECT_EQ(
      IdsOf("lng", absl::StrCat("HAS `", std::string(128, 'q'), "` AND HAS `", std::string(126, 'q'), "_2`")),
      "1");
}

TEST_F(CaseTest, Case10ExistingTagsAreTakenFromTheCatalogue) {
  const std::vector<Finished> calls = Play("10-infer-ignores-catalogue");
  ASSERT_EQ(calls.size(), 4u);
  EXPECT_EQ(calls[1].exit_code, 0) << calls[1].err;
  EXPECT_THAT(calls[1].out, HasSubstr("kind: SINGLE"));
  EXPECT_THAT(calls[1].err, HasSubstr("--infer takes kind and scale from the catalogue"));
  EXPECT_EQ(IdsOf("day", "plan = 'y'"), "2");
  EXPECT_EQ(calls[3].exit_code, 1);
  EXPECT_THAT(calls[3].err, AllOf(HasSubstr("scale 0 in 'amount', and line 2 has '5.25'"),
                                  HasSubstr("muster tags set amount --scale 2 -p amount"),
                                  HasSubstr("--infer takes kind and scale")));
}

TEST_F(CaseTest, Case11NullWordsAreNoValues) {
  const std::vector<Finished> calls = Play("11-infer-null-text");
  EXPECT_EQ(calls[0].exit_code, 0) << calls[0].err;
  EXPECT_THAT(calls[0].out, AllOf(HasSubstr("missing: [\"NULL\", \"null\"]"), HasSubstr("kind: NUMBER"),
                                  HasSubstr("kind: FLAG"), HasSubstr("kind: DATE")));
  EXPECT_THAT(calls[0].err, HasSubstr("note: 'NULL' means no value in 'age', 'f' and 'd'"));
  EXPECT_EQ(IdsOf("nul", "HAS age OR HAS f OR HAS d"), "1 4");
}

TEST_F(CaseTest, ANullWordIsAValueOfTextBesideANumber) {
  const std::vector<Finished> calls = PlayLines(
      "printf 'id,age,plan\\n1,30,None\\n2,None,gold\\n' > input.csv\n"
      "muster load input.csv -p nul --id-column id --infer > tags.yaml\n"
      "muster load input.csv -p again --schema tags.yaml");
  EXPECT_THAT(calls[0].out, HasSubstr("missing: [\"None\"]"));
  EXPECT_EQ(calls[0].exit_code + calls[1].exit_code, 0) << calls[1].err;
  for (const char* population : {"nul", "again"}) {
    EXPECT_EQ(IdsOf(population, "plan = 'None'"), "1");
    EXPECT_EQ(IdsOf(population, "age = 30"), "1");
  }
}

TEST_F(CaseTest, Case12OneLetterIsNoFlag) {
  const std::vector<Finished> calls = Play("12-infer-one-letter-flag");
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(calls[1].out, "2\n");
  EXPECT_THAT(calls[0].err, HasSubstr("F is its only letter"));
}

TEST_F(CaseTest, Case13RepeatedIdsAreQuoted) {
  const std::vector<Finished> calls = Play("13-infer-repeated-ids-multi");
  EXPECT_EQ(calls[0].exit_code, 0) << calls[0].err;
  EXPECT_THAT(calls[0].err, AllOf(HasSubstr("3 records name 1 member, so 'plan' is MULTI"),
                                  HasSubstr("'6.21E+17' in line 2 looks like a number that a spreadsheet")));
}

TEST_F(CaseTest, Case16ASpoiledTimestampIsSaid) {
  const std::vector<Finished> calls = Play("16-timestamp-shapes");
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(calls[1].exit_code, 0) << calls[1].err;
  EXPECT_THAT(calls[1].err,
              HasSubstr("'t' is SINGLE, no TIMESTAMP: line 3 has '2015-01-28T09:09:26.123456789Z'"));
  const std::vector<Finished> without =
      PlayLines("grep -v ^2, input.csv > good.csv; muster load good.csv -p times --id-column id --infer");
  EXPECT_THAT(without[0].out, HasSubstr("kind: TIMESTAMP"));
  EXPECT_EQ(without[0].exit_code, 0) << without[0].err;
  EXPECT_THAT(without[0].err, Not(HasSubstr("rejected:")));
}

TEST_F(CaseTest, ASlipInAPopulationsNameIsRefused) {
  const std::vector<Finished> calls = PlayLines(
      "printf 'id,city\\na,X\\n' > input.csv\n"
      "muster load input.csv -p customers --id-column id --infer\n"
      "muster load input.csv -p custmers --id-column id --infer\n"
      "muster load input.csv -p custmers --id-column id --infer --create\n"
      "muster load input.csv -p custmers --id-column id");
  ASSERT_EQ(calls.size(), 4u);
  EXPECT_EQ(calls[0].exit_code, 0) << calls[0].err;
  EXPECT_EQ(calls[1].exit_code, 1);
  EXPECT_THAT(calls[1].err, AllOf(HasSubstr("there is no population 'custmers', but there is 'customers'"),
                                  HasSubstr("--create")));
  EXPECT_EQ(calls[2].exit_code, 0) << calls[2].err;
  EXPECT_EQ(calls[3].exit_code, 0) << calls[3].err;
}

TEST_F(CaseTest, AColumnThatTheSchemaDoesNotNameIsSaid) {
  const std::vector<Finished> calls = PlayLines(
      "printf 'id,city,a,b\\n1,X,7,z\\n' > input.csv\n"
      "printf 'tags:\\n  - {name: city, kind: SINGLE}\\n' > tags.yaml\n"
      "muster load input.csv -p one --id-column id --schema tags.yaml\n"
      "muster load input.csv -p two --id-column id --schema tags.yaml --infer");
  EXPECT_THAT(calls[0].err, HasSubstr("note: the schema names no tag for the columns 'a' and 'b'"));
  EXPECT_EQ(calls[1].exit_code, 0) << calls[1].err;
  EXPECT_EQ(IdsOf("two", "city = 'X' AND a = 7 AND b = 'z'"), "1");
}

// One random cell after another; few members, so that some are repeated.
std::string RandomCsv(std::mt19937& random) {
  static const std::vector<std::vector<std::string>> kPools = {
      {"0", "7", "-12", "", "NULL"},
      {"1.5", ".25", "3", "4.000"},
      {"2026-01-31", "1999-12-01", "", "NaN"},
      {"2026-01-31 08:00", "2015-05-20 21:34:02 UTC", "2015-01-27 07:58:00 +0800"},
      {"true", "no", "\\N"},
      {"Y", "N", "N/A"},
      {"a|b", "c", "None"},
      {"\"[\"\"a\"\",\"\"b\"\"]\"", "[]"},
      {"01234", "12345"},
      {"None", "gold", "NULL", "\"x,y\"", "上海"},
  };
  static const std::vector<std::string> kNames = {"a",        "a/b", "a%b",  "null", "~",
                                                  "\"x: y\"", "#",   "城市", "yes",  "1"};
  const size_t columns = 1 + random() % 5;
  std::string csv = "id";
  for (size_t column = 0; column < columns; ++column)
    absl::StrAppend(&csv, ",", kNames[(column * 3 + 1) % 10]);
  std::vector<size_t> pools;
  for (size_t column = 0; column < columns; ++column) pools.push_back(random() % kPools.size());
  const bool repeats = random() % 3 == 0;
  for (size_t record = 0; record < 8; ++record) {
    absl::StrAppend(&csv, "\nm", repeats ? random() % 6 : record);
    for (const size_t pool : pools) absl::StrAppend(&csv, ",", kPools[pool][random() % kPools[pool].size()]);
  }
  return csv + "\n";
}

TEST_F(CaseTest, ThePrintedSchemaLoadsTheFileAgainWithTheSameResult) {
  std::mt19937 random(5);
  for (int round = 0; round < 12; ++round) {
    const std::string csv = RandomCsv(random);
    const std::string path = server().scratch().Write("random.csv", csv);
    const std::string first = absl::StrCat("a", round), second = absl::StrCat("b", round);
    const Finished inferred = server().Cli({"load", path, "-p", first, "--id-column", "id", "--infer"});
    ASSERT_EQ(inferred.exit_code, 0) << csv << inferred.err;
    EXPECT_THAT(inferred.err, HasSubstr(" 0 rejected")) << csv;
    const std::string schema = server().scratch().Write("tags.yaml", inferred.out);
    const Finished again = server().Cli({"load", path, "-p", second, "--schema", schema});
    ASSERT_EQ(again.exit_code, 0) << csv << again.err;
    for (int member = 0; member < 8; ++member) {
      const std::string id = absl::StrCat("m", member);
      const Finished one = server().Cli({"lookup", "-p", first, id, "--format", "csv"});
      const Finished other = server().Cli({"lookup", "-p", second, id, "--format", "csv"});
      EXPECT_EQ(one.exit_code, other.exit_code) << csv;
      EXPECT_EQ(one.out, other.out) << csv << inferred.out;
    }
  }
}

}  // namespace
}  // namespace muster::testing
