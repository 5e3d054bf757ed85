#include "tests/torture/soak_model.h"

#include <grpcpp/grpcpp.h>

#include <array>
#include <chrono>
#include <memory>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cpp/member_ids.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"

namespace muster::testing {
namespace {

constexpr std::array<const char*, 5> kQuestions = {"hot", "even", "HAS seen", "EVERYONE", "hot AND HAS seen"};
enum Question : size_t { kHot, kEven, kSeen, kEveryone, kHotAndSeen };
constexpr size_t kReceiptsKept = 50;

void SetPatience(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(2));
}

}  // namespace

const char SoakModel::kDaySchema[] =
    "tags:\n  - {name: hot, kind: FLAG}\n  - {name: even, kind: FLAG}\n  - {name: score, kind: NUMBER}\n"
    "  - {name: city, kind: SINGLE}\n";
const char SoakModel::kMicroSchema[] = "tags:\n  - {name: seen, kind: NUMBER}\n";

std::string SoakModel::DayText(int day) const {
  std::mt19937 random(static_cast<uint32_t>(day));
  std::string text = "id,hot,even,score,city\n";
  text.reserve(static_cast<size_t>(members_) * 30);
  for (int i = 0; i < members_; ++i) {
    absl::StrAppend(&text, "m", i, i < Hot(day) ? ",true," : ",,", i < Even(day) ? "true," : ",",
                    random() % 100'000, ",c", random() % 300, "\n");
  }
  return text;
}

std::string SoakModel::MicroText(int micro) const {
  return absl::StrCat("id,seen\nm", 2 * micro, ",", micro, "\nm", 2 * micro + 1, ",", micro, "\nnew-", micro,
                      ",", micro, "\n");
}

void SoakWindow::Saw(int state, const std::string& what) {
  EXPECT_GE(state, least_) << what << " went back, or misses what was published before it was asked";
  EXPECT_LE(state, most_) << what << " is of no state that there was";
  seen_ = std::max(seen_, state);
}

void SoakClient::Ask() {
  days_.Ask();
  micros_.Ask();
}

void SoakClient::Answered() {
  days_.Answered();
  micros_.Answered();
  ++answers_;
}

void SoakClient::Judge(size_t question, int64_t count) {
  const std::string what = absl::StrCat(kQuestions[question], " = ", count);
  const int number = static_cast<int>(count);
  switch (question) {
    case kHot:
      return days_.Saw(number - SoakModel::Hot(0), what);
    case kEven:
      EXPECT_EQ((number - SoakModel::Even(0)) % 2, 0) << what;
      return days_.Saw((number - SoakModel::Even(0)) / 2, what);
    case kSeen:
      EXPECT_EQ(number % 3, 0) << what << ": a part of a load";
      return micros_.Saw(number / 3 - 1, what);
    case kEveryone:
      return micros_.Saw(number - model_.members() - 1, what);
    default:
      EXPECT_GE(number, SoakModel::HotAndSeen(days_.least(), micros_.least())) << what;
      EXPECT_LE(number, SoakModel::HotAndSeen(days_.most(), micros_.most())) << what;
  }
}

void SoakClient::CountAgain() {
  const v1::Receipt receipt = receipts_[random_() % receipts_.size()];
  v1::CountMembersRequest request;
  request.set_population("p");
  request.mutable_expression()->set_text(receipt.expression());
  request.set_snapshot(receipt.snapshot());
  request.set_today(receipt.today());
  grpc::ClientContext context;
  SetPatience(context);
  v1::CountMembersResponse response;
  const grpc::Status status = queries_.CountMembers(&context, request, &response);
  ++answers_;
  if (status.error_code() == grpc::StatusCode::FAILED_PRECONDITION) return;  // its versions are gone
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(response.count(), receipt.count()) << receipt.expression();
  ++repeated_;
}

void SoakClient::Count() {
  if (receipts_.size() > 5 && random_() % 8 == 0) return CountAgain();
  const size_t question = random_() % kQuestions.size();
  v1::CountMembersRequest request;
  request.set_population("p");
  request.mutable_expression()->set_text(kQuestions[question]);
  grpc::ClientContext context;
  SetPatience(context);
  v1::CountMembersResponse response;
  Ask();
  const grpc::Status status = queries_.CountMembers(&context, request, &response);
  Answered();
  ASSERT_THAT(status, IsOk());
  Judge(question, static_cast<int64_t>(response.count()));
  if (random_() % 16 != 0) return;
  receipts_.push_back(response.receipt());
  if (receipts_.size() > kReceiptsKept) receipts_.pop_front();
}

void SoakClient::CountBatch() {
  v1::BatchCountMembersRequest request;
  request.set_population("p");
  for (const char* const question : kQuestions)
    request.add_expressions()->mutable_expression()->set_text(question);
  grpc::ClientContext context;
  SetPatience(context);
  v1::BatchCountMembersResponse response;
  Ask();
  const grpc::Status status = queries_.BatchCountMembers(&context, request, &response);
  Answered();
  ASSERT_THAT(status, IsOk());
  ASSERT_EQ(static_cast<size_t>(response.results_size()), kQuestions.size());
  std::array<int, kQuestions.size()> counts = {};
  for (size_t i = 0; i < kQuestions.size(); ++i) {
    const v1::BatchCountMembersResult& result = response.results(static_cast<int>(i));
    ASSERT_TRUE(result.has_counted()) << result.error().message();
    counts[i] = static_cast<int>(result.counted().count());
    Judge(i, counts[i]);
  }
  const int day = counts[kHot] - SoakModel::Hot(0), micro = counts[kSeen] / 3 - 1;
  EXPECT_EQ(counts[kEven], SoakModel::Even(day)) << "two tags of one load are of different days";
  EXPECT_EQ(counts[kEveryone], model_.Everyone(micro)) << "members and their tag are of different loads";
  EXPECT_EQ(counts[kHotAndSeen], SoakModel::HotAndSeen(day, micro));
  EXPECT_EQ(static_cast<int>(response.population_member_count()), counts[kEveryone]);
}

std::vector<std::string> SoakClient::Stream(const std::string& expression, uint64_t& total) {
  v1::StreamMembersRequest request;
  request.set_population("p");
  request.mutable_expression()->set_text(expression);
  grpc::ClientContext context;
  SetPatience(context);
  Ask();
  const auto reader = queries_.StreamMembers(&context, request);
  std::vector<std::string> ids;
  v1::StreamMembersResponse message;
  bool first = true;
  while (reader->Read(&message)) {
    if (first) total = message.total_count();
    if (first) Answered();
    first = false;
    for (const std::string_view id : client::IdsOf(message.ids())) ids.emplace_back(id);
  }
  const grpc::Status status = reader->Finish();
  EXPECT_THAT(status, IsOk());
  EXPECT_EQ(ids.size(), total) << expression;
  return ids;
}

void SoakClient::ListSome() {
  uint64_t total = 0;
  const std::vector<std::string> ids = Stream("hot", total);
  Judge(kHot, static_cast<int64_t>(total));
  for (size_t i = 0; i < ids.size(); ++i) ASSERT_EQ(ids[i], absl::StrCat("m", i));
}

void SoakClient::ListAll() {
  uint64_t total = 0;
  const std::vector<std::string> ids = Stream("EVERYONE", total);
  Judge(kEveryone, static_cast<int64_t>(total));
  std::vector<bool> old_ones(static_cast<size_t>(model_.members())), new_ones(ids.size());
  for (const std::string& id : ids) {
    absl::string_view rest = id;
    std::vector<bool>& kind = absl::ConsumePrefix(&rest, "new-") ? new_ones : old_ones;
    if (&kind == &old_ones) {
      ASSERT_TRUE(absl::ConsumePrefix(&rest, "m")) << id;
    }
    size_t number = 0;
    ASSERT_TRUE(absl::SimpleAtoi(rest, &number) && number < kind.size()) << id;
    ASSERT_FALSE(kind[number]) << id << " is listed twice";
    kind[number] = true;
  }
}

}  // namespace muster::testing
