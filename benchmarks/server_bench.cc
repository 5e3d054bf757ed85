// A real musterd under an open loop of small counts on loopback, client and server on the same processors.
//
//   name               what is measured
//   server_<rate>      that many small counts per second, in a shop of a million members: how many were
//                      answered, and how long each took from the moment it was due
//   server_most        the greatest rate that was kept up
//   server_beside_long 1,000 small counts per second while long counts, two more than the server has workers,
//                      are repeated continuously
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "benchmarks/bench_json.h"
#include "benchmarks/die.h"
#include "benchmarks/open_loop.h"
#include "tests/processes/child_process.h"
#include "tests/processes/server_process.h"

namespace muster::benchmarks {
namespace {

namespace fs = std::filesystem;
using google::protobuf::Struct;

struct Settings {
  uint64_t members = 100'000;
  std::string folder = "build/bench";
  std::string json = "build/bench.json";
  std::vector<double> rates = {1'000, 5'000, 10'000, 15'000, 17'500, 20'000, 22'500, 25'000, 30'000};
  int seconds = 3;      // of each rate
  int threads = 4;      // the server's workers: what musterd takes on two processors
  int connections = 4;  // of the client
  bool beside_long = true;
};

// A rate is sustained if nothing is refused and answers come as fast as questions, except for this
// share.
constexpr double kKeptUp = 0.99;
constexpr double kBesideLongPerSecond = 1'000;

void RunMuster(const std::vector<std::string>& arguments) {
  const testing::Finished finished = testing::Run("muster", arguments);
  if (finished.exit_code != 0) Die(absl::StrCat("muster ", arguments[0], ": ", finished.err));
}

// The data directory of a server with the shop; made once, and kept between runs.
std::string ShopDirectory(const Settings& settings) {
  const std::string directory = absl::StrCat(settings.folder, "/shop-", settings.members);
  const std::string done = directory + "/DONE";
  if (fs::exists(done)) return directory + "/store";
  std::fprintf(stderr, "building %s once (seconds)\n", directory.c_str());
  fs::remove_all(directory);
  fs::create_directories(directory);
  const std::string csv = directory + "/shop.csv";
  RunMuster({"generate", "shop", "--members", absl::StrCat(settings.members), "--output", csv});
  {
    const testing::ServerProcess server(directory + "/store");
    if (!server.up()) Die("musterd did not come up");
    RunMuster({"--server", server.address(), "load", csv, "--population", "shop", "--schema",
               csv + ".tags.yaml", "--date", "2026-01-31"});
  }
  fs::remove(csv);
  std::ofstream(done) << "loaded to its end\n";
  return directory + "/store";
}

v1::CountMembersRequest Question(std::string expression) {
  v1::CountMembersRequest request;
  request.set_population("shop");
  request.mutable_expression()->set_text(std::move(expression));
  return request;
}

// Typical questions while a user drags a rule: two or three clauses, different ones each time.
std::vector<v1::CountMembersRequest> SmallQuestions() {
  std::vector<v1::CountMembersRequest> questions;
  for (const char* city : {"上海", "北京", "广州", "深圳", "成都", "杭州", "重庆", "武汉"}) {
    questions.push_back(Question(absl::StrCat("city = '", city, "' AND vip")));
    questions.push_back(Question(absl::StrCat("gender = '女' AND city = '", city, "' AND sms_consent")));
    questions.push_back(Question(absl::StrCat("city = '", city, "' AND NOT has_children")));
    questions.push_back(Question(absl::StrCat("会员等级 IN ('金卡', '铂金') AND city = '", city, "'")));
  }
  return questions;
}

// A threshold over 2,000 ranges: one count takes a good part of a second.
v1::CountMembersRequest LongQuestion() {
  std::string expression = "AT LEAST 300 OF (";
  for (int i = 0; i < 2'000; ++i)
    absl::StrAppend(&expression, i > 0 ? ", " : "", "order_amount > ", i % 900, ".", 10 + i % 90);
  return Question(expression + ")");
}

// Repeats the long question from several threads until it goes out of scope.
class LongCounts {
 public:
  LongCounts(const std::string& address, int askers)
      : stub_(v1::QueryService::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()))) {
    for (int i = 0; i < askers; ++i) threads_.emplace_back([this] { Ask(); });
  }
  ~LongCounts() {
    ended_ = true;
    for (std::thread& thread : threads_) thread.join();
  }
  int answered() const { return answered_; }

 private:
  void Ask() {
    const v1::CountMembersRequest question = LongQuestion();
    while (!ended_) {
      grpc::ClientContext context;
      v1::CountMembersResponse response;
      const grpc::Status status = stub_->CountMembers(&context, question, &response);
      if (!status.ok()) Die(absl::StrCat("a long count: ", status.error_message()));
      ++answered_;
    }
  }

