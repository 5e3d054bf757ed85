// Many loads into one population: how many a second, the processor time and the durable commits of one, and how
// long it takes from the end of staging to the end of publishing. Without a server: clients are threads.
//
//   name              what is measured
//   tag_loads         loads of 20,000 members, each into a new tag of its own, by 8 clients
//   micro_batches     MERGE loads of 1,000 random members into one tag, by 8 clients
//   micro_one         the same by one client
//   micro_replace     the same by 8 clients while a REPLACE of the whole tag is fed, which then is published
#include <sys/resource.h>
#include <sys/time.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "benchmarks/bench_json.h"
#include "benchmarks/die.h"
#include "index/concurrency/mutex.h"
#include "index/population/database.h"
#include "index/storage/fault_point.h"

namespace muster::benchmarks {
namespace {

namespace fs = std::filesystem;
using google::protobuf::Struct;
using Clock = std::chrono::steady_clock;

struct Settings {
  uint64_t members = 1'000'000;
  uint64_t tag_loads = 500, records_of_tag_load = 20'000;
  uint64_t micro_batches = 1'000, records_of_micro_batch = 1'000;
  int clients = 8;
  std::string folder = "build/bench";
  std::string json = "build/bench.json";
};

uint64_t Mixed(uint64_t number) {
  number = (number ^ number >> 31) * 0x7fb5d329728ea185;
  number = (number ^ number >> 27) * 0x81dadef4bc2dd44d;
  return number ^ number >> 33;
}

double Seconds(Clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// What the points of the loads' way told since Reset: commits, and the milliseconds from staged to published.
class Watch {
 public:
  static void Start() {
    index::SetFaultHook([](const char* point) {
      const std::string_view name = point;
      if (name == "storage/after_commit") ++commits_;
      if (name == "load/overtaken") ++overtaken_;
      if (name == "load/staged") staged_ = Clock::now();
      if (name != "load/after_publish") return;
      const double ms = Seconds(Clock::now() - staged_) * 1e3;
      MutexLock lock(mutex_);
      publish_ms_.push_back(ms);
    });
  }
  static void Reset() {
    commits_ = overtaken_ = 0;
    MutexLock lock(mutex_);
    publish_ms_.clear();
  }
  static uint64_t commits() { return commits_; }
  static uint64_t overtaken() { return overtaken_; }
  // Ascending.
  static std::vector<double> PublishMs() {
    MutexLock lock(mutex_);
    std::sort(publish_ms_.begin(), publish_ms_.end());
    return publish_ms_;
  }

 private:
  static inline std::atomic<uint64_t> commits_{0}, overtaken_{0};
  static inline thread_local Clock::time_point staged_;
  static inline Mutex mutex_;
  static inline std::vector<double> publish_ms_ ABSL_GUARDED_BY(mutex_);
};

// A load of one NUMBER, fed in batches.
class NumberLoad {
 public:
  NumberLoad(index::Database& database, const std::string& tag, index::LoadMode mode) {
    index::LoadSpec spec;
    spec.population = "people";
    spec.mode = mode;
    index::LoadTagSpec number;
    number.name = tag;
    number.kind = index::TagKind::kNumber;
    spec.tags = {number};
    absl::StatusOr<std::unique_ptr<index::Load>> begun = database.BeginLoad(spec);
    OrDie(begun.status());
    load_ = *std::move(begun);
  }

  void Add(uint64_t member, uint64_t number) {
    absl::StrAppend(&ids_, absl::Hex(Mixed(member), absl::kZeroPad16));
    id_ends_.push_back(static_cast<uint32_t>(ids_.size()));
    absl::StrAppend(&cells_, number);
    cell_ends_.push_back(static_cast<uint32_t>(cells_.size()));
    ++records_;
    if (id_ends_.size() == 10'000) Feed();
  }
  index::LoadResult Commit() {
    Feed();
    absl::StatusOr<index::LoadResult> result = load_->Commit(records_, WorkBudget::Unlimited());
    OrDie(result.status());
    return *std::move(result);
  }

 private:
  void Feed() {
    index::RecordBatchView batch;
    batch.member_ids = {ids_, id_ends_};
    batch.cells = {{cells_, cell_ends_}};
    OrDie(load_->Feed(batch));
    for (std::string* const text : {&ids_, &cells_}) text->clear();
    for (std::vector<uint32_t>* const ends : {&id_ends_, &cell_ends_}) ends->clear();
  }

  std::unique_ptr<index::Load> load_;
  std::string ids_, cells_;
  std::vector<uint32_t> id_ends_, cell_ends_;
  uint64_t records_ = 0;
};

// Calls load(i) for each i below `count`, by `clients` threads, and reports what it took.
Struct Measure(const Settings& settings, const std::string& name, uint64_t count, int clients,
               const std::function<void(uint64_t)>& load) {
  Watch::Reset();
  const double cpu_before = CpuSeconds();
  const Clock::time_point begin = Clock::now();
  std::atomic<uint64_t> next{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < clients; ++i) {
    threads.emplace_back([&] {
      for (uint64_t mine = next++; mine < count; mine = next++) load(mine);
    });
  }
  for (std::thread& thread : threads) thread.join();
  const double seconds = Seconds(Clock::now() - begin), cpu = CpuSeconds() - cpu_before;
  const double loads = static_cast<double>(count);
  const std::vector<double> publish = Watch::PublishMs();
  const double commits = static_cast<double>(Watch::commits()) / loads;
  std::printf(
      "%-14s %8.1f s %8.1f loads/s   cpu ms a load %7.2f   commits a load %5.2f   staged again %llu   "
      "publish ms: median %.1f p99 %.1f most %.1f\n",
      name.c_str(), seconds, loads / seconds, cpu * 1e3 / loads, commits,
      static_cast<unsigned long long>(Watch::overtaken()), publish[publish.size() / 2],
      publish[publish.size() * 99 / 100], publish.back());
  std::fflush(stdout);
  Struct row = NewRow(name, settings.members);
  SetNumber(row, "muster_ms", seconds * 1e3);
  SetNumber(row, "loads_per_s", loads / seconds);
  SetNumber(row, "cpu_ms_per_load", cpu * 1e3 / loads);
  SetNumber(row, "commits_per_load", commits);
  SetNumber(row, "publish_ms_median", publish[publish.size() / 2]);
  SetNumber(row, "publish_ms_p99", publish[publish.size() * 99 / 100]);
  return row;
}

void MicroBatch(index::Database& database, const Settings& settings, uint64_t seed) {
  NumberLoad load(database, "orders", index::LoadMode::kMerge);
  for (uint64_t i = 0; i < settings.records_of_micro_batch; ++i) {
    // Members in no order; one that comes twice gets the same number.
    const uint64_t member = Mixed(seed * 1'000'003 + i) % settings.members;
    load.Add(member, Mixed(member + seed) % 50);
  }
  load.Commit();
}

// Feeds a REPLACE of all members, some at a time, until `ended`; then publishes it with the rest.
void ReplaceMeanwhile(index::Database& database, const Settings& settings, const std::atomic<bool>& ended) {
  NumberLoad load(database, "orders", index::LoadMode::kReplace);
  for (uint64_t member = 0; member < settings.members; ++member) {
    load.Add(member, member % 50);
    if (member % 100'000 == 0 && !ended) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  while (!ended) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  if (load.Commit().tags[0].member_count != settings.members) Die("the REPLACE doesn't have all members");
}

uint64_t EveryoneCount(index::Database& database) {
  return (*(*database.FindPopulation("people"))->CurrentView())->members().everyone_count();
}

int Main(const Settings& settings) {
  const std::string folder = settings.folder + "/many_loads";
  fs::remove_all(folder);
  fs::create_directories(folder);
  index::DatabaseOptions options;
  options.directory = folder;
  absl::StatusOr<std::unique_ptr<index::Database>> opened = index::Database::Open(options);
  OrDie(opened.status());
  index::Database& database = **opened;
  Watch::Start();
  {
    NumberLoad first(database, "orders", index::LoadMode::kReplace);
    for (uint64_t member = 0; member < settings.members; ++member) first.Add(member, Mixed(member) % 50);
    first.Commit();
  }
  const auto micro = [&](uint64_t series) {
    return [&database, &settings, series](uint64_t i) {
      MicroBatch(database, settings, series * 1'000'000 + i);
    };
  };
  std::vector<Struct> rows;
  rows.push_back(Measure(settings, "tag_loads", settings.tag_loads, settings.clients, [&](uint64_t i) {
    NumberLoad load(database, absl::StrCat("tag ", i), index::LoadMode::kReplace);
    for (uint64_t j = 0; j < settings.records_of_tag_load; ++j)
      load.Add((Mixed(i) + j * (settings.members / settings.records_of_tag_load)) % settings.members,
               j % 100);
    load.Commit();
  }));
  rows.push_back(Measure(settings, "micro_one", settings.micro_batches / 4, 1, micro(1)));
  rows.push_back(Measure(settings, "micro_batches", settings.micro_batches, settings.clients, micro(2)));
  std::atomic<bool> ended{false};
  std::thread replace([&] { ReplaceMeanwhile(database, settings, ended); });
  rows.push_back(Measure(settings, "micro_replace", settings.micro_batches, settings.clients, micro(3)));
  ended = true;
  replace.join();
  index::SetFaultHook(nullptr);
  if (EveryoneCount(database) != settings.members) Die("EVERYONE is not what was loaded");
  opened->reset();
  fs::remove_all(folder);
  OrDie(MergeRows(settings.json, rows));
  return 0;
}

}  // namespace
}  // namespace muster::benchmarks

int main(int argc, char** argv) {
  muster::benchmarks::Settings settings;
  CLI::App app("Many loads into one population; see benchmarks/README.md");
  app.add_option("--members", settings.members, "members of the population")->capture_default_str();
  app.add_option("--tag-loads", settings.tag_loads, "loads into tags of their own")->capture_default_str();
  app.add_option("--micro-batches", settings.micro_batches, "small loads of one tag")->capture_default_str();
  app.add_option("--clients", settings.clients, "threads that load")->capture_default_str();
  app.add_option("--folder", settings.folder, "where the store goes")->capture_default_str();
  app.add_option("--json", settings.json, "where the figures go")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return muster::benchmarks::Main(settings);
}
