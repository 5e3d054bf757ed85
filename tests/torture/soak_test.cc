// Ten minutes of a day's work at once: a daily REPLACE, micro-loads, counts, batches, member streams and
// receipts. Every answer equals one published state and none goes back; afterwards the store is whole and the
// memory has come back.
#include <fcntl.h>
#include <grpcpp/grpcpp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/processes/child_process.h"
#include "tests/processes/server_process.h"
#include "tests/torture/soak_model.h"
#include "tests/torture/torture.h"

namespace muster::testing {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// What memory may be: while loads run, and in the calmest moment of each minute. A REPLACE of a million
// members holds some 130 bytes of each while it is fed and committed.
constexpr uint64_t kMostAnonymous = uint64_t{768} << 20;
constexpr uint64_t kMostAtRest = uint64_t{200} << 20;
constexpr uint64_t kMostGrowthAtRest = uint64_t{64} << 20;

uint64_t DiskBytes(const std::string& directory) {
  uint64_t bytes = 0;
  std::error_code gone;
  for (fs::recursive_directory_iterator entry(directory, gone), end; entry != end; entry.increment(gone)) {
    struct stat about;
    if (::stat(entry->path().c_str(), &about) == 0) bytes += static_cast<uint64_t>(about.st_blocks) * 512;
  }
  return bytes;
}

// One period of the soak (a minute of the long run): the least and the greatest memory of the server in it,
// and what was published and stored at its end.
struct Stretch {
  uint64_t least = ~uint64_t{0};
  uint64_t most = 0;
  uint64_t disk = 0;
  int days = 0;
  int micros = 0;
};

class Soak : public ::testing::Test {
 protected:
  Soak() : data_(scratch_.path() + "/data"), log_(scratch_.path() + "/log") {
    const std::string log = log_;
    server_ = std::make_unique<ServerProcess>(data_, std::vector<std::string>{}, [log] {
      dup2(open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600), 2);
    });
    queries_ = v1::QueryService::NewStub(
        grpc::CreateChannel(server_->address(), grpc::InsecureChannelCredentials()));
  }

  // Loads until it is published; a load that was overtaken or found no room is loaded again.
  void Load(const std::string& file, const std::string& schema, const std::string& label,
            const std::string& mode) {
    for (int attempt = 0; attempt < 20; ++attempt) {
      const Finished load = muster::testing::Run(
          "muster", {"--server", server_->address(), "load", file, "-p", "p", "--id-column", "id", "--schema",
                     schema, "--label", label, "--mode", mode});
      if (load.exit_code == 0) return;
      ++retried_;
      ASSERT_EQ(load.exit_code, 4) << label << ": " << load.err;
    }
    FAIL() << label << " was never published";
  }

  void LoadDay(int day) {
    const std::string schema = scratch_.Write("day.yaml", SoakModel::kDaySchema);
    const std::string file = scratch_.Write("day.csv", model_.DayText(day));
    model_.days.Begin(day);
    Load(file, schema, absl::StrCat("day-", day), "replace");
    model_.days.End(day);
  }

  void LoadMicro(int number) {
    const std::string schema = scratch_.Write("micro.yaml", SoakModel::kMicroSchema);
    const std::string file = scratch_.Write("micro.csv", model_.MicroText(number));
    model_.micros.Begin(number);
    Load(file, schema, absl::StrCat("micro-", number), "merge");
    model_.micros.End(number);
  }

  void Watch();
  std::string Log() const {
    std::ifstream in(log_);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }
  bool over() const { return Clock::now() >= end_ || HasFailure(); }
  void ExpectSteady() const;
  void ExpectWholeAndClean();

