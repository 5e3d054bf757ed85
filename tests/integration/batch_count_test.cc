// BatchCountMembers.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/integration/server_fixture.h"
#include "tests/matchers/status.h"

namespace muster::server {
namespace {

using ::testing::HasSubstr;

class BatchCountTest : public ServerFixture {
 protected:
  static v1::BatchCountMembersRequest Batch(const std::vector<std::string>& texts) {
    v1::BatchCountMembersRequest request;
    request.set_population("p");
    for (const std::string& text : texts) request.add_expressions()->mutable_expression()->set_text(text);
    return request;
  }
  grpc::Status Send(const v1::BatchCountMembersRequest& request, v1::BatchCountMembersResponse& response) {
    grpc::ClientContext context;
    return queries_->BatchCountMembers(&context, request, &response);
  }
  v1::BatchCountMembersResponse MustSend(const v1::BatchCountMembersRequest& request) {
    v1::BatchCountMembersResponse response;
    const grpc::Status status = Send(request, response);
    EXPECT_THAT(status, IsOk());
    EXPECT_EQ(response.results_size(), request.expressions_size());
    return response;
  }
  grpc::Status Refused(const v1::BatchCountMembersRequest& request) {
    v1::BatchCountMembersResponse response;
    return Send(request, response);
  }
  // That the result is what CountMembers answers or fails with.
  void ExpectAsAlone(const v1::BatchCountMembersResult& result, const v1::CountMembersRequest& question) {
    v1::CountMembersResponse alone;
    const grpc::Status status = Ask(question, alone);
    ASSERT_EQ(result.has_counted(), status.ok()) << question.ShortDebugString();
    if (status.ok()) {
      EXPECT_EQ(result.counted().count(), alone.count());
      EXPECT_EQ(result.counted().receipt().SerializeAsString(), alone.receipt().SerializeAsString());
      ASSERT_EQ(result.counted().unknown_size(), alone.unknown_size());
      for (int i = 0; i < alone.unknown_size(); ++i) {
        EXPECT_EQ(result.counted().unknown(i).SerializeAsString(), alone.unknown(i).SerializeAsString());
      }
      ASSERT_EQ(result.counted().warnings_size(), alone.warnings_size());
      for (int i = 0; i < alone.warnings_size(); ++i) {
        v1::Warning warning = result.counted().warnings(i);
        EXPECT_THAT(warning.path(), HasSubstr("].expression.text"));
        warning.set_path(alone.warnings(i).path());
        EXPECT_EQ(warning.SerializeAsString(), alone.warnings(i).SerializeAsString());
      }
      return;
    }
    EXPECT_EQ(result.error().code(), static_cast<int>(status.error_code()));
    EXPECT_EQ(ReasonOf(result), ::muster::testing::DetailsOf(status).info.reason());
  }
  static std::string ReasonOf(const v1::BatchCountMembersResult& result) {
    google::rpc::ErrorInfo info;
    EXPECT_TRUE(result.error().details_size() > 0 && result.error().details(0).UnpackTo(&info));
    return info.reason();
  }
};

TEST_F(BatchCountTest, AnswersInOrderWhatCountMembersAnswers) {
  LoadCustomers(1'000);
  const std::vector<std::string> texts = {"vip",
                                          "city = '上海' AND age < 50",
                                          "EVERYONE",
                                          "NOBODY",
                                          "city = 'Osla'",
                                          "citty = 'a'",
                                          "vip",
                                          "age = 'young'",
                                          "NOT vip",
                                          "",
                                          "SEGMENT 'loyal'",
                                          "age BETWEEN 3 AND 7",
                                          "vip ",
                                          "AT LEAST 2 OF (vip, age > 50, city = 'Oslo')"};
  const v1::BatchCountMembersResponse response = MustSend(Batch(texts));
  EXPECT_EQ(response.population_member_count(), 1'000u);
  for (int i = 0; i < response.results_size(); ++i) {
    ExpectAsAlone(response.results(i), Question(texts[static_cast<size_t>(i)]));
  }
  EXPECT_EQ(response.results(0).counted().count(), 100u);
  EXPECT_THAT(response.results(4).counted().warnings(0).message(), HasSubstr("Oslo"));
}

TEST_F(BatchCountTest, AnErrorIsAStatusThatNamesItsPlace) {
  LoadCustomers(10);
  v1::BatchCountMembersRequest request = Batch({"vip", "vip OR citty = 'Oslo'"});
  request.add_expressions();
  request.add_expressions()->mutable_expression()->mutable_tree()->mutable_flag();
  const v1::BatchCountMembersResponse response = MustSend(request);
  EXPECT_EQ(response.results(0).counted().count(), 1u);
  google::rpc::Status status;
  ASSERT_TRUE(status.ParseFromString(response.results(1).error().SerializeAsString()));
  EXPECT_EQ(status.code(), static_cast<int>(grpc::StatusCode::INVALID_ARGUMENT));
  EXPECT_THAT(status.message(), HasSubstr("did you mean city?"));
  EXPECT_EQ(ReasonOf(response.results(1)), "UNKNOWN_TAG");
  google::rpc::BadRequest bad;
  ASSERT_TRUE(status.details(1).UnpackTo(&bad));
  EXPECT_EQ(bad.field_violations(0).field(), "expressions[1].expression.text:1:8");
  EXPECT_EQ(ReasonOf(response.results(2)), "BAD_REQUEST");
  EXPECT_THAT(response.results(2).error().message(),
              HasSubstr("expressions[2].expression: the expression is missing"));
  ASSERT_TRUE(response.results(3).error().details(1).UnpackTo(&bad));
  EXPECT_THAT(bad.field_violations(0).field(), HasSubstr("expressions[3].expression.tree"));
}

TEST_F(BatchCountTest, EachResultHasItsKeyAndWhoIsUnknown) {
  LoadCustomers(10);
  MustLoad(Spec({Tag("vip", v1::TAG_KIND_FLAG)}), {{"new", ""}});
  v1::BatchCountMembersRequest request = Batch({"vip AND age > 3", "citty = 'x'", "EVERYONE", "vip"});
  const std::string longest(256, 'k');
  request.mutable_expressions(0)->set_key("规则 1");
  request.mutable_expressions(1)->set_key("again");
  request.mutable_expressions(3)->set_key(longest);
  const v1::BatchCountMembersResponse response = MustSend(request);
  EXPECT_EQ(response.results(0).key(), "规则 1");
  ASSERT_EQ(response.results(0).counted().unknown_size(), 2);
  EXPECT_EQ(response.results(0).counted().unknown(0).tag(), "age");
  EXPECT_EQ(response.results(0).counted().unknown(0).member_count(), 1u);
  EXPECT_EQ(response.results(0).counted().unknown(1).tag(), "vip");
  EXPECT_EQ(response.results(1).key(), "again");
  EXPECT_TRUE(response.results(1).has_error());
  EXPECT_EQ(response.results(2).key(), "");
  EXPECT_EQ(response.results(2).counted().unknown_size(), 0);
  EXPECT_EQ(response.results(3).key(), longest);
  request.mutable_expressions(3)->set_key(longest + "k");
  v1::BatchCountMembersResponse refused;
  const grpc::Status status = Send(request, refused);
  EXPECT_THAT(status, StatusIs(grpc::StatusCode::INVALID_ARGUMENT));
  EXPECT_THAT(status.error_message(), HasSubstr("expressions[3].key"));
}

TEST_F(BatchCountTest, TreesCountAsTextsDo) {
  LoadCustomers(100);
  v1::BatchCountMembersRequest request = Batch({"vip"});
  request.add_expressions()->mutable_expression()->mutable_tree()->mutable_flag()->set_tag("vip");
  const v1::BatchCountMembersResponse response = MustSend(request);
  EXPECT_EQ(response.results(0).SerializeAsString(), response.results(1).SerializeAsString());
}

TEST_F(BatchCountTest, ItsSnapshotAnswersFurtherExpressionsAfterLaterLoads) {
  LoadCustomers(100);
  const v1::BatchCountMembersResponse first = MustSend(Batch({"vip"}));
  MustLoad(Spec({Tag("vip", v1::TAG_KIND_FLAG)}), {{"m1", "true"}, {"new", "true"}});
  MustLoad(Spec({Tag("city", v1::TAG_KIND_SINGLE)}), {{"m0", "Berlin"}});
  v1::BatchCountMembersRequest further = Batch({"vip", "city = '上海'", "EVERYONE"});
  EXPECT_EQ(MustSend(further).results(0).counted().count(), 12u);
  further.set_snapshot(first.snapshot());
  const v1::BatchCountMembersResponse second = MustSend(further);
  EXPECT_EQ(second.results(0).counted().count(), 10u);
  EXPECT_EQ(second.results(1).counted().count(), 34u);  // a tag that the first didn't name
  EXPECT_EQ(second.results(2).counted().count(), 100u);
  EXPECT_EQ(second.population_member_count(), 100u);
  EXPECT_EQ(second.snapshot(), first.snapshot());
  // One result's receipt is CountMembers' own.
  v1::CountMembersRequest alone = Question("city = '上海'");
  alone.set_snapshot(second.results(1).counted().receipt().snapshot());
  v1::CountMembersResponse again;
  ASSERT_THAT(Ask(alone, again), IsOk());
  EXPECT_EQ(again.count(), 34u);
}

TEST_F(BatchCountTest, TodayIsOneDayForAll) {
  MustLoad(Spec({Tag("seen", v1::TAG_KIND_DATE)}), {{"a", "2024-03-01"}, {"b", "2024-02-01"}});
  v1::BatchCountMembersRequest request = Batch({"seen >= TODAY - 1 DAY", "seen < TODAY"});
  request.set_today("2024-03-02");
  const v1::BatchCountMembersResponse response = MustSend(request);
  EXPECT_EQ(response.today(), "2024-03-02");
  EXPECT_EQ(response.results(0).counted().count(), 1u);
  EXPECT_EQ(response.results(1).counted().receipt().today(), "2024-03-02");
  request.clear_today();
  request.set_snapshot(response.snapshot());
  EXPECT_EQ(MustSend(request).results(0).counted().count(), 1u);
}

TEST_F(BatchCountTest, WhatConcernsAllRefusesTheCall) {
  LoadCustomers(10);
  const auto invalid = grpc::StatusCode::INVALID_ARGUMENT;
  ExpectRefused(Refused(Batch({})), invalid, "BAD_REQUEST");
  v1::BatchCountMembersRequest elsewhere = Batch({"vip"});
  elsewhere.set_population("q");
  ExpectRefused(Refused(elsewhere), grpc::StatusCode::NOT_FOUND, "UNKNOWN_POPULATION");
  v1::BatchCountMembersRequest no_receipt = Batch({"vip"});
  no_receipt.set_snapshot("nonsense");
  ExpectRefused(Refused(no_receipt), invalid, "BAD_REQUEST");
  v1::BatchCountMembersRequest no_day = Batch({"vip"});
  no_day.set_today("2023-02-29");
  ExpectRefused(Refused(no_day), invalid, "BAD_REQUEST");
}

TEST_F(BatchCountTest, TenThousandAreAnsweredAndOneMoreIsRefused) {
  LoadCustomers(1'000);
  v1::BatchCountMembersRequest request;
  request.set_population("p");
  for (int i = 0; i < 10'000; ++i) {
    request.add_expressions()->mutable_expression()->set_text(
        absl::StrCat("age < ", i % 120, " AND city = 'Oslo'"));
  }
  const v1::BatchCountMembersResponse response = MustSend(request);
  for (int i = 0; i < 240; ++i) {
    EXPECT_EQ(response.results(i).counted().count(),
              response.results(9'960 - 120 + i % 120).counted().count());
  }
  EXPECT_EQ(static_cast<int64_t>(response.results(50).counted().count()),
            CountOf("age < 50 AND city = 'Oslo'"));
  request.add_expressions()->mutable_expression()->set_text("vip");
  const grpc::Status status = Refused(request);
  ExpectRefused(status, grpc::StatusCode::INVALID_ARGUMENT, "LIMIT");
  EXPECT_THAT(status.error_message(), HasSubstr("10001 expressions, and a batch has at most 10000"));
}

TEST_F(BatchCountTest, AnAnswerThatFitsNoMessageIsRefusedWithTheMend) {
  LoadCustomers(10);
  std::string many_wrong = "a1 = 1";
  for (int i = 2; i <= 20; ++i) absl::StrAppend(&many_wrong, " OR a", i, " = 1");
  const grpc::Status status = Refused(Batch(std::vector<std::string>(10'000, many_wrong)));
  ExpectRefused(status, grpc::StatusCode::OUT_OF_RANGE, "LIMIT");
  EXPECT_THAT(status.error_message(), HasSubstr("with fewer or shorter expressions"));
}

}  // namespace
}  // namespace muster::server
