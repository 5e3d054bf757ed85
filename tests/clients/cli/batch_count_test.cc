// muster count --batch.
#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "clients/cli/batch_file.h"
#include "tests/clients/cli/command_test.h"
#include "tests/matchers/status.h"

namespace muster::cli {
namespace {

using client::FailureWith;
using testing::HasSubstr;
using testing::SizeIs;

class BatchCountTest : public CommandTest {
 protected:
  int Batch(const std::string& input, std::vector<const char*> options = {}) {
    std::vector<const char*> arguments = {"count", "-p", "p", "--batch", "-"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return Muster(std::move(arguments), input);
  }
};

TEST_F(BatchCountTest, PrintsOneCountALine) {
  EXPECT_EQ(Batch("\xEF\xBB\xBFvip\r\n# a comment\n\n  \t\n  # another\na = 'b'\nEVERYONE"), kDone);
  EXPECT_EQ(out_, "3\n7\n8\n");
  EXPECT_EQ(err_, "");
  ASSERT_THAT(server_.batches, SizeIs(1));
  EXPECT_EQ(server_.batches[0].population(), "p");
  EXPECT_EQ(server_.batches[0].expressions(0).expression().text(), "vip");
  EXPECT_EQ(server_.batches[0].expressions(1).expression().text(), "a = 'b'");
  EXPECT_EQ(Batch("# nothing\n"), kDone);
  EXPECT_EQ(out_, "");
}

TEST_F(BatchCountTest, ARefusedExpressionKeepsItsPlace) {
  EXPECT_EQ(Batch("vip\n\n? what\n!ab\n"), kFailed);
  EXPECT_EQ(out_, "3\n\n3\n");
  EXPECT_EQ(err_,
            "error: line 3, column 2: no\n    ? what\n     ^\nwarning: line 4: careful\n    !ab\n    ^\n");
  EXPECT_EQ(Batch("vip\n\n? what\n", {"--format", "csv"}), kFailed);
  EXPECT_EQ(out_, "line,expression,count,error\n1,vip,3,\n3,\"? what\",,\"column 2: no\"\n");
  EXPECT_EQ(Batch("vip\n? what\n", {"--format", "json"}), kFailed);
  google::protobuf::Struct json;
  ASSERT_THAT(google::protobuf::util::JsonStringToMessage(out_, &json), IsOk()) << out_;
  EXPECT_EQ(json.fields().at("today").string_value(), "2026-01-31");
  const auto& results = json.fields().at("results").list_value().values();
  ASSERT_EQ(results.size(), 2);
  const auto& counted = results[0].struct_value().fields();
  EXPECT_EQ(counted.at("line").number_value(), 1);
  EXPECT_EQ(counted.at("counted").struct_value().fields().at("count").number_value(), 3);
  const auto& refused = results[1].struct_value().fields();
  EXPECT_EQ(refused.at("line").number_value(), 2);
  EXPECT_EQ(refused.at("error").struct_value().fields().at("message").string_value(), "no, never");
  EXPECT_EQ(Batch("# none\n", {"--format", "json"}), kDone);
  EXPECT_THAT(google::protobuf::util::JsonStringToMessage(out_, &json), IsOk()) << out_;
}

TEST_F(BatchCountTest, ManyLinesAreAskedInSeveralCallsOnOneSnapshot) {
  std::string input, expected;
  for (int i = 0; i < 25'000; ++i) {
    input += i % 7 == 0 ? "a\n" : "abc\n";
    expected += i % 7 == 0 ? "1\n" : "3\n";
  }
  EXPECT_EQ(Batch(input), kDone);
  EXPECT_EQ(out_, expected);
  ASSERT_THAT(server_.batches, SizeIs(3));
  EXPECT_EQ(server_.batches[0].expressions_size(), 10'000);
  EXPECT_EQ(server_.batches[0].snapshot() + server_.batches[0].today(), "");
  EXPECT_EQ(server_.batches[2].expressions_size(), 5'000);
  for (int call = 1; call < 3; ++call) {
    EXPECT_EQ(server_.batches[call].snapshot(), "current");
    EXPECT_EQ(server_.batches[call].today(), "2026-01-31");
  }
}

TEST_F(BatchCountTest, LongExpressionsAndLongAnswersGoInSmallerParts) {
  const std::string line(3 << 20, 'x');
  EXPECT_EQ(Batch(line + "\n" + line + "\nvip\n"), kDone);
  EXPECT_EQ(out_, "3145728\n3145728\n3\n");
  EXPECT_THAT(server_.batches, SizeIs(2));
  server_.batches.clear();
  server_.longest_batch = 3;
  EXPECT_EQ(Batch("a\nab\nabc\nabcd\nabcde\n"), kDone);
  EXPECT_EQ(out_, "1\n2\n3\n4\n5\n");
  EXPECT_THAT(server_.batches, SizeIs(4));  // 5, too long; 2, 2, 1
}

TEST_F(BatchCountTest, AsksAReceiptAgain) {
  EXPECT_EQ(Batch("vip\n", {"--snapshot", "token", "--today", "2026-01-30", "--as-of", "2026-01-29"}), kDone);
  EXPECT_EQ(server_.batches[0].snapshot(), "token");
  EXPECT_EQ(server_.batches[0].as_of(), "2026-01-29");
  EXPECT_EQ(server_.batches[0].today(), "2026-01-30");
}

TEST_F(BatchCountTest, NothingIsPrintedWhenACallFails) {
  server_.status =
      FailureWith(grpc::StatusCode::NOT_FOUND, "there is no population 'p'", "UNKNOWN_POPULATION");
  EXPECT_EQ(Batch("vip\n"), kFailed);
  EXPECT_EQ(out_, "");
  EXPECT_THAT(err_, HasSubstr("no population 'p'; `muster populations`"));
  server_.status = FailureWith(grpc::StatusCode::RESOURCE_EXHAUSTED, "full", "OVERLOADED");
  EXPECT_EQ(Batch("vip\n"), kTryAgain);
  EXPECT_EQ(out_, "");
}

TEST_F(BatchCountTest, LinesThatCannotBeSentAreNamed) {
  EXPECT_EQ(Batch("vip\ncity = '\xff'\n"), kFailed);
  EXPECT_EQ(err_, "error: line 2 of standard input is not UTF-8: convert it\n");
  EXPECT_EQ(Batch("vip\n" + std::string((8 << 20) + 1, 'x') + "\n"), kFailed);
  EXPECT_THAT(err_, HasSubstr("line 2 of standard input is longer than 8 MiB"));
  EXPECT_EQ(out_, "");
  EXPECT_THAT(server_.batches, SizeIs(0));
  std::istringstream unused;
  EXPECT_THAT(std::string(ReadBatch("nowhere.txt", unused).status().message()),
              HasSubstr("'nowhere.txt' can't be opened"));
}

}  // namespace
}  // namespace muster::cli
