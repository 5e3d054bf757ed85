#include "tests/semantics/tiny_server.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"
#include "tests/paths.h"

namespace muster::testing {

using ::testing::HasSubstr;

std::string Refusal::Text() const { return absl::StrCat(message, "\n", absl::StrJoin(violations, "\n")); }

Refusal RefusalOf(const grpc::Status& status) {
  Refusal refusal{.code = status.error_code(), .message = status.error_message()};
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  for (const auto& detail : details.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad;
    if (detail.UnpackTo(&info)) refusal.reason = info.reason();
    if (!detail.UnpackTo(&bad)) continue;
    for (const auto& violation : bad.field_violations())
      refusal.violations.push_back(violation.description());
  }
  return refusal;
}

TinyServer::TinyServer(std::vector<std::string> server_arguments) : arguments_(std::move(server_arguments)) {
  Start();
}

void TinyServer::Start() {
  server_ = std::make_unique<ServerProcess>(data(), arguments_);
  EXPECT_TRUE(server_->up()) << "musterd didn't come up";
  grpc::ChannelArguments channel_arguments;
  channel_arguments.SetMaxReceiveMessageSize(64 << 20);
  channel_arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  const auto channel =
      grpc::CreateCustomChannel(server_->address(), grpc::InsecureChannelCredentials(), channel_arguments);
  catalog_ = muster::v1::CatalogService::NewStub(channel);
  loads_ = muster::v1::LoadService::NewStub(channel);
  queries_ = muster::v1::QueryService::NewStub(channel);
}

void TinyServer::Restart() {
  server_.reset();
  Start();
}

Finished TinyServer::Cli(const std::vector<std::string>& arguments, const std::string& input) const {
  std::vector<std::string> all = {"--server", address()};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return Run("muster", all, input);
}

Finished TinyServer::Load(const std::string& text, const std::string& yaml,
                          const std::vector<std::string>& options, const std::string& name) const {
  std::vector<std::string> arguments = {"load", scratch_.Write(name, text)};
  const auto given = [&options](const char* option) {
    return std::find(options.begin(), options.end(), option) != options.end();
  };
  if (!given("--population")) arguments.insert(arguments.end(), {"--population", population_});
  if (!given("--id-column")) arguments.insert(arguments.end(), {"--id-column", "id"});
  if (!yaml.empty()) arguments.insert(arguments.end(), {"--schema", scratch_.Write("tags.yaml", yaml)});
  arguments.insert(arguments.end(), options.begin(), options.end());
  return Cli(arguments);
}

Finished TinyServer::MustLoad(const std::string& text, const std::string& yaml,
                              const std::vector<std::string>& options) const {
  const Finished load = Load(text, yaml, options);
  EXPECT_EQ(load.exit_code, 0) << load.err << "\nrecords:\n" << text.substr(0, 2000) << "\nschema:\n" << yaml;
  return load;
}

Finished TinyServer::Count(const std::string& expression, const std::vector<std::string>& options) const {
  std::vector<std::string> arguments = {"count", "--population", population_};
  arguments.insert(arguments.end(), options.begin(), options.end());
  arguments.push_back(expression);
  return Cli(arguments);
}

Finished TinyServer::Members(const std::string& expression, const std::vector<std::string>& options) const {
  std::vector<std::string> arguments = {"members", "--population", population_};
  arguments.insert(arguments.end(), options.begin(), options.end());
  arguments.push_back(expression);
  return Cli(arguments);
}

std::string TinyServer::IdsOf(const std::string& expression) const {
  const Finished members = Members(expression);
  if (members.exit_code != 0) return absl::StrCat("(exit ", members.exit_code, ") ", members.err);
  return absl::StrJoin(LinesOf(members.out), " ");
}

Finished TinyServer::Lookup(const std::string& member_id) const {
  return Cli({"lookup", "--population", population_, member_id});
}

grpc::Status TinyServer::Ask(const std::string& expression, muster::v1::CountMembersResponse& answer,
                             const std::string& today) const {
  muster::v1::CountMembersRequest request;
  request.set_population(population_);
  request.mutable_expression()->set_text(expression);
  request.set_today(today);
  grpc::ClientContext context;
  return queries_->CountMembers(&context, request, &answer);
}

int64_t TinyServer::CountOf(const std::string& expression, const std::string& today) const {
  muster::v1::CountMembersResponse answer;
  const grpc::Status status = Ask(expression, answer, today);
  EXPECT_THAT(status, IsOk()) << expression.substr(0, 500) << "\n" << RefusalOf(status).Text();
  return status.ok() ? static_cast<int64_t>(answer.count()) : -1;
}

Refusal TinyServer::RefusedBecause(const std::string& expression) const {
  muster::v1::CountMembersResponse answer;
  const grpc::Status status = Ask(expression, answer);
  EXPECT_THAT(status, ::testing::Not(IsOk()))
      << expression.substr(0, 500) << " was answered with " << answer.count();
  return RefusalOf(status);
}

std::string TinyServer::CanonicalOf(const std::string& expression) const {
  muster::v1::ExplainExpressionRequest request;
  request.set_population(population_);
  request.mutable_expression()->set_text(expression);
  muster::v1::ExplainExpressionResponse answer;
  grpc::ClientContext context;
  const grpc::Status status = queries_->ExplainExpression(&context, request, &answer);
  return status.ok() ? answer.canonical() : absl::StrCat("refused: ", RefusalOf(status).Text());
}

std::string TinyServer::ProfileOf(const std::string& member_id) const {
  muster::v1::LookupMemberRequest request;
  request.set_population(population_);
  request.set_member_id(member_id);
  muster::v1::LookupMemberResponse answer;
  grpc::ClientContext context;
  const grpc::Status status = queries_->LookupMember(&context, request, &answer);
  if (!status.ok()) return absl::StrCat("refused: ", RefusalOf(status).Text());
  std::vector<std::string> tags;
  for (const auto& tag : answer.tags()) {
    std::vector<std::string> values;
    for (const auto& value : tag.values()) {
      values.push_back(value.weight().empty() ? value.text()
                                              : absl::StrCat(value.text(), ":", value.weight()));
    }
    tags.push_back(absl::StrCat(tag.tag(), "=", absl::StrJoin(values, ",")));
  }
  return absl::StrJoin(tags, "|");
}

void ExpectSelects(const TinyServer& server, std::initializer_list<Selects> table) {
  for (const Selects& row : table) {
    EXPECT_EQ(server.IdsOf(row.expression), row.ids) << row.expression;
    const std::vector<std::string> ids = absl::StrSplit(row.ids, ' ', absl::SkipEmpty());
    EXPECT_EQ(server.CountOf(row.expression), static_cast<int64_t>(ids.size())) << row.expression;
  }
}

void ExpectRefuses(const TinyServer& server, std::initializer_list<Refuses> table) {
  for (const Refuses& row : table) {
    const Refusal refusal = server.RefusedBecause(row.expression);
    EXPECT_EQ(refusal.code, grpc::StatusCode::INVALID_ARGUMENT) << row.expression;
    EXPECT_EQ(refusal.reason, row.reason) << row.expression << "\n" << refusal.Text();
    EXPECT_THAT(refusal.Text(), HasSubstr(row.says)) << row.expression;
    const Finished count = server.Count(row.expression);
    EXPECT_EQ(count.exit_code, 1) << row.expression << "\n" << count.err;
    EXPECT_EQ(count.out, "") << row.expression;
    EXPECT_THAT(count.err, HasSubstr(row.says)) << row.expression;
  }
}

Finished RunServer(const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {"20", absl::StrCat(MUSTER_BIN_DIR, "/musterd")};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return Run("/usr/bin/timeout", all);
}

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  if (lines.back().empty()) lines.pop_back();
  return lines;
}

}  // namespace muster::testing
