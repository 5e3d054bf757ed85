// Rule 16: texts that mean "no value", that a refused load leaves nothing behind, and columns.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Of every kind: new tags and new values of old ones, in counts, lists and suggestions.
TEST(Rule16, ARefusedLoadLeavesNothingOfAnyKind) {
  TinyServer server;
  const std::string old_tags =
      "tags:\n  - {name: vip, kind: FLAG}\n  - {name: city, kind: SINGLE}\n"
      "  - {name: likes, kind: MULTI, separator: '|'}\n  - {name: age, kind: NUMBER}\n"
      "  - {name: born, kind: DATE}\n  - {name: seen, kind: TIMESTAMP}\n";
  server.MustLoad(
      "id,vip,city,likes,age,born,seen\na,true,Shanghai,coffee|tea,30,2000-01-01,2026-01-01 10:00\n",
      old_tags);
  std::string all_tags = old_tags;
  for (const char* kind : {"FLAG", "SINGLE", "MULTI", "NUMBER", "DATE", "TIMESTAMP"})
    all_tags += std::string("  - {name: new") + kind + ", kind: " + kind + "}\n";
  const std::string before = server.Cli({"tags", "--population", "p"}).out;
  const Finished refused = server.Load(
      "id,vip,city,likes,age,born,seen,newFLAG,newSINGLE,newMULTI,newNUMBER,newDATE,newTIMESTAMP\n"
      "a,true,Shanghai,coffeex|teax,30,2000-01-01,2026-01-01 10:00,1,x,y,1,2000-01-01,2000-01-01\n"
      "b,false,Shanghaj,coffeex,31,2000-01-02,2026-01-01 11:00,1,x,y,1,2000-01-01,2000-01-01\n"
      "c,false,Shanghaj,coffeex,31,2000-01-02,2026-01-01 11:00,1,x,y,one,2000-01-01,2000-01-01\n",
      all_tags);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("'one'"));
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(server.Cli({"tags", "--population", "p"}).out, before);
    EXPECT_EQ(server.IdsOf("EVERYONE"), "a");
    EXPECT_EQ(server.IdsOf("HAS vip AND HAS city AND HAS likes AND HAS age AND HAS born AND HAS seen"), "a");
    for (const char* kind : {"FLAG", "SINGLE", "MULTI", "NUMBER", "DATE", "TIMESTAMP"}) {
      const auto unknown = server.RefusedBecause(std::string("HAS new") + kind);
      EXPECT_EQ(unknown.reason, "UNKNOWN_TAG") << kind;
      EXPECT_THAT(server.RefusedBecause(std::string("HAS new") + kind + "x").Text(),
                  Not(HasSubstr("did you mean")))
          << kind;
    }
    ExpectSelects(server, {{"city = 'Shanghaj'", ""},
                           {"likes = 'coffeex'", ""},
                           {"likes LIKE 'coffeex%'", ""},
                           {"vip = false", ""},
                           {"age = 31", ""},
                           {"born = 2000-01-02", ""}});
    // What is suggested is what some member has.
    EXPECT_THAT(server.Count("city = 'Shanghajj'").err, Not(HasSubstr("Shanghaj'?")));
    EXPECT_THAT(server.Count("likes = 'coffeexx'").err, Not(HasSubstr("coffeex'?")));
    for (const char* tag : {"city", "likes", "vip"}) {
      const std::string listed = server.Cli({"tags", "--population", "p", tag, "--format", "csv"}).out;
      EXPECT_THAT(listed, Not(HasSubstr("Shanghaj"))) << tag;
      EXPECT_THAT(listed, Not(HasSubstr("coffeex"))) << tag;
      EXPECT_THAT(listed, Not(HasSubstr("false"))) << tag;
    }
    EXPECT_EQ(server.ProfileOf("a"),
              "age=30|born=2000-01-01|city=Shanghai|likes=coffee,tea|seen=2026-01-01T10:00:00Z|vip=true");
    server.Restart();
  }
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
    ASSERT_THAT(server.catalog().ListPopulations(&context, {}, &listed), IsOk());
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

// Nothing of it can be seen anywhere, and its label is free.
TEST(Rule16, ADryRunLeavesNothing) {
  TinyServer server;
  const char schema[] = "tags:\n  - {name: age, kind: NUMBER}\n  - {name: city, kind: SINGLE}\n";
  const char text[] = "id,age,city\na,1,X\nb,2,Y\n";
  const Finished first = server.Load(text, schema, {"--dry-run", "--label", "day-1"});
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr("load day-1: would be published"));
  EXPECT_THAT(first.out, HasSubstr("2 new members, 2 in all"));
  EXPECT_THAT(first.out, HasSubstr("nothing was published"));
  EXPECT_EQ(server.RefusedBecause("EVERYONE").code, grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(server.Cli({"loads", "show", "day-1", "-p", "p"}).exit_code, 1);
  EXPECT_EQ(server.Load("id,age,city\na,x,X\n", schema, {"--dry-run"}).exit_code, 1);
  server.MustLoad(text, schema, {"--label", "day-1"});
  const std::string tags = server.Cli({"tags", "-p", "p"}).out, loads = server.Cli({"loads", "-p", "p"}).out;
  const char other[] = "id,age,city,new\nc,7,Z,1\na,8,,0\n";
  const std::string more = std::string(schema) + "  - {name: new, kind: FLAG}\n";
  const Finished second =
      server.Load(other, more, {"--dry-run", "--label", "day-2", "--mode", "replace", "--format", "json"});
  EXPECT_EQ(second.exit_code, 0) << second.err;
  EXPECT_THAT(second.out, HasSubstr("\"state\": \"LOAD_STATE_DRY_RUN\""));
  EXPECT_THAT(second.out, HasSubstr("\"new_members\": 1"));
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(server.Cli({"tags", "-p", "p"}).out, tags);
    EXPECT_EQ(server.Cli({"loads", "-p", "p"}).out, loads);
    EXPECT_EQ(server.ProfileOf("a"), "age=1|city=X");
    EXPECT_EQ(server.IdsOf("EVERYONE"), "a b");
    ExpectSelects(server, {{"city = 'Z'", ""}, {"age > 2", ""}});
    EXPECT_EQ(server.RefusedBecause("new").reason, "UNKNOWN_TAG");
    EXPECT_EQ(server.Cli({"verify", "-p", "p"}).exit_code, 0);
    server.Restart();
  }
  EXPECT_THAT(server.Load(text, schema, {"--dry-run", "--label", "day-1"}).out,
              HasSubstr("already published, nothing would change"));
  EXPECT_EQ(server.Load(other, more, {"--dry-run", "--label", "day-1"}).exit_code, 1);
  server.MustLoad(other, more, {"--label", "day-2"});
  EXPECT_EQ(server.IdsOf("EVERYONE"), "a b c");
}

}  // namespace
}  // namespace muster::testing
