#include "clients/cli/json_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"
#include "muster/v1/catalog_service.pb.h"
#include "muster/v1/query_service.pb.h"

namespace muster::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(JsonText, WritesNumbersAsNumbersAndTextAsItIs) {
  v1::Receipt receipt;
  receipt.set_expression("orders > 2 AND city = '上海'");
  receipt.set_count(18446744073709551615u);
  EXPECT_EQ(JsonOf(receipt),
            "{\n \"expression\": \"orders > 2 AND city = '上海'\",\n \"snapshot\": \"\",\n \"today\": \"\",\n"
            " \"count\": 18446744073709551615\n}\n");
  v1::Tag tag;
  tag.set_name("a\"b\\c\n<\xff>");
  tag.set_kind(v1::TAG_KIND_SINGLE);
  tag.set_coverage(0.5);
  EXPECT_THAT(JsonOf(tag), HasSubstr("\"name\": \"a\\\"b\\\\c\\n<\uFFFD>\""));
  EXPECT_THAT(JsonOf(tag), HasSubstr("\"kind\": \"TAG_KIND_SINGLE\""));
  EXPECT_THAT(JsonOf(tag), HasSubstr("\"coverage\": 0.5"));
  EXPECT_EQ(JsonString("say \"x\" > 上"), "\"say \\\"x\\\" > 上\"");
}

TEST(JsonText, WritesWhatIsThereOfAOneof) {
  v1::BatchCountMembersResult result;
  EXPECT_EQ(JsonOf(result), "{\n \"key\": \"\"\n}\n");
  result.mutable_counted()->set_count(3);
  EXPECT_THAT(JsonOf(result), HasSubstr("\"count\": 3"));
  EXPECT_THAT(JsonOf(result), Not(HasSubstr("\"error\"")));
}

TEST(JsonText, WritesDetailsOfErrors) {
  google::rpc::ErrorInfo info;
  info.set_reason("UNKNOWN_TAG");
  (*info.mutable_metadata())["tag"] = "cty";
  v1::ExpressionError error;
  error.set_code(3);
  error.add_details()->PackFrom(info);
  error.add_details()->set_type_url("type.googleapis.com/nobody.Knows");
  const std::string json = JsonOf(error);
  EXPECT_THAT(json, HasSubstr("\"@type\": \"type.googleapis.com/google.rpc.ErrorInfo\""));
  EXPECT_THAT(json, HasSubstr("\"reason\": \"UNKNOWN_TAG\""));
  EXPECT_THAT(json, HasSubstr("\"tag\": \"cty\""));
  EXPECT_THAT(json, HasSubstr("nobody.Knows"));
}

}  // namespace
}  // namespace muster::cli
