// What `muster members` writes, and where.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/clients/cli/command_test.h"
#include "tests/matchers/status.h"

namespace muster::cli {
namespace {

using client::FailureWith;
using testing::HasSubstr;
namespace fs = std::filesystem;

class MembersCommandTest : public CommandTest {};

TEST_F(MembersCommandTest, MembersAreWrittenOneALine) {
  server_.members.resize(3);
  server_.members[0].set_total_count(3);
  server_.members[1] = client::MessageOf({"m1", "m,2"});
  server_.members[2] = client::MessageOf({"张\"三"});
  EXPECT_EQ(Muster({"members", "-p", "p", "a"}), kDone);
  EXPECT_EQ(out_, "m1\nm,2\n张\"三\n");
  EXPECT_EQ(Muster({"members", "-p", "p", "--format", "csv", "a"}), kDone);
  EXPECT_EQ(out_, "member_id\nm1\n\"m,2\"\n\"张\"\"三\"\n");
  EXPECT_EQ(Muster({"members", "-p", "p", "--format", "json", "a"}), kDone);
  EXPECT_EQ(out_, "[\n  \"m1\",\n  \"m,2\",\n  \"张\\\"三\"\n]\n");
  server_.members.resize(1);
  EXPECT_EQ(Muster({"members", "-p", "p", "--format", "json", "a"}), kDone);
  EXPECT_EQ(out_, "[]\n");
}

TEST_F(MembersCommandTest, OrdinalsAreWrittenAsTheBytesThatCome) {
  const std::string bytes("\x3a\x30\0\0\x80\r\n", 7);
  server_.members.resize(3);
  server_.members[0].set_total_count(12);
  server_.members[0].mutable_receipt();
  server_.members[1].set_bitmap(bytes);
  server_.members[2].set_bitmap(bytes);
  EXPECT_EQ(Muster({"members", "-p", "p", "--ordinals", "a"}), kDone);
  EXPECT_EQ(out_, bytes + bytes);
  EXPECT_EQ(server_.listed.form(), v1::MEMBER_FORM_ORDINALS);
  const std::string path = Path("list.roaring");
  EXPECT_EQ(Muster({"members", "-p", "p", "--ordinals", "--output", path.c_str(), "--limit", "5", "a"}),
            kDone);
  EXPECT_EQ(err_, "5 members written to " + path + "\n");
  std::ifstream file(path);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), bytes + bytes);
  EXPECT_EQ(Muster({"members", "-p", "p", "--ordinals", "--format", "csv", "a"}), kWrongUsage);
  EXPECT_EQ(Muster({"members", "-p", "p", "a"}), kDone);
  EXPECT_EQ(server_.listed.form(), v1::MEMBER_FORM_UNSPECIFIED);
}

TEST_F(MembersCommandTest, OrdinalsAreNotForATerminal) {
  std::ostringstream out, err;
  std::istringstream in;
  Invocation run = {
      .terminal = {.out = out, .err = err, .out_columns = 80}, .in = in, .server = server_.address()};
  const std::vector<const char*> arguments = {"muster", "members", "-p", "p", "--ordinals", "a"};
  EXPECT_EQ(cli::Run(static_cast<int>(arguments.size()), arguments.data(), run), kWrongUsage);
  EXPECT_EQ(out.str(), "");
  EXPECT_THAT(err.str(), HasSubstr("add --output FILE"));
}

TEST_F(MembersCommandTest, AMemberFileIsThereWholeOrNotAtAll) {
  server_.members.resize(2);
  server_.members[1] = client::MessageOf({"m1"});
  const std::string path = Path("list.txt");
  EXPECT_EQ(Muster({"members", "-p", "p", "--output", path.c_str(), "a"}), kDone);
  EXPECT_EQ(out_, "");
  std::ifstream file(path);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "m1\n");
  fs::remove(path);
  server_.status = FailureWith(grpc::StatusCode::DATA_LOSS, "a row is broken", "STORAGE_CORRUPT");
  EXPECT_EQ(Muster({"members", "-p", "p", "--output", path.c_str(), "a"}), kFailed);
  EXPECT_TRUE(fs::is_empty(folder_));
  EXPECT_EQ(Muster({"members", "-p", "p", "--output", (path + "/x").c_str(), "a"}), kFailed);
  EXPECT_EQ(err_, "error: the file '" + path +
                      "/x' can't be written (No such file or directory): make the folder '" + path +
                      "' first, or name a file elsewhere\n");
}

}  // namespace
}  // namespace muster::cli
