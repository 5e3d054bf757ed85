// Rule 16: what means "no value", what a refused load leaves behind (nothing), and columns.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Rule16, EmptyCellsAndMissingTextsMeanNoValue) {
  const TinyServer server;
  server.MustLoad(
      "id,city,age,vip\na,\\N,\\N,\\N\nb,n/a,n/a,n/a\nc,,,\nd,  ,  ,  \ne,N/A,1,true\n",
      "missing: [\"\\\\N\", n/a]\ntags:\n  - {name: city, kind: SINGLE}\n  - {name: age, kind: NUMBER}\n"
      "  - {name: vip, kind: FLAG}\n");
  ExpectSelects(server,
                {{"EVERYONE", "a b c d e"}, {"HAS city OR HAS age OR HAS vip", "e"}, {"city = 'N/A'", "e"}});
}

TEST(Rule16, ARefusedLoadLeavesNoPopulationTagOrValueBehind) {
  TinyServer server;
  const char schema[] = "tags:\n  - {name: city, kind: SINGLE}\n";
  server.MustLoad("id,city\na,Shanghai\n", schema);
  const Finished refused =
      server.Load("id,city,hobby\nb,Shanghaj,chess\nc,Shanghak,chess\nd\n",
                  "tags:\n  - {name: city, kind: SINGLE}\n  - {name: hobby, kind: SINGLE}\n");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_EQ(server.Load("id,city\nb,X\nc\n", schema, {"--population", "q"}).exit_code, 1);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(server.IdsOf("EVERYONE"), "a");
    EXPECT_THAT(server.Cli({"tags", "--population", "p"}).out, Not(HasSubstr("hobby")));
    EXPECT_THAT(server.Cli({"tags", "--population", "p", "city"}).out, Not(HasSubstr("Shanghaj")));
    EXPECT_EQ(server.RefusedBecause("HAS hobby").reason, "UNKNOWN_TAG");
    EXPECT_THAT(server.RefusedBecause("HAS hobbi").Text(), Not(HasSubstr("hobby")));
    EXPECT_THAT(server.Count("city = 'Shanghai2'").err, Not(HasSubstr("Shanghaj")));
    EXPECT_EQ(server.Lookup("b").exit_code, 1);
    EXPECT_EQ(server.Cli({"count", "--population", "q", "EVERYONE"}).exit_code, 1);
    EXPECT_THAT(server.Cli({"count", "--population", "qq", "EVERYONE"}).err, Not(HasSubstr("'q'")));
    muster::v1::ListPopulationsResponse listed;
    grpc::ClientContext context;
    ASSERT_TRUE(server.catalog().ListPopulations(&context, {}, &listed).ok());
    EXPECT_EQ(listed.populations_size(), 1);
    server.Restart();
  }
  // Afterwards the names are free for anything.
  server.MustLoad("id,hobby\nb,7\n", "tags:\n  - {name: hobby, kind: NUMBER}\n");
  ExpectSelects(server, {{"EVERYONE", "a b"}, {"hobby = 7", "b"}});
}

TEST(Rule16, ColumnsThatTheSchemaDoesNotNameAreSkipped) {
  const TinyServer server;
  server.MustLoad("junk,id,city,more junk\n\xff,a,X,1\n1,b,Y,2\n", "tags:\n  - {name: city, kind: SINGLE}\n",
                  {"--max-rejected", "0.5"});
  EXPECT_EQ(server.RefusedBecause("HAS junk").reason, "UNKNOWN_TAG");
  ExpectSelects(server, {{"city = 'Y'", "b"}});
  server.MustLoad("id,town\na,Z\n", "tags:\n  - {name: city, kind: SINGLE, column: town}\n");
  ExpectSelects(server, {{"city = 'Z'", "a"}});
}

TEST(Rule16, WithoutASchemaColumnsMatchExistingTags) {
  const TinyServer server;
  server.MustLoad("id,city,age\na,X,1\n",
                  "tags:\n  - {name: city, kind: SINGLE}\n  - {name: age, kind: NUMBER}\n");
  server.MustLoad("id,age\nb,2\n", "");
  ExpectSelects(server, {{"age = 2", "b"}});
  const Finished refused = server.Load("id,age,hobby\nb,3,chess\n", "");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("hobby"));
  EXPECT_THAT(refused.err, HasSubstr("--infer"));
  ExpectSelects(server, {{"age = 2", "b"}, {"age = 3", ""}});
  // In a population that doesn't exist no column matches.
  EXPECT_EQ(server.Load("id,age\nb,3\n", "", {"--population", "q"}).exit_code, 1);
}

}  // namespace
}  // namespace muster::testing