  const std::unique_ptr<v1::QueryService::Stub> stub_;
  std::atomic<bool> ended_{false};
  std::atomic<int> answered_{0};
  std::vector<std::thread> threads_;
};

// Prints the table, and collects the rows for the file.
class ServerReport {
 public:
  explicit ServerReport(const Settings& settings) : settings_(settings) {
    std::printf("%-19s %10s %10s %8s %9s %9s %9s %9s %9s %8s %9s %9s\n", "name", "offered/s", "answered/s",
                "refused", "p50 us", "p90 us", "p99 us", "p99.9 us", "max us", "adds us", "server us",
                "client us");
  }

  void Add(const std::string& name, const Served& served) {
    const std::vector<double>& us = served.latency_us;
    const double max = us.empty() ? 0 : us.back();
    std::printf("%-19s %10.0f %10.0f %8llu %9.0f %9.0f %9.0f %9.0f %9.0f %8.0f %9.0f %9.0f\n", name.c_str(),
                served.offered_per_second, served.answered_per_second,
                static_cast<unsigned long long>(served.refused), Percentile(us, 50), Percentile(us, 90),
                Percentile(us, 99), Percentile(us, 99.9), max, Percentile(served.added_us, 50),
                served.server_cpu_us, served.client_cpu_us);
    std::fflush(stdout);
    Struct& row = AddRow(name);
    SetNumber(row, "muster_ms", Percentile(us, 50) / 1e3);
    SetNumber(row, "offered_per_second", served.offered_per_second);
    SetNumber(row, "answered_per_second", served.answered_per_second);
    SetNumber(row, "refused", static_cast<double>(served.refused));
    SetNumber(row, "p50_us", Percentile(us, 50));
    SetNumber(row, "p90_us", Percentile(us, 90));
    SetNumber(row, "p99_us", Percentile(us, 99));
    SetNumber(row, "p99_9_us", Percentile(us, 99.9));
    SetNumber(row, "max_us", max);
    SetNumber(row, "added_p50_us", Percentile(served.added_us, 50));
    SetNumber(row, "server_cpu_us", served.server_cpu_us);
    SetNumber(row, "client_cpu_us", served.client_cpu_us);
  }
  void AddMost(double per_second) {
    std::printf("%-19s %10.0f\n", "server_most", per_second);
    SetNumber(AddRow("server_most"), "answered_per_second", per_second);
  }
  void Write() const { OrDie(MergeRows(settings_.json, rows_)); }

 private:
  Struct& AddRow(const std::string& name) {
    Struct& row = rows_.emplace_back(NewRow(name, settings_.members));
    SetNumber(row, "threads", settings_.threads);
    return row;
  }

  const Settings& settings_;
  std::vector<Struct> rows_;
};

bool KeptUp(const Served& served) {
  return served.refused == 0 && served.answered_per_second >= kKeptUp * served.offered_per_second;
}

// Measures increasing rates until two of them were too high.
void MeasureRates(const Settings& settings, OpenLoop& loop, ServerReport& report) {
  double most = 0;
  int too_many = 0;
  for (const double rate : settings.rates) {
    const Served served = loop.Run(rate, std::chrono::seconds(settings.seconds));
    report.Add(absl::StrCat("server_", static_cast<int>(rate)), served);
    if (KeptUp(served)) {
      most = std::max(most, rate);
    } else if (++too_many == 2) {
      break;
    }
  }
  report.AddMost(most);
}

int Main(const Settings& settings) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);  // as the server does
  const testing::ServerProcess server(ShopDirectory(settings), {"--threads", absl::StrCat(settings.threads)});
  if (!server.up()) Die("musterd did not come up");
  OpenLoop loop(server.address(), server.pid(), SmallQuestions(), settings.connections);
  loop.Run(2'000, std::chrono::milliseconds(500));  // warms up pages, connections and allocators
  ServerReport report(settings);
  MeasureRates(settings, loop, report);
  if (settings.beside_long) {
    const LongCounts long_counts(server.address(), settings.threads + 2);
    loop.Run(kBesideLongPerSecond, std::chrono::seconds(1));  // until each long count is running or queued
    report.Add("server_beside_long", loop.Run(kBesideLongPerSecond, std::chrono::seconds(settings.seconds)));
    std::printf("(%d long counts were answered meanwhile)\n", long_counts.answered());
  }
  report.Write();
  return 0;
}

}  // namespace
}  // namespace muster::benchmarks

int main(int argc, char** argv) {
  muster::benchmarks::Settings settings;
  CLI::App app("musterd under an open loop of small counts on loopback; see benchmarks/README.md");
  app.add_option("--members", settings.members, "of the shop")->capture_default_str();
  app.add_option("--folder", settings.folder, "where the shop is kept between runs")->capture_default_str();
  app.add_option("--json", settings.json, "where the figures go")->capture_default_str();
  app.add_option("--rates", settings.rates, "counts a second, in turn")->capture_default_str();
  app.add_option("--seconds", settings.seconds, "of each rate")->capture_default_str();
  app.add_option("--threads", settings.threads, "the server's workers")->capture_default_str();
  app.add_option("--connections", settings.connections, "of the client")->capture_default_str();
  app.add_flag("!--no-long", settings.beside_long, "without the part beside long counts");
  CLI11_PARSE(app, argc, argv);
  return muster::benchmarks::Main(settings);
}
