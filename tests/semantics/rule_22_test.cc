// Rule 22: labels make loads idempotent.
#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kSchema[] = "tags:\n  - {name: age, kind: NUMBER}\n";

TEST(Rule22, TheSameLabelWithTheSameContentAnswersWithTheFirstResult) {
  TinyServer server;
  server.MustLoad("id,age\na,1\nb,2\n", kSchema, {"--label", "day-1"});
  server.MustLoad("id,age\na,7\n", kSchema, {"--label", "day-2"});
  for (int round = 0; round < 2; ++round) {
    const Finished again = server.Load("id,age\na,1\nb,2\n", kSchema, {"--label", "day-1"});
    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_THAT(again.out + again.err, HasSubstr("day-1"));
    EXPECT_THAT(again.out + again.err, ::testing::ContainsRegex("already|before"));
    EXPECT_EQ(server.ProfileOf("a"), "age=7");
    server.Restart();
  }
}

TEST(Rule22, TheSameLabelWithOtherContentAlreadyExists) {
  const TinyServer server;
  const char file[] = "id,age\na,1\nb,2\n";
  server.MustLoad(file, kSchema, {"--label", "day-1", "--date", "2026-01-01"});
  struct Row {
    const char* what;
    const char* text;
    const char* schema;
    std::vector<std::string> options;
  };
  const Row rows[] = {
      {"other input", "id,age\na,1\nb,3\n", kSchema, {"--date", "2026-01-01"}},
      {"other mode", file, kSchema, {"--date", "2026-01-01", "--mode", "replace"}},
      {"other tags", file, "tags:\n  - {name: years, column: age, kind: NUMBER}\n", {"--date", "2026-01-01"}},
      {"other schema", file, "tags:\n  - {name: age, kind: NUMBER, clear: x}\n", {"--date", "2026-01-01"}},
      {"other missing texts",
       file,
       "missing: [x]\ntags:\n  - {name: age, kind: NUMBER}\n",
       {"--date", "2026-01-01"}},
      {"other date", file, kSchema, {"--date", "2026-01-02"}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    std::vector<std::string> options = row.options;
    options.insert(options.end(), {"--label", "day-1"});
    const Finished load = server.Load(row.text, row.schema, options);
    EXPECT_EQ(load.exit_code, 1) << load.out << load.err;
    EXPECT_THAT(load.err, HasSubstr("day-1"));
    EXPECT_EQ(server.ProfileOf("b"), "age=2");
  }
  EXPECT_EQ(server.Load(file, kSchema, {"--label", "day-1", "--date", "2026-01-01"}).exit_code, 0);
}

TEST(Rule22, WithoutALabelOneIsMadeAndPrinted) {
  const TinyServer server;
  const Finished first = server.MustLoad("id,age\na,1\n", kSchema);
  EXPECT_THAT(first.out + first.err, ::testing::ContainsRegex("load records.csv-[^ ]+: published"));
  server.MustLoad("id,age\na,2\n", kSchema);
  // The same file again is another load: it takes effect.
  server.MustLoad("id,age\na,1\n", kSchema);
  EXPECT_EQ(server.ProfileOf("a"), "age=1");
}

TEST(Rule22, FromStandardInputTheLabelAloneDecides) {
  const TinyServer server;
  const std::vector<std::string> arguments = {
      "load",        "-",       "--population", "p",
      "--id-column", "id",      "--schema",     server.scratch().Write("tags.yaml", kSchema),
      "--label",     "stream-1"};
  EXPECT_EQ(server.Cli(arguments, "id,age\na,1\n").exit_code, 0);
  const Finished again = server.Cli(arguments, "id,age\na,2\n");
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.out + again.err, ::testing::ContainsRegex("already|before"));
  EXPECT_EQ(server.ProfileOf("a"), "age=1");
}

TEST(Rule22, LabelsAreOneTo200BytesAndBelongToAPopulation) {
  const TinyServer server;
  server.MustLoad("id,age\na,1\n", kSchema, {"--label", std::string(200, 'l')});
  const Finished longer = server.Load("id,age\na,2\n", kSchema, {"--label", std::string(201, 'l')});
  EXPECT_EQ(longer.exit_code, 1) << longer.err;
  EXPECT_THAT(longer.err, HasSubstr("200"));
  EXPECT_EQ(server.ProfileOf("a"), "age=1");
  server.MustLoad("id,age\na,1\n", kSchema, {"--label", "x"});
  server.MustLoad("id,age\na,5\n", kSchema, {"--label", "x", "--population", "q"});
  EXPECT_EQ(server.Cli({"count", "--population", "q", "age = 5"}).out, "1\n");
}

