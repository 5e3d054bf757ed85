// A database without storage: it has no populations, and a test scripts the results of its loads. For tests
// of how calls are queued, cancelled and ended, which must hold a call at a certain point.
#ifndef MUSTER_TESTS_SERVER_ANSWERS_FAKE_DATABASE_H_
#define MUSTER_TESTS_SERVER_ANSWERS_FAKE_DATABASE_H_

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "index/population/database.h"
#include "index/status/status_reason.h"

namespace muster::server {

// A point at which calls block until the test opens it.
class Gate {
 public:
  void Pass() {
    ++arrived_;
    open_.wait();
  }
  void WaitForArrivals(int count) const {
    while (arrived_.load() < count) std::this_thread::yield();
  }
  int arrivals() const { return arrived_.load(); }
  void Open() { opener_.set_value(); }

 private:
  std::atomic<int> arrived_{0};
  std::promise<void> opener_;
  std::shared_future<void> open_{opener_.get_future().share()};
};

// The script of a FakeDatabase's loads, and a record of what happened to them.
struct LoadScript {
  std::function<absl::Status(const index::RecordBatchView&)> feed = [](const auto&) {
    return absl::OkStatus();
  };
  std::function<absl::StatusOr<index::LoadResult>(uint64_t, const WorkBudget&)> commit = [](uint64_t records,
                                                                                            const auto&) {
    index::LoadResult result;
    result.label = "fake";
    result.published = true;
    result.records = records;
    result.business_date = absl::CivilDay(2024, 1, 1);
    return result;
  };
  std::atomic<uint64_t> held_bytes{0};  // by each load, once it was fed
  std::atomic<uint64_t> bytes_to_feed{0};
  std::atomic<uint64_t> bytes_to_commit{0};
  std::optional<index::LoadResult> published_before;
  std::optional<absl::Status> refuse;  // BeginLoad fails with it
  std::atomic<int> begun{0};
  std::atomic<int> fed{0};
  std::atomic<int> committed{0};
  std::atomic<int> gone{0};  // loads destroyed
};

class FakeLoad final : public index::Load {
 public:
  explicit FakeLoad(LoadScript& script) : script_(script) { ++script_.begun; }
  ~FakeLoad() override { ++script_.gone; }
  const std::optional<index::LoadResult>& published_before() const override {
    return script_.published_before;
  }
  absl::Status Feed(const index::RecordBatchView& batch) override {
    ++script_.fed;
    is_fed_ = true;
    return script_.feed(batch);
  }
  uint64_t HeldBytes() const override { return is_fed_ ? script_.held_bytes.load() : 0; }
  uint64_t BytesToFeed(const index::RecordBatchView&) const override { return script_.bytes_to_feed; }
  index::CommitBytes BytesToCommit() const override {
    return {script_.bytes_to_commit, script_.bytes_to_commit};
  }
  absl::StatusOr<index::LoadResult> Commit(uint64_t records, const WorkBudget& budget) override {
    ++script_.committed;
    return script_.commit(records, budget);
  }

 private:
  LoadScript& script_;
  bool is_fed_ = false;
};

// Borrows the test's script, which must outlive it.
class FakeDatabase final : public index::Database {
 public:
  // `population`: the one that is found by any name; null: none.
  FakeDatabase(LoadScript& script, std::function<void()> on_list, index::Population* population,
               std::atomic<bool>& closed)
      : script_(script), on_list_(std::move(on_list)), population_(population), closed_(closed) {}
  ~FakeDatabase() override { closed_ = true; }

  absl::StatusOr<std::shared_ptr<index::Population>> FindPopulation(std::string_view) override {
    // Of the test, which outlives the database.
    if (population_ != nullptr)
      return std::shared_ptr<index::Population>(std::shared_ptr<void>(), population_);
    return index::WithReason(absl::NotFoundError("there is no population"),
                             index::Reason::kUnknownPopulation);
  }
  std::vector<std::shared_ptr<index::Population>> ListPopulations() override {
    on_list_();
    return {};
  }
  absl::StatusOr<std::shared_ptr<index::Population>> CreatePopulation(std::string_view,
                                                                      std::string_view) override {
    return absl::UnimplementedError("a fake");
  }
  absl::Status DropPopulation(std::string_view) override { return absl::UnimplementedError("a fake"); }
  absl::StatusOr<std::unique_ptr<index::Load>> BeginLoad(const index::LoadSpec&) override {
    if (script_.refuse.has_value()) return *script_.refuse;
    return std::make_unique<FakeLoad>(script_);
  }

 private:
  LoadScript& script_;
  const std::function<void()> on_list_;
  index::Population* const population_;
  std::atomic<bool>& closed_;
};

}  // namespace muster::server

#endif  // MUSTER_TESTS_SERVER_ANSWERS_FAKE_DATABASE_H_
