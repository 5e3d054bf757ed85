// Hostile expressions: each is refused quickly with a bounded message, and the server keeps running.
#include <functional>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;

std::string Repeat(const std::string& text, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i) all += text;
  return all;
}

class BadExpressions : public ::testing::Test {
 protected:
  BadExpressions() {
    server_.MustLoad("id,age,city\na,1,X\nb,2,Y\n",
                     "tags:\n  - {name: age, kind: NUMBER}\n  - {name: city, kind: SINGLE}\n");
  }
  // Through standard input, since a command line holds 128 KiB an argument.
  Finished Count(const std::string& expression) {
    return server_.Cli({"count", "--population", "p", "-"}, expression);
  }
  TinyServer server_;
};

TEST_F(BadExpressions, TenMegabytesOfParentheses) {
  const std::vector<std::string> expressions = {
      std::string(10 << 20, '('),
      std::string(10 << 20, ')'),
      Repeat("()", 5 << 20),
      absl::StrCat(std::string(5 << 20, '('), "age = 1", std::string(5 << 20, ')')),
      std::string(7 << 20, '('),
      absl::StrCat(std::string(3 << 20, '('), "age = 1", std::string(3 << 20, ')')),
      Repeat("NOT ", 1 << 20),
      Repeat("NOT (", 1 << 20),
      Repeat("AT LEAST 1 OF (", 1 << 18),
      Repeat("age = 1 AND (", 1 << 18)};
  for (const std::string& expression : expressions) {
    SCOPED_TRACE(expression.substr(0, 40));
    const Finished count = Count(expression);
    EXPECT_EQ(count.exit_code, 1);
    EXPECT_EQ(count.out, "");
    EXPECT_GT(count.err.size(), 20u);
    EXPECT_LT(count.err.size(), 10'000u);
  }
  EXPECT_THAT(Count(std::string(10 << 20, '(')).err, HasSubstr("8"));  // MiB, the limit
  EXPECT_EQ(Count("age = 1").out, "1\n");
}

TEST_F(BadExpressions, BytesThatAreNoText) {
  std::string every_byte;
  for (int i = 0; i < 256; ++i) every_byte += static_cast<char>(i);
  const std::vector<std::string> expressions = {every_byte,
                                                std::string("age = 1\0", 8),
                                                "city = '\xff\xfe'",
                                                "city = '\xc3",
                                                "\xef\xbb\xbf",
                                                "a\xcc\x81\xcc\x81 = ",
                                                std::string(1'000, '\0'),
                                                "`",
                                                "'",
                                                "\"",
                                                "‘",
                                                "“",
                                                "\\",
                                                "age = 1 ;",
                                                "age = 1 --",
                                                "-- comment",
                                                "/* */"};
  for (const std::string& expression : expressions) {
    SCOPED_TRACE(expression.substr(0, 20));
    const Finished count = Count(expression);
    EXPECT_EQ(count.exit_code, 1) << count.out;
    EXPECT_EQ(count.out, "");
    EXPECT_GT(count.err.size(), 10u);
  }
  EXPECT_EQ(Count("\xef\xbb\xbf"
                  "age = 1\r\n")
                .out,
            "1\n");  // a file saved with a byte-order mark
}

TEST_F(BadExpressions, IncompleteOnes) {
  for (const char* expression : {"",
                                 " ",
                                 "(",
                                 ")",
                                 "age",
                                 "age =",
                                 "= 1",
                                 "age = 1 AND",
                                 "AND age = 1",
                                 "NOT",
                                 "age IN",
                                 "age IN (",
                                 "age IN (1",
                                 "age IN (1,)",
                                 "age BETWEEN 1",
                                 "age BETWEEN 1 AND",
                                 "AT LEAST",
                                 "AT LEAST 1",
                                 "AT LEAST 1 OF",
                                 "AT LEAST 1 OF (",
                                 "HAS",
                                 "city LIKE",
                                 "SEGMENT",
                                 "LIST 5",
                                 "age = 1 age = 2",
                                 "(age = 1",
                                 "age = 1)",
                                 "WEIGHT(city)",
                                 "age = 1 AS OF",
                                 "age = TODAY -",
                                 "age NOT 1",
                                 "city HAS ALL ()",
                                 "EVERYONE EVERYONE",
                                 "AT LEAST 1.5 OF (age = 1)",
                                 "age = TODAY + 99999999999999999999 DAYS"}) {
    const Finished count = Count(expression);
    EXPECT_EQ(count.exit_code, 1) << expression << " gives " << count.out;
    EXPECT_EQ(count.out, "") << expression;
    EXPECT_GT(count.err.size(), 10u) << expression;
  }
}

TEST_F(BadExpressions, ALongListOfProblemsIsCut) {
  std::string expression = "nope0 = 1";
  for (int i = 1; i < 5'000; ++i) absl::StrAppend(&expression, " OR nope", i, " = 1");
  const Refusal refusal = server_.RefusedBecause(expression);
  EXPECT_EQ(refusal.code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(refusal.violations.size(), 20u);
  const Finished count = Count(expression);
  EXPECT_EQ(count.exit_code, 1);
  EXPECT_LT(count.err.size(), 20'000u);
}

TEST_F(BadExpressions, TreesThatSayNothing) {
  const auto ask = [this](const std::function<void(v1::CountMembersRequest&)>& fill) {
    v1::CountMembersRequest request;
    request.set_population("p");
    fill(request);
    v1::CountMembersResponse answer;
    grpc::ClientContext context;
    return RefusalOf(server_.queries().CountMembers(&context, request, &answer));
  };
  const std::vector<Refusal> refusals = {
      ask([](auto&) {}),
      ask([](auto& request) { request.mutable_expression(); }),
      ask([](auto& request) { request.mutable_expression()->mutable_tree(); }),
      ask([](auto& request) { request.mutable_expression()->mutable_tree()->mutable_all_of(); }),
      ask([](auto& request) { request.mutable_expression()->mutable_tree()->mutable_negated(); }),
      ask([](auto& request) {
        request.mutable_expression()->mutable_tree()->mutable_at_least()->set_count(1);
      }),
      ask([](auto& request) {
        request.mutable_expression()->mutable_tree()->mutable_comparison()->set_tag("age");
      }),
      ask([](auto& request) {
        auto* comparison = request.mutable_expression()->mutable_tree()->mutable_comparison();
        comparison->set_tag("age");
        comparison->set_operator_(v1::COMPARISON_OPERATOR_EQUAL);
        comparison->mutable_literal()->set_number("1e5");
      }),
      ask([](auto& request) {
        request.mutable_expression()->mutable_tree()->mutable_membership()->set_tag("age");
      }),
      ask([](auto& request) { request.mutable_expression()->mutable_tree()->mutable_presence(); }),
      ask([](auto& request) {
        request.mutable_expression()->mutable_tree()->mutable_range()->set_tag("age");
      }),
      ask([](auto& request) {
        request.mutable_expression()->set_text("EVERYONE");
        request.set_today("someday");
      }),
      ask([](auto& request) {
        request.mutable_expression()->set_text("EVERYONE");
        request.set_snapshot("nonsense");
      }),
  };
  for (size_t i = 0; i < refusals.size(); ++i) {
    EXPECT_EQ(refusals[i].code, grpc::StatusCode::INVALID_ARGUMENT) << i << ": " << refusals[i].Text();
    EXPECT_NE(refusals[i].reason, "") << i;
    EXPECT_NE(refusals[i].message, "") << i;
  }
  EXPECT_EQ(server_.CountOf("EVERYONE"), 2);
}

}  // namespace
}  // namespace muster::testing