muster::v1::LoadRecordsRequest SpecOf(const std::string& label) {
  muster::v1::LoadRecordsRequest request;
  request.mutable_spec()->set_population("p");
  request.mutable_spec()->set_label(label);
  auto* tag = request.mutable_spec()->add_tags();
  tag->set_name("age");
  tag->set_kind(muster::v1::TAG_KIND_NUMBER);
  return request;
}

// One record, its id padded with white space to megabytes: when a few have been written, the server has read
// the spec.
muster::v1::LoadRecordsRequest LongBatch() {
  muster::v1::LoadRecordsRequest request;
  const std::string id = "z" + std::string(4 << 20, ' ');
  request.mutable_batch()->mutable_member_ids()->set_text(id);
  request.mutable_batch()->mutable_member_ids()->add_ends(static_cast<uint32_t>(id.size()));
  auto* cells = request.mutable_batch()->add_cells();
  cells->set_text("9");
  cells->add_ends(1);
  return request;
}

TEST(Rule22, TheSameLabelWhileOpenTakesTheLoadOver) {
  const TinyServer server;
  grpc::ClientContext context;
  muster::v1::LoadRecordsResponse response;
  const auto open = server.loads().LoadRecords(&context, &response);
  muster::v1::LoadRecordsRequest spec = SpecOf("day-1");
  spec.mutable_spec()->set_mode(muster::v1::LOAD_MODE_REPLACE);
  ASSERT_TRUE(open->Write(spec));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(open->Write(LongBatch()));
  // Another label is told to come again: exit code 4, naming the holder.
  const Finished other = server.Load("id,age\na,1\n", kSchema, {"--label", "day-2", "--mode", "replace"});
  EXPECT_EQ(other.exit_code, 4) << other.err;
  EXPECT_THAT(other.err, HasSubstr("day-1"));
  server.MustLoad("id,age\na,1\n", kSchema, {"--label", "day-1"});
  muster::v1::LoadRecordsRequest commit;
  commit.mutable_commit()->set_records(3);
  open->Write(commit);
  open->WritesDone();
  EXPECT_THAT(open->Finish(), StatusIs(grpc::StatusCode::ABORTED));
  ExpectSelects(server, {{"EVERYONE", "a"}, {"age = 1", "a"}});
}

TEST(Rule22, TheContentOfADirectoryIsTheNamesAndBytesOfItsFiles) {
  const TinyServer server;
  const std::string folder = server.folder() + "/day";
  const auto write = [&folder](const std::string& name, const std::string& text) {
    std::filesystem::create_directories(folder);
    std::ofstream(folder + "/" + name) << text;
  };
  const std::vector<std::string> arguments = {
      "load",        folder, "-p",       "p",
      "--id-column", "id",   "--schema", server.scratch().Write("tags.yaml", kSchema),
      "--label",     "day-1"};
  write("part-0.csv", "id,age\na,1\n");
  write("part-1.csv", "age,id\n2,b\nx,c\n");
  const Finished first = server.Cli({arguments[0], folder, "-p", "p", "--id-column", "id", "--schema",
                                     arguments[7], "--label", "day-1", "--max-rejected", "0.5"});
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(first.err, HasSubstr("day/part-1.csv:3: tag 'age': 'x'"));
  EXPECT_EQ(server.IdsOf("age > 0"), "a b");
  EXPECT_THAT(server.Cli({"loads", "show", "day-1", "-p", "p"}).out,
              HasSubstr(" part-1.csv:3: tag 'age': 'x'"));
  write("_SUCCESS", "");
  EXPECT_THAT(server.Cli(arguments).out, HasSubstr("already published"));
  std::filesystem::rename(folder + "/part-1.csv", folder + "/part-2.csv");
  const Finished renamed = server.Cli(arguments);
  EXPECT_EQ(renamed.exit_code, 1);
  EXPECT_THAT(renamed.err, HasSubstr("published with other content"));
}

}  // namespace
}  // namespace muster::testing