  const int seconds_ = InFull(8, 600);
  SoakModel model_{InFull(5'000, 1'000'000)};
  ScratchFolder scratch_;
  const std::string data_;
  const std::string log_;
  std::unique_ptr<ServerProcess> server_;
  std::unique_ptr<v1::QueryService::Stub> queries_;
  Clock::time_point end_;
  std::vector<Stretch> stretches_;
  std::atomic<int> retried_{0};
};

void Soak::Watch() {
  const auto length = std::chrono::milliseconds(seconds_ * 100);
  while (!over()) {
    Stretch stretch;
    const auto until = Clock::now() + length;
    while (Clock::now() < until && !over()) {
      const uint64_t bytes = AnonymousBytes(server_->pid());
      stretch.least = std::min(stretch.least, bytes);
      stretch.most = std::max(stretch.most, bytes);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    stretch.disk = DiskBytes(data_);
    stretch.days = model_.days.ended();
    stretch.micros = model_.micros.ended();
    std::printf("anonymous %llu to %llu MiB, disk %llu MiB, %d days, %d micro-loads\n",
                static_cast<unsigned long long>(stretch.least >> 20),
                static_cast<unsigned long long>(stretch.most >> 20),
                static_cast<unsigned long long>(stretch.disk >> 20), stretch.days, stretch.micros);
    std::fflush(stdout);
    stretches_.push_back(stretch);
  }
}

// Memory comes down in every stretch to what it was. Versions are kept for ever as yet, so the disk grows: by
// no more a load than the same loads took at first, and what a map keeps free for the next ones.
void Soak::ExpectSteady() const {
  ASSERT_GE(stretches_.size(), 4u);
  const Stretch& early = stretches_[1];
  for (const Stretch& stretch : stretches_) {
    EXPECT_LE(stretch.most, kMostAnonymous);
    EXPECT_LE(stretch.least, std::min(kMostAtRest, early.least + kMostGrowthAtRest));
  }
  const Stretch& last = stretches_.back();
  const uint64_t a_member_and_day = 16, a_micro_load = 256 << 10;
  const uint64_t may_have_grown = static_cast<uint64_t>(last.days - early.days + 1) * a_member_and_day *
                                      static_cast<uint64_t>(model_.members()) +
                                  static_cast<uint64_t>(last.micros - early.micros) * a_micro_load;
  EXPECT_LE(last.disk, early.disk + may_have_grown + (uint64_t{32} << 20));
}

void Soak::ExpectWholeAndClean() {
  bool came_back = false;
  for (int i = 0; i < 600 && !came_back; ++i) {
    came_back = AnonymousBytes(server_->pid()) <= kMostAtRest;
    if (!came_back) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_TRUE(came_back) << AnonymousBytes(server_->pid());
  EXPECT_EQ(server_->Stop(), 0);
  const std::string log = Log();
  EXPECT_THAT(log, ::testing::Not(::testing::HasSubstr(" error ")));
  EXPECT_THAT(log, ::testing::Not(::testing::HasSubstr(" warning ")));
  EXPECT_THAT(log, ::testing::HasSubstr("stopped after"));
  const Finished verified = muster::testing::Run("muster", {"verify", "-p", "p", "--data", data_});
  EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
  EXPECT_THAT(verified.out, ::testing::HasSubstr("p is whole"));
}

TEST_F(Soak, EveryAnswerIsOfAPublishedStateAndNothingGrows) {
  ASSERT_TRUE(server_->up());
  LoadDay(0);
  LoadMicro(0);
  ASSERT_FALSE(HasFailure());
  end_ = Clock::now() + std::chrono::seconds(seconds_);
  std::vector<std::thread> threads;
  threads.emplace_back([this] {
    for (int day = 1; !over(); ++day) LoadDay(day);
  });
  threads.emplace_back([this] {
    for (int micro = 1; micro < model_.most_micros() && !over(); ++micro) LoadMicro(micro);
  });
  std::vector<std::unique_ptr<SoakClient>> clients;
  const auto repeat = [&](void (SoakClient::*ask)()) {
    SoakClient* const client =
        clients.emplace_back(std::make_unique<SoakClient>(model_, *queries_, clients.size())).get();
    threads.emplace_back([this, client, ask] {
      while (!over()) (client->*ask)();
    });
  };
  repeat(&SoakClient::Count);
  repeat(&SoakClient::Count);
  repeat(&SoakClient::CountBatch);
  repeat(&SoakClient::ListSome);
  repeat(&SoakClient::ListAll);
  Watch();
  for (std::thread& thread : threads) thread.join();
  uint64_t answers = 0, repeated = 0;
  for (const auto& client : clients) {
    EXPECT_GT(client->answers(), 0u);
    answers += client->answers();
    repeated += client->repeated();
  }
  EXPECT_GT(repeated, 0u);
  EXPECT_GE(model_.days.ended(), 2);
  EXPECT_GE(model_.micros.ended(), 5);
  std::printf("%llu answers, %llu of them asked again by their receipts; %d loads tried again\n",
              static_cast<unsigned long long>(answers), static_cast<unsigned long long>(repeated),
              retried_.load());
  ExpectSteady();
  ExpectWholeAndClean();
}

}  // namespace
}  // namespace muster::testing
