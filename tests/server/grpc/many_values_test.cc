// Calls that walk over a tag's very many values leave a worker for short questions, and stop once cancelled.
#include <atomic>
#include <functional>
#include <future>
#include <string>
#include <vector>

#include "index/status/status_macros.h"
#include "tests/matchers/status.h"
#include "tests/server/answers/endless_population.h"
#include "tests/server/grpc/fake_server_test.h"

namespace muster::server {
namespace {

constexpr size_t kValues = 1'000'000;

// Controls a walk over values: it passes the gate once a test opens it, or continues until it is cancelled.
// Thread-safe.
struct WalkWatch {
  Gate gate;
  bool endless_walk = false;
  std::atomic<int> told_to_stop{0};

  absl::Status Walk(WorkBudget& budget) {
    absl::Status status = budget.SpendValues(kValues);
    RETURN_IF_ERROR(status);
    gate.Pass();
    while (endless_walk && status.ok()) status = budget.Check();
    if (!status.ok()) ++told_to_stop;
    return status;
  }
};

// The flags, and a SINGLE tag `city`. Only `city` is listed.
class CityTags final : public FlagTags {
 public:
  explicit CityTags(WalkWatch& walks) : walks_(walks) {}
  absl::StatusOr<std::vector<index::Tag>> List(WorkBudget&) const override {
    return std::vector<index::Tag>{city_};
  }
  absl::StatusOr<std::optional<index::Tag>> Find(std::string_view name) const override {
    if (name == city_.name) return city_;
    return FlagTags::Find(name);
  }
  absl::StatusOr<uint64_t> ValuesToCount(const index::Tag&) const override { return kValues; }
  absl::StatusOr<index::TagStatistics> Statistics(const index::Tag&) const override {
    walks_.gate.Pass();
    return index::TagStatistics();
  }

 private:
  WalkWatch& walks_;
  const index::Tag city_ = {.id = 1, .name = "city", .kind = index::TagKind::kSingle};
};

class CityValues final : public FlagValues {
 public:
  explicit CityValues(WalkWatch& walks) : walks_(walks) {}
  absl::StatusOr<std::vector<index::ValueId>> Like(const index::Tag&, const LikePattern&,
                                                   WorkBudget& budget) const override {
    RETURN_IF_ERROR(walks_.Walk(budget));
    return std::vector<index::ValueId>{index::kTrueValue};
  }
  absl::StatusOr<std::vector<index::ValueCount>> List(const index::Tag&, std::string_view,
                                                      WorkBudget& budget) const override {
    RETURN_IF_ERROR(walks_.Walk(budget));
    return std::vector<index::ValueCount>{{.value = "Oslo", .id = 1, .member_count = 3}};
  }

 private:
  WalkWatch& walks_;
};

// Has a SINGLE tag `city` with a million values.
class CitiesPopulation final : public EndlessPopulation {
 public:
  CitiesPopulation(ScanWatch& watch, WalkWatch& walks)
      : EndlessPopulation(watch), tags_(walks), values_(walks) {}

 protected:
  const index::TagsOfView& tags() const override { return tags_; }
  const index::ValuesOfView& values() const override { return values_; }

 private:
  const CityTags tags_;
  const CityValues values_;
};

class ManyValuesTest : public FakeServerTest {
 protected:
  using Call = std::function<grpc::Status(grpc::ClientContext&)>;

  void SetUp() override {
    population_ = &cities_;
    watch_.fragments = 1;
  }

  grpc::Status Count(grpc::ClientContext& context, const std::string& text) {
    v1::CountMembersRequest request;
    request.set_population("cities");
    request.mutable_expression()->set_text(text);
    v1::CountMembersResponse response;
    return queries_->CountMembers(&context, request, &response);
  }
  grpc::Status ListValues(grpc::ClientContext& context) {
    v1::ListTagValuesRequest request;
    request.set_population("cities");
    request.set_tag("city");
    v1::ListTagValuesResponse response;
    return catalog_->ListTagValues(&context, request, &response);
  }

  // Five such calls stand still on two of three workers, and short questions are answered by the third.
  void ExpectToLeaveAWorker(const Call& call) {
    StartServer();
    std::vector<std::future<grpc::Status>> calls;
    for (int i = 0; i < 5; ++i) {
      calls.push_back(std::async(std::launch::async, [&call] {
        grpc::ClientContext context;
        return call(context);
      }));
    }
    walks_.gate.WaitForArrivals(2);
    WaitUntil([this] { return server_->workers().counters().waiting == 3; });
    for (int i = 0; i < 5; ++i) {
      grpc::ClientContext context;
      EXPECT_THAT(Count(context, "vip"), IsOk());
    }
    EXPECT_EQ(walks_.gate.arrivals(), 2);
    walks_.gate.Open();
    for (std::future<grpc::Status>& each : calls) EXPECT_THAT(each.get(), IsOk());
  }

  // A client that goes away during the walk ends it.
  void ExpectToStop(const Call& call) {
    walks_.endless_walk = true;
    StartServer();
    grpc::ClientContext context;
    std::future<grpc::Status> called = std::async(std::launch::async, [&] { return call(context); });
    walks_.gate.WaitForArrivals(1);
    context.TryCancel();
    EXPECT_THAT(called.get(), StatusIs(grpc::StatusCode::CANCELLED));
    walks_.gate.Open();
    WaitUntil([this] { return walks_.told_to_stop == 1; });
  }

  ScanWatch watch_;
  WalkWatch walks_;
  CitiesPopulation cities_{watch_, walks_};
};

TEST_F(ManyValuesTest, APrefixOfManyLeavesAWorker) {
  ExpectToLeaveAWorker([this](auto& context) { return Count(context, "vip AND city LIKE 'O%'"); });
}

TEST_F(ManyValuesTest, AListOfThemLeavesAWorker) {
  ExpectToLeaveAWorker([this](auto& context) { return ListValues(context); });
}

TEST_F(ManyValuesTest, CountingThemForTheCatalogueLeavesAWorker) {
  ExpectToLeaveAWorker([this](auto& context) {
    v1::ListTagsRequest request;
    request.set_population("cities");
    v1::ListTagsResponse response;
    return catalog_->ListTags(&context, request, &response);
  });
}

TEST_F(ManyValuesTest, CountingThoseOfOneTagLeavesAWorker) {
  ExpectToLeaveAWorker([this](auto& context) {
    v1::GetTagRequest request;
    request.set_population("cities");
    request.set_tag("city");
    v1::GetTagResponse response;
    return catalog_->GetTag(&context, request, &response);
  });
}

TEST_F(ManyValuesTest, AListIsMadeOnceAndItsPagesAreShort) {
  StartServer();
  walks_.gate.Open();
  for (int page = 0; page < 3; ++page) {
    grpc::ClientContext context;
    EXPECT_THAT(ListValues(context), IsOk());
  }
  EXPECT_EQ(walks_.gate.arrivals(), 1);
}

TEST_F(ManyValuesTest, APrefixIsGivenUpWithItsClient) {
  ExpectToStop([this](auto& context) { return Count(context, "city LIKE 'O%'"); });
}

TEST_F(ManyValuesTest, AListIsGivenUpWithItsClient) {
  ExpectToStop([this](auto& context) { return ListValues(context); });
}

}  // namespace
}  // namespace muster::server
