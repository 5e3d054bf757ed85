// Rule 27: percentiles are nearest-rank; means are rounded to 6 digits, halves away from zero.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

muster::v1::SummarizeNumberRequest SummaryOf(const std::string& tag, const std::string& text) {
  muster::v1::SummarizeNumberRequest request;
  request.set_population("p");
  request.set_tag(tag);
  request.mutable_expression()->set_text(text);
  for (const double percent : {0.0, 10.0, 50.0, 90.0, 100.0}) request.add_percentiles(percent);
  return request;
}

muster::v1::SummarizeNumberResponse Summarize(const TinyServer& server, const std::string& tag,
                                              const std::string& text) {
  grpc::ClientContext context;
  muster::v1::SummarizeNumberResponse answer;
  EXPECT_THAT(server.queries().SummarizeNumber(&context, SummaryOf(tag, text), &answer), IsOk());
  return answer;
}

TEST(Rule27, PercentilesAreValuesOfMembersAndMeansAreRoundedHalfUp) {
  const TinyServer server;
  server.MustLoad("id,n,born\na,1,2001-01-01\nb,2,2002-01-01\nc,4,\nd,,\ne,-0.5,1999-12-31\n",
                  "tags:\n  - {name: n, kind: NUMBER, scale: 1}\n  - {name: born, kind: DATE}\n");
  const auto all = Summarize(server, "n", "EVERYONE");
  EXPECT_EQ(all.member_count(), 4u) << "d has no value";
  EXPECT_EQ(all.least(), "-0.5");
  EXPECT_EQ(all.greatest(), "4.0");
  EXPECT_EQ(all.mean(), "1.625");
  EXPECT_THAT(all.percentiles(), ElementsAre("-0.5", "-0.5", "1.0", "4.0", "4.0"));
  EXPECT_EQ(Summarize(server, "n", "n > 0").mean(), "2.333333");
  const auto born = Summarize(server, "born", "EVERYONE");
  EXPECT_THAT(born.percentiles(),
              ElementsAre("1999-12-31", "1999-12-31", "2001-01-01", "2002-01-01", "2002-01-01"));
  const Finished shown = server.Cli({"tags", "-p", "p", "n"});
  EXPECT_THAT(shown.out, HasSubstr("  median        1.0\n"));
  EXPECT_THAT(shown.out, HasSubstr("  mean          1.625\n"));
}

// 600,000 members over several fragments: sums and ranks, not samples.
TEST(Rule27, EveryMemberCounts) {
  const TinyServer server;
  std::string records = "id,n\n";
  for (int i = 1; i <= 600'000; ++i) absl::StrAppend(&records, "m", i, ",", i, "\n");
  server.MustLoad(records, "tags:\n  - {name: n, kind: NUMBER}\n");
  const auto all = Summarize(server, "n", "EVERYONE");
  EXPECT_EQ(all.mean(), "300000.5");
  EXPECT_THAT(all.percentiles(), ElementsAre("1", "60000", "300000", "540000", "600000"));
}

}  // namespace
}  // namespace muster::testing
