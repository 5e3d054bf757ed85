#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/clients/cli/command_test.h"
#include "tests/matchers/status.h"

namespace muster::cli {
namespace {

using client::FailureWith;
using testing::HasSubstr;
namespace fs = std::filesystem;

class CommandsTest : public CommandTest {};

TEST_F(CommandsTest, CountPrintsDigitsAlone) {
  server_.count.set_count(1234567);
  EXPECT_EQ(Muster({"count", "--population", "p", "城市 = '上海'"}), kDone);
  EXPECT_EQ(out_, "1234567\n");
  EXPECT_EQ(err_, "");
  EXPECT_EQ(server_.counted.expression().text(), "城市 = '上海'");
  EXPECT_EQ(Muster({"count", "-p", "p", "--format", "csv", "-"}, "a = 1\n"), kDone);
  EXPECT_EQ(out_, "count\n1234567\n");
  EXPECT_EQ(server_.counted.expression().text(), "a = 1");
  EXPECT_EQ(Muster({"count", "-p", "p", "--receipt", "a"}), kDone);
  EXPECT_THAT(out_, HasSubstr("\"snapshot\""));
}

TEST_F(CommandsTest, WarningsAndErrorsHaveACaretOnStandardError) {
  auto* warning = server_.count.add_warnings();
  warning->set_message("no member has the value");
  warning->set_offset(9);
  warning->set_line(1);
  warning->set_column(6);
  EXPECT_EQ(Muster({"count", "-p", "p", "城市 = '上'"}), kDone);
  EXPECT_EQ(out_, "0\n");
  EXPECT_EQ(err_, "warning: no member has the value\n    城市 = '上'\n           ^\n");
  server_.status = FailureWith(grpc::StatusCode::INVALID_ARGUMENT, "wrong", "SYNTAX",
                               {{"expression.text:1:3", "no value"}, {"expression.text:1:1", "no tag"}});
  EXPECT_EQ(Muster({"count", "-p", "p", "a ="}), kFailed);
  EXPECT_EQ(out_, "");
  EXPECT_EQ(err_,
            "error: line 1, column 3: no value\n    a =\n      ^\nerror: line 1, column 1: no tag\n    a =\n "
            "   ^\n");
}

TEST_F(CommandsTest, ExitCodesSayWhatToDo) {
  EXPECT_EQ(Muster({"count", "-p", "p"}), kWrongUsage);
  EXPECT_EQ(Muster({"cuont"}), kWrongUsage);
  EXPECT_EQ(Muster({}), kWrongUsage);
  EXPECT_EQ(Muster({"count", "-p", "p", "--format", "xml", "a"}), kWrongUsage);
  EXPECT_EQ(Muster({"count", "-p", "p", "--server", "nowhere", "a"}), kWrongUsage);
  EXPECT_EQ(Muster({"members", "-p", "p", "--limit", "0", "a"}), kWrongUsage);
  EXPECT_EQ(Muster({"members", "-p", "p", "--limit", "-1", "a"}), kWrongUsage);
  EXPECT_EQ(out_, "");
  EXPECT_EQ(Muster({"count", "--help"}), kDone);
  EXPECT_THAT(out_, HasSubstr("Examples:"));
  server_.status = FailureWith(grpc::StatusCode::ABORTED, "another load was faster", "LOAD_CONFLICT");
  EXPECT_EQ(Muster({"count", "-p", "p", "a"}), kTryAgain);
  EXPECT_EQ(err_, "error: another load was faster\n");
  server_.Stop();
  EXPECT_EQ(Muster({"count", "-p", "p", "a"}), kTryAgain);
  EXPECT_THAT(err_, HasSubstr("no Muster server answers"));
}

TEST_F(CommandsTest, WrongUsageIsSaidInAWordAndNeverReachesTheServer) {
  const std::string path = Path("c.csv");
  std::ofstream(path) << "id,n\na,1\n";
  const char* const file = path.c_str();
  struct Row {
    std::vector<const char*> arguments;
    const char* says;
  };
  const Row rows[] = {
      {{},
       "error: `muster` needs a command: load, count, members, lookup, tags, segments, list, loads, "
       "wait, versions, rollback, populations, "
       "verify, generate\nSee `muster --help`."},
      {{"cuont"}, "error: there is no command `muster cuont`; did you mean 'count'?"},
      {{"frobnicate"}, "error: there is no command `muster frobnicate`; there is load, count"},
      {{"count", "--populaton", "p", "a"},
       "error: `muster count` has no option --populaton; did you mean '--population'?"},
      {{"count", "-p", "p", "--formt=json", "a"},
       "error: `muster count` has no option --formt; did you mean '--format'?"},
      {{"count", "-p", "p", "a", "b"},
       "error: `muster count` has no place for 'b'; put an argument with blanks in it in quotes"},
      {{"generate"}, "error: `muster generate` needs a command: shop"},
      {{"generate", "shopp"}, "there is no command `muster generate shopp`; did you mean 'shop'?"},
      {{"count", "-p", "p"}, "EXPRESSION or --batch is required\nSee `muster count --help`."},
      {{"count", "-p", "p", "--batch", "f", "a"}, "excludes"},
      {{"count", "-p", "p", "--batch", "f", "--explain"}, "excludes"},
      {{"count", "-p", "p", "--batch", ""}, "--batch: it is empty"},
      {{"count", "-p", "", "a"}, "--population: it is empty"},
      {{"count", "-p", "p", "-p", "q", "a"}, "--population is there more than once; keep one"},
      {{"count", "-p", "p", "--today", "tomorrow", "a"}, "--today: 'tomorrow' is no date"},
      {{"members", "-p", "p", "--today", "2026-02-30", "a"}, "--today: no calendar has the day 2026-02-30"},
      {{"count", "-p", "p", "--as-of", "2026-02-30", "a"}, "--as-of: no calendar has the day 2026-02-30"},
      {{"members", "-p", "p", "--output", "", "a"}, "--output: it is empty"},
      {{"tags", "-p", ""}, "--population: it is empty"},
      {{"tags", "-p", "p", ""}, "TAG: it is empty"},
      {{"load", ""}, "FILE: it is empty"},
      {{"load", file, "--date", "tomorrow"}, "--date: 'tomorrow' is no date; write YYYY-MM-DD"},
      {{"load", file, "--date", "0000-01-01"}, "--date: "},
      {{"load", file, "--date", ""}, "--date: "},
      {{"load", file, "--schema", ""}, "--schema: it is empty"},
      {{"load", file, "--label", ""}, "--label: it is empty"},
      {{"load", file, "--id-column", ""}, "--id-column: it is empty"},
      {{"load", file, "--max-rejected", "nan"}, "--max-rejected: 'nan' is no share from 0 to 1"},
      {{"load", file, "--max-rejected", "1.1"}, "--max-rejected: '1.1' is no share from 0 to 1"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(Muster(row.arguments), kWrongUsage) << row.says;
    EXPECT_THAT(err_, HasSubstr(row.says));
    EXPECT_THAT(err_, testing::StartsWith("error: "));
    EXPECT_EQ(out_, "");
  }
  EXPECT_TRUE(server_.load_messages.empty());
}

TEST_F(CommandsTest, WhatTheServerSaysIsToldInTheWordsOfTheCommandLine) {
  server_.status = FailureWith(grpc::StatusCode::INVALID_ARGUMENT, "snapshot: it was damaged", "BAD_REQUEST",
                               {{"snapshot", "it was damaged"}});
  EXPECT_EQ(Muster({"count", "-p", "p", "--snapshot", "x", "a"}), kFailed);
  EXPECT_EQ(err_, "error: --snapshot: it was damaged\n");
  // A message that is the whole violation needs no field.
  server_.status = FailureWith(grpc::StatusCode::FAILED_PRECONDITION, "tag 'a' is a DATE", "TAG_CONTRADICTS",
                               {{"spec.tags[0]", "tag 'a' is a DATE"}});
  EXPECT_EQ(Muster({"count", "-p", "p", "a"}), kFailed);
  EXPECT_EQ(err_, "error: tag 'a' is a DATE\n");
  server_.status =
      FailureWith(grpc::StatusCode::NOT_FOUND, "there is no population 'p'", "UNKNOWN_POPULATION");
  EXPECT_EQ(Muster({"count", "-p", "p", "a"}), kFailed);
  EXPECT_EQ(err_, "error: there is no population 'p'; `muster populations` lists those that there are\n");
  server_.status =
      FailureWith(grpc::StatusCode::NOT_FOUND, "no 'p'; did you mean 'q'?", "UNKNOWN_POPULATION");
  EXPECT_EQ(Muster({"count", "-p", "p", "a"}), kFailed);
  EXPECT_EQ(err_, "error: no 'p'; did you mean 'q'?\n");
  const std::string path = Path("c.csv");
  std::ofstream(path) << "id,max_rejected\na,x\n";
  server_.status = grpc::Status::OK;
  server_.load_status =
      FailureWith(grpc::StatusCode::FAILED_PRECONDITION,
                  "1 of 1 records were rejected, more than max_rejected\nline 2: tag 'max_rejected': 'x'",
                  "TOO_MANY_REJECTED");
  server_.tag_pages.resize(1);
  EXPECT_EQ(Muster({"load", path.c_str(), "-p", "p", "--id-column", "id", "--infer"}), kFailed);
  EXPECT_EQ(err_, "error: 1 of 1 records were rejected, more than --max-rejected\n  " + path +
                      ":2: tag 'max_rejected': 'x'\n"
                      "note: nothing was loaded; the schema is printed so that it can be mended\n");
}

TEST_F(CommandsTest, ASlipInThePopulationIsRefusedUnlessItIsToBeMade) {
  const std::string path = Path("c.csv");
  std::ofstream(path) << "id,n\na,1\n";
  std::ofstream(Path("tags.yaml")) << "tags:\n  - {name: n, kind: NUMBER}\n";
  const std::string schema = Path("tags.yaml");
  const std::vector<const char*> load = {"load",        path.c_str(), "-p",       "custmers",
                                         "--id-column", "id",         "--schema", schema.c_str()};
  server_.status = FailureWith(
      grpc::StatusCode::FAILED_PRECONDITION,
      "there is no population 'custmers', but there is 'customers': name that one, or make a new one with "
      "create_population",
      "SIMILAR_POPULATION");
  EXPECT_EQ(Muster(load), kFailed);
  EXPECT_EQ(
      err_,
      "error: there is no population 'custmers', but there is 'customers': name that one, or make a new one "
      "with --create\n");
  EXPECT_FALSE(server_.load_messages[0].spec().create_population());
  server_.status = grpc::Status::OK;
  server_.load_messages.clear();
  std::vector<const char*> create = load;
  create.push_back("--create");
  EXPECT_EQ(Muster(create), kDone) << err_;
  EXPECT_TRUE(server_.load_messages[0].spec().create_population());
}

TEST_F(CommandsTest, AReceiptIsAskedAgain) {
  EXPECT_EQ(Muster({"count", "-p", "p", "--snapshot", "token", "--today", "2026-01-31", "a"}), kDone);
  EXPECT_EQ(server_.counted.snapshot(), "token");
  EXPECT_EQ(server_.counted.today(), "2026-01-31");
  EXPECT_EQ(Muster({"members", "-p", "p", "--snapshot", "token", "--today", "2026-01-31", "a"}), kDone);
  EXPECT_EQ(server_.listed.snapshot(), "token");
  EXPECT_EQ(server_.listed.today(), "2026-01-31");
  EXPECT_EQ(Muster({"count", "-p", "p", "a"}), kDone);
  EXPECT_EQ(server_.counted.snapshot() + server_.counted.today() + server_.counted.as_of(), "");
}

TEST_F(CommandsTest, AStateAsOfADateIsAskedFor) {
  EXPECT_EQ(Muster({"count", "-p", "p", "--as-of", "2026-01-31", "a"}), kDone);
  EXPECT_EQ(server_.counted.as_of(), "2026-01-31");
  EXPECT_EQ(server_.counted.today(), "");
  EXPECT_EQ(Muster({"members", "-p", "p", "--as-of", "2026-01-31", "a"}), kDone);
  EXPECT_EQ(server_.listed.as_of(), "2026-01-31");
}

TEST_F(CommandsTest, TagsShowCoverageAndValues) {
  server_.tag_pages.resize(1);
  server_.tag_pages[0].set_population_member_count(1000);
  auto* tag = server_.tag_pages[0].add_tags();
  tag->set_name("城市");
  tag->set_kind(v1::TAG_KIND_SINGLE);
  tag->set_coverage(0.25);
  tag->set_member_count(250);
  tag->set_value_count(2);
  server_.value_pages.resize(1);
  server_.value_pages[0].add_values()->set_value("上海");
  EXPECT_EQ(Muster({"tags", "-p", "p"}), kDone);
  EXPECT_EQ(out_,
            "p: 1,000 members, 1 tag\n\n"
            "tag   kind                coverage  members  values  most frequent\n"
            "城市  SINGLE  ███░░░░░░░    25.0 %      250       2  上海, …\n");
  EXPECT_EQ(Muster({"tags", "-p", "p", "--format", "csv"}), kDone);
  EXPECT_THAT(out_, HasSubstr("\n城市,SINGLE,0.250000,250,2,0,,\n"));
}

TEST_F(CommandsTest, BarsOfValuesCompareThemWithTheMostFrequent) {
  server_.tag_pages.resize(1);
  auto* tag = server_.tag_pages[0].add_tags();
  tag->set_name("city");
  tag->set_kind(v1::TAG_KIND_SINGLE);
  tag->set_member_count(10000);
  tag->set_value_count(2);
  server_.value_pages.resize(1);
  for (const auto& [value, members] : {std::pair("X", 200), std::pair("Y", 100)}) {
    auto* added = server_.value_pages[0].add_values();
    added->set_value(value);
    added->set_member_count(static_cast<uint64_t>(members));
  }
  EXPECT_EQ(Muster({"tags", "-p", "p", "city"}), kDone);
  EXPECT_THAT(out_, HasSubstr("X          200    2.0 %  ██████████\n"
                              "Y          100    1.0 %  █████░░░░░\n"));
  EXPECT_EQ(Muster({"tags", "-p", "p", "city", "--format", "json"}), kDone);
  google::protobuf::Struct json;
  ASSERT_THAT(google::protobuf::util::JsonStringToMessage(out_, &json), IsOk()) << out_;
  EXPECT_EQ(json.fields().at("tag").struct_value().fields().at("name").string_value(), "city");
  EXPECT_EQ(json.fields().at("values").list_value().values_size(), 2);
  EXPECT_THAT(out_, testing::StartsWith("{\n \"tag\": {\n  \"name\": \"city\",\n"));
}

TEST_F(CommandsTest, ASearchSaysThatThereAreMoreValuesThanItShows) {
  server_.tag_pages.resize(1);
  auto* tag = server_.tag_pages[0].add_tags();
  tag->set_name("city");
  tag->set_kind(v1::TAG_KIND_SINGLE);
  tag->set_value_count(1000);
  server_.value_pages.resize(1);
  for (const char* value : {"X1", "X2", "X3"}) server_.value_pages[0].add_values()->set_value(value);
  EXPECT_EQ(Muster({"tags", "-p", "p", "city", "--search", "x", "--limit", "2"}), kDone);
  EXPECT_EQ(server_.value_page_sizes.back(), 3);
  EXPECT_THAT(out_, HasSubstr("X2"));
  EXPECT_THAT(out_, testing::Not(HasSubstr("X3")));
  EXPECT_THAT(out_, testing::EndsWith("… and more; see --limit\n"));
  EXPECT_EQ(Muster({"tags", "-p", "p", "city", "--search", "x", "--limit", "3"}), kDone);
  EXPECT_THAT(out_, HasSubstr("X3"));
  EXPECT_THAT(out_, testing::Not(HasSubstr("more")));
  EXPECT_EQ(Muster({"tags", "-p", "p", "city", "--limit", "2"}), kDone);
  EXPECT_THAT(out_, testing::EndsWith("… and 998 more\n"));
}

TEST_F(CommandsTest, ANumberIsShownWithItsEndsPercentilesAndMean) {
  server_.tag_pages.resize(1);
  auto* tag = server_.tag_pages[0].add_tags();
  tag->set_name("price");
  tag->set_kind(v1::TAG_KIND_NUMBER);
  tag->set_scale(2);
  tag->set_version(1);
  tag->set_business_date("2026-11-22");
  EXPECT_EQ(Muster({"tags", "-p", "p", "price"}), kDone);
  EXPECT_EQ(server_.summarized.tag(), "") << "nobody has one: there is nothing to ask";
  tag->set_member_count(10);
  server_.summary.set_member_count(10);
  server_.summary.set_least("-1.50");
  server_.summary.set_greatest("99.00");
  server_.summary.set_mean("12.333333");
  for (const char* value : {"-1.50", "2.00", "7.25", "30.00", "99.00"})
    server_.summary.add_percentiles(value);
  EXPECT_EQ(Muster({"tags", "-p", "p", "price"}), kDone);
  EXPECT_EQ(server_.summarized.tag(), "price");
  EXPECT_FALSE(server_.summarized.has_expression());
  EXPECT_THAT(server_.summarized.percentiles(), testing::ElementsAre(5, 25, 50, 75, 95));
  EXPECT_THAT(out_, testing::EndsWith("  least         -1.50\n"
                                      "  5 %           -1.50\n"
                                      "  25 %          2.00\n"
                                      "  median        7.25\n"
                                      "  75 %          30.00\n"
                                      "  95 %          99.00\n"
                                      "  greatest      99.00\n"
                                      "  mean          12.333333\n"));
  EXPECT_EQ(Muster({"tags", "-p", "p", "price", "--format", "csv"}), kDone);
  EXPECT_EQ(out_,
            "measure,value\nleast,-1.50\np5,-1.50\np25,2.00\np50,7.25\np75,30.00\np95,99.00\ngreatest,99.00\n"
            "mean,12.333333\n");
  EXPECT_EQ(Muster({"tags", "-p", "p", "price", "--format", "json"}), kDone);
  google::protobuf::Struct json;
  ASSERT_THAT(google::protobuf::util::JsonStringToMessage(out_, &json), IsOk()) << out_;
  EXPECT_EQ(json.fields().at("summary").struct_value().fields().at("least").string_value(), "-1.50");
  // Dates have no mean.
  tag->set_kind(v1::TAG_KIND_DATE);
  server_.summary.clear_mean();
  EXPECT_EQ(Muster({"tags", "-p", "p", "price"}), kDone);
  EXPECT_THAT(out_, testing::Not(HasSubstr("mean")));
}

TEST_F(CommandsTest, ATagWithTheNameOfACommandIsShownByShow) {
  server_.tag_pages.resize(1);
  server_.tag_pages[0].add_tags()->set_name("set");
  server_.tag_pages[0].mutable_tags(0)->set_kind(v1::TAG_KIND_NUMBER);
  EXPECT_EQ(Muster({"tags", "-p", "p", "set"}), kWrongUsage);  // the command, which needs a tag
  for (const std::vector<const char*>& words :
       {std::vector<const char*>{"tags", "-p", "p", "show", "set"}, {"tags", "show", "set", "-p", "p"}}) {
    EXPECT_EQ(Muster(words), kDone) << err_;
    EXPECT_THAT(out_, testing::StartsWith("set\n  kind          NUMBER\n"));
  }
  EXPECT_EQ(Muster({"tags", "show", "set"}), kWrongUsage);
  EXPECT_THAT(err_, HasSubstr("--population is required"));
  EXPECT_EQ(Muster({"tags", "show", "-p", "p"}), kWrongUsage);
  EXPECT_THAT(err_, HasSubstr("TAG is required"));
}

TEST_F(CommandsTest, LoadSendsAFileAndSaysWhatBecameOfIt) {
  const std::string path = Path("c.csv");
  std::ofstream(path) << "id,n\na,1\nb,2\n";
  server_.tag_pages.resize(1);
  server_.load.set_label("given");
  server_.load.set_records(2);
  EXPECT_EQ(Muster({"load", path.c_str(), "-p", "p", "--id-column", "id", "--infer", "--mode", "REPLACE",
                    "--date", "2026-01-31", "--label", "given", "--max-rejected", "0.5"}),
            kDone);
  EXPECT_EQ(out_, "population: p\nmember_id: id\ntags:\n  - name: n\n    kind: NUMBER\n    scale: 0\n");
  EXPECT_THAT(err_, HasSubstr("load given"));
  const v1::LoadSpec& spec = server_.load_messages[0].spec();
  EXPECT_EQ(spec.mode(), v1::LOAD_MODE_REPLACE);
  EXPECT_EQ(spec.business_date(), "2026-01-31");
  EXPECT_EQ(spec.label(), "given");
  EXPECT_EQ(spec.max_rejected(), 0.5);
  EXPECT_EQ(spec.tags(0).kind(), v1::TAG_KIND_NUMBER);
}

// An inferred schema names its population: it is kept of a load that is refused for its records, and not of
// one whose population can't be.
TEST_F(CommandsTest, AnInferredSchemaIsNotKeptForAPopulationThatIsRefused) {
  const std::string path = Path("c.csv");
  std::ofstream(path) << "id,n\na,1\n";
  server_.tag_pages.resize(1);
  const std::vector<const char*> load = {"load", path.c_str(), "-p", "P!", "--id-column", "id", "--infer"};
  server_.load_status =
      FailureWith(grpc::StatusCode::INVALID_ARGUMENT,
                  "population 'P!' is not a name: 1 to 63 of the characters a-z, 0-9, _ and -", "BAD_NAME");
  EXPECT_EQ(Muster(load), kFailed);
  EXPECT_EQ(out_, "");
  server_.load_status =
      FailureWith(grpc::StatusCode::FAILED_PRECONDITION, "there is 'p'", "SIMILAR_POPULATION");
  EXPECT_EQ(Muster(load), kFailed);
  EXPECT_EQ(out_, "");
  server_.load_status =
      FailureWith(grpc::StatusCode::INVALID_ARGUMENT, "label 'x' is not a name", "BAD_NAME");
  EXPECT_EQ(Muster(load), kFailed);
  EXPECT_THAT(out_, HasSubstr("population: P!"));
}

TEST_F(CommandsTest, ACommandBelowTagsTakesThePopulationOnEitherSide) {
  server_.tag_pages.resize(1);
  server_.tag_pages[0].add_tags()->set_name("n");
  EXPECT_EQ(Muster({"tags", "show", "n", "-p", "p"}), kDone);
  EXPECT_EQ(Muster({"tags", "-p", "p", "show", "n"}), kDone);
  EXPECT_EQ(Muster({"tags", "show", "n", "-p", "p", "--format", "json"}), kDone);
  EXPECT_THAT(out_, HasSubstr("\"tag\""));
  EXPECT_EQ(Muster({"tags", "set", "n"}), kWrongUsage);
  EXPECT_THAT(err_, HasSubstr("--population"));
  for (const char* command : {"set", "show"}) {
    EXPECT_EQ(Muster({"tags", command, "--help"}), kDone);
    for (const char* option : {"-p, --population", "--format", "--server"})
      EXPECT_THAT(out_, HasSubstr(option)) << command;
  }
}

TEST_F(CommandsTest, AServersAddressIsAHostAndAPort) {
  EXPECT_EQ(Muster({"count", "-p", "p", "--server", "http://localhost:7070/", "a"}), kWrongUsage);
  EXPECT_EQ(
      err_,
      "error: the server's address 'http://localhost:7070/' is a web address: write HOST:PORT alone, such "
      "as localhost:7070\n");
}

TEST_F(CommandsTest, LoadNamesWhatIsMissing) {
  const std::string path = Path("c.csv");
  std::ofstream(path) << "id,n\na,1\n";
  EXPECT_EQ(Muster({"load", path.c_str(), "--id-column", "id", "--infer"}), kWrongUsage);
  EXPECT_THAT(err_, HasSubstr("no population is named"));
  EXPECT_EQ(Muster({"load", path.c_str(), "-p", "p", "--infer"}), kWrongUsage);
  EXPECT_THAT(err_, HasSubstr("no member id is named"));
  server_.tag_pages.resize(1);
  EXPECT_EQ(Muster({"load", "nowhere.csv", "-p", "p", "--id-column", "id", "--infer"}), kFailed);
  EXPECT_THAT(err_, HasSubstr("'nowhere.csv' can't be opened"));
  EXPECT_EQ(Muster({"load", path.c_str(), "-p", "p", "--id-column", "who", "--infer"}), kFailed);
  EXPECT_THAT(err_, HasSubstr("no column 'who'"));
  server_.tag_pages[0].add_tags()->set_name("n");
  EXPECT_EQ(Muster({"load", path.c_str(), "-p", "p", "--id-column", "who"}), kFailed);
  EXPECT_THAT(err_, HasSubstr("no column 'who'; it has 'id', 'n'"));
  std::ofstream(Path("empty.yaml")) << "# nothing yet\n";
  EXPECT_EQ(Muster({"load", path.c_str(), "-p", "p", "--schema", Path("empty.yaml").c_str()}), kFailed);
  EXPECT_THAT(err_, HasSubstr("empty.yaml' is empty"));
  EXPECT_TRUE(server_.load_messages.empty());
}

TEST_F(CommandsTest, GenerateWritesAShop) {
  const std::string path = Path("shop.csv");
  EXPECT_EQ(
      Muster({"generate", "shop", "--members", "100", "--output", path.c_str(), "--date", "2026-02-03"}),
      kDone);
  EXPECT_EQ(out_, "");
  EXPECT_TRUE(fs::exists(path + ".tags.yaml"));
  EXPECT_EQ(
      Muster({"generate", "shop", "--members", "100", "--output", path.c_str(), "--date", "2026-02-30"}),
      kWrongUsage);
}

}  // namespace
}  // namespace muster::cli
