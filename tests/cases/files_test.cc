// Cases of text files: line ends, headers, quotes, and files that are no CSV.
#include "absl/strings/match.h"
#include "tests/cases/played_case.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using FileCases = CaseTest;

TEST_F(FileCases, Case02ABareCarriageReturnEndsNoRecord) {
  const std::vector<Finished> calls = Play("02-bare-cr-ends-record");
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(calls[0].exit_code, 0) << calls[0].err;
  EXPECT_THAT(calls[0].err, HasSubstr(":2: a carriage return without a line feed"));
  EXPECT_EQ(calls[1].out, "2\n");
}

TEST_F(FileCases, Case20FilesOfOtherFormatsAreNamed) {
  const std::vector<Finished> calls = Play("20-not-a-csv");
  ASSERT_EQ(calls.size(), 4u);
  const char* const says[] = {"customers.csv.zip' is a ZIP archive, not CSV: unpack it",
                              "",  // NDJSON is read by now
                              "customers.parquet' is a Parquet file, not CSV: export the table as CSV",
                              "customers.xlsx' is an Excel workbook, not CSV: export the table as CSV"};
  for (size_t i = 0; i < calls.size(); ++i) {
    if (i == 1) {
      EXPECT_EQ(calls[i].exit_code, 0) << calls[i].err;
      EXPECT_EQ(IdsOf("nc", "a = 'x'"), "1");
      continue;
    }
    EXPECT_EQ(calls[i].exit_code, 1);
    EXPECT_EQ(LinesOf(calls[i].err).size(), 1u) << calls[i].err;
    EXPECT_THAT(calls[i].err, HasSubstr(says[i]));
    EXPECT_EQ(calls[i].out, "");
  }
}

TEST_F(FileCases, Case21OnlyTheCauseIsToldWhenAllRecordsAreRejected) {
  const std::vector<Finished> calls = Play("21-all-rejected-infer-notes");
  ASSERT_EQ(calls.size(), 1u);
  EXPECT_EQ(calls[0].exit_code, 1);
  EXPECT_EQ(calls[0].out, "");
  EXPECT_EQ(calls[0].err,
            "error: 'input.csv', line 2: the record has 5 cells, and the file has 4 columns: there is a "
            "delimiter too "
            "many at its end, which --trailing-delimiter tolerates; it is the only record\n");
  const Finished tolerated =
      PlayLines("muster load input.csv -p tr --id-column id --infer --trailing-delimiter")[0];
  EXPECT_EQ(tolerated.exit_code, 0) << tolerated.err;
  EXPECT_THAT(tolerated.out, HasSubstr("trailing_delimiter: true"));
  EXPECT_EQ(IdsOf("tr", "name = 'name' AND lat = 0 AND lon = 0"), "1");
}

TEST_F(FileCases, Case22ADelimiterIsFoundOutAndKept) {
  const std::vector<Finished> calls = Play("22-pipe-file-infer");
  ASSERT_EQ(calls.size(), 1u);
  EXPECT_EQ(calls[0].exit_code, 0) << calls[0].err;
  EXPECT_THAT(calls[0].out, HasSubstr("delimiter: \"|\""));
  EXPECT_EQ(IdsOf("pi", "city = 'X' AND age = 3"), "1");
  const std::vector<Finished> again = PlayLines(
      "muster load input.csv -p again --id-column id --infer > tags.yaml\n"
      "muster load input.csv -p again --schema tags.yaml");
  EXPECT_EQ(again[1].exit_code, 0) << again[1].err;
}

TEST_F(FileCases, Case23ARecordThatEqualsTheHeaderIsSkippedWithANote) {
  const std::vector<Finished> calls = Play("23-header-as-record");
  ASSERT_EQ(calls.size(), 4u);
  EXPECT_EQ(calls[0].exit_code, 0) << calls[0].err;
  EXPECT_THAT(calls[0].err, HasSubstr("note: 'input.csv', line 1: the record equals the header"));
  EXPECT_EQ(calls[1].out, "1\n2\n");
  EXPECT_EQ(calls[2].exit_code, 0) << calls[2].err;
  EXPECT_THAT(calls[2].err, HasSubstr("note: 'two.csv', line 3: the record equals the header"));
  EXPECT_EQ(calls[3].out, "1\n2\n");
  EXPECT_EQ(IdsOf("hd2", "city = 'city'"), "");
}

TEST_F(FileCases, Case24StrayTextBehindAQuoteIsARecordError) {
  const std::vector<Finished> calls = Play("24-stray-text-after-quote");
  ASSERT_EQ(calls.size(), 1u);
  EXPECT_EQ(calls[0].exit_code, 0) << calls[0].err;
  EXPECT_THAT(calls[0].err, HasSubstr("1 of 300 records rejected"));
  EXPECT_THAT(calls[0].err, HasSubstr("1 × can't be cut into cells"));
  EXPECT_THAT(calls[0].err, HasSubstr(":52: a cell goes on after its closing quote"));
  // The share allowed by default is enough for it.
  EXPECT_EQ(PlayLines("muster load input.csv -p default --schema tags.yaml")[0].exit_code, 0);
}

TEST_F(FileCases, Case26ATsvMayKnowNoQuotes) {
  const std::vector<Finished> calls = Play("26-tsv-lone-quote");
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(calls[0].exit_code, 1);
  EXPECT_THAT(calls[0].err, HasSubstr("'input.tsv', line 3: the quote that opens here is never closed"));
  EXPECT_THAT(calls[0].err, HasSubstr("quote: none"));
  EXPECT_EQ(calls[1].exit_code, 0) << calls[1].err;
  EXPECT_EQ(IdsOf("tq", "name = '\"q'"), "2");
  EXPECT_EQ(IdsOf("tq", "name = 'O\"Neil'"), "1");
  const Finished inferred = PlayLines("muster load input.tsv -p tqi --id-column id --infer --quote none")[0];
  EXPECT_EQ(inferred.exit_code, 0) << inferred.err;
  EXPECT_THAT(inferred.out, HasSubstr("quote: none"));
  EXPECT_THAT(inferred.err, Not(HasSubstr("warning")));
  EXPECT_EQ(IdsOf("tqi", "name = '\"q'"), "2");
}

}  // namespace
}  // namespace muster::testing
