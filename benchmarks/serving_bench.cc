// Benchmarks of the whole programs: a load of a million CSV records through `muster load`, and how soon a
// worker is free again after its query was cancelled.
//
//   name                what is measured
//   load_1m_10          `muster load` of 1,000,000 CSV records, string ids, 10 tags of all kinds: seconds,
//                       and the peak resident memory of musterd and of muster
//   cancel_50ms         a query that runs for seconds, on each of a server's two workers for long ones, all
//                       cancelled after 50 ms: from the cancellation to the answer of a small batch, minus
//                       what that takes on an idle server
#include <grpcpp/grpcpp.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <random>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "muster/v1/query_service.grpc.pb.h"
#include "tests/processes/child_process.h"
#include "tests/processes/server_process.h"

namespace muster::testing {
namespace {

using Clock = std::chrono::steady_clock;
using muster::v1::QueryService;

constexpr int kRecords = 1'000'000;
constexpr int kWorkers = 2;  // for long questions, of at least three in all

double MillisecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

std::string CustomersCsv() {
  std::mt19937_64 random(20260101);
  const char* levels[] = {"gold", "silver", "bronze", "none"};
  const char* interests[] = {"sports", "music", "travel", "food", "games", "books", "film", "garden"};
  std::string csv = "customer_id,vip,gender,city,level,interests,orders,spent,birthday,last_seen,consent\n";
  for (int i = 0; i < kRecords; ++i) {
    const uint64_t r = random();
    absl::StrAppendFormat(
        &csv, "C%08x-%06d,%s,%s,city-%d,%s,%s|%s,%d,%d.%02d,%d-%02d-%02d,2026-%02d-%02dT%02d:%02d:%02dZ,%d\n",
        static_cast<uint32_t>(r), i, (r >> 3) % 20 == 0 ? "true" : "false", (r >> 5) % 2 ? "f" : "m",
        static_cast<int>((r >> 7) % 300), levels[(r >> 11) % 4], interests[(r >> 13) % 8],
        interests[(r >> 17) % 8], static_cast<int>((r >> 20) % 200), static_cast<int>((r >> 23) % 90000),
        static_cast<int>((r >> 29) % 100), 1940 + static_cast<int>((r >> 31) % 70),
        1 + static_cast<int>((r >> 37) % 12), 1 + static_cast<int>((r >> 41) % 28),
        1 + static_cast<int>((r >> 43) % 12), 1 + static_cast<int>((r >> 47) % 28),
        static_cast<int>((r >> 50) % 24), static_cast<int>((r >> 53) % 60), static_cast<int>((r >> 57) % 60),
        static_cast<int>((r >> 61) % 2));
  }
  return csv;
}

constexpr char kSchema[] =
    "member_id: customer_id\ntags:\n"
    "  - {name: vip, kind: FLAG}\n  - {name: gender, kind: SINGLE}\n  - {name: city, kind: SINGLE}\n"
    "  - {name: level, kind: SINGLE}\n  - {name: interests, kind: MULTI, separator: \"|\"}\n"
    "  - {name: orders, kind: NUMBER}\n  - {name: spent, kind: NUMBER, scale: 2}\n  - {name: birthday, kind: "
    "DATE}\n"
    "  - {name: last_seen, kind: TIMESTAMP}\n  - {name: consent, kind: FLAG}\n";

// The peak resident memory of a running process, in MiB.
int PeakMebibytes(pid_t pid) {
  std::ifstream status(absl::StrCat("/proc/", pid, "/status"));
  for (std::string line; std::getline(status, line);) {
    if (!absl::StartsWith(line, "VmHWM:")) continue;
    int kibibytes = 0;
    const std::vector<std::string> words = absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    if (words.size() > 1 && absl::SimpleAtoi(words[1], &kibibytes)) return kibibytes / 1024;
  }
  return 0;
}

grpc::Status Count(QueryService::Stub& stub, const std::string& expression, grpc::ClientContext& context) {
  muster::v1::CountMembersRequest request;
  request.set_population("bench");
  request.mutable_expression()->set_text(expression);
  muster::v1::CountMembersResponse response;
  return stub.CountMembers(&context, request, &response);
}

// Ends the program on an unexpected result, which would falsify the figures.
void Check(const grpc::Status& status, grpc::StatusCode expected) {
  if (status.error_code() == expected) return;
  std::fprintf(stderr, "a count ended with code %d: %s\n", status.error_code(),
               status.error_message().c_str());
  std::exit(1);
}

// A threshold over 20,000 ranges: one count takes about a second.
std::string HeavyExpression() {
  std::string expression = "AT LEAST 3000 OF (";
  for (int i = 0; i < 20'000; ++i)
    absl::StrAppend(&expression, i > 0 ? ", " : "", "spent > ", i % 9000, ".", 10 + i % 90);
  return expression + ")";
}

// Sent as a batch, which uses the workers for long questions: a single count has a worker that these never
// take.
double SmallCountMilliseconds(QueryService::Stub& stub) {
  const Clock::time_point start = Clock::now();
  grpc::ClientContext context;
  muster::v1::BatchCountMembersRequest request;
  request.set_population("bench");
  request.add_expressions()->mutable_expression()->set_text("level = 'gold' AND vip");
  muster::v1::BatchCountMembersResponse response;
  Check(stub.BatchCountMembers(&context, request, &response), grpc::StatusCode::OK);
  return MillisecondsSince(start);
}

void MeasureCancellation(QueryService::Stub& stub) {
  const std::string heavy = HeavyExpression();
  const Clock::time_point start = Clock::now();
  grpc::ClientContext whole;
  Check(Count(stub, heavy, whole), grpc::StatusCode::OK);
  const double heavy_ms = MillisecondsSince(start);
  std::vector<double> idle, freed;
  for (int i = 0; i < 7; ++i) idle.push_back(SmallCountMilliseconds(stub));
  for (int i = 0; i < 7; ++i) {
    std::array<grpc::ClientContext, kWorkers> contexts;
    std::vector<std::thread> askers;
    for (grpc::ClientContext& context : contexts) {
      askers.emplace_back([&] { Check(Count(stub, heavy, context), grpc::StatusCode::CANCELLED); });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    for (grpc::ClientContext& context : contexts) context.TryCancel();
    freed.push_back(SmallCountMilliseconds(stub));
    for (std::thread& asker : askers) asker.join();
  }
  std::sort(idle.begin(), idle.end());
  std::sort(freed.begin(), freed.end());
  std::printf(
      "cancel_50ms    query %.0f ms uncancelled; worker free %.1f ms after the cancellation (median of 7, "
      "greatest %.1f; idle count %.1f)\n",
      heavy_ms, std::max(0.0, freed[3] - idle[3]), freed.back() - idle[3], idle[3]);
}

int Main() {
  const ScratchFolder scratch;
  const std::string csv = scratch.Write("customers.csv", CustomersCsv());
  const std::string schema = scratch.Write("tags.yaml", kSchema);
  ServerProcess server(scratch.path() + "/store", {"--threads", "3"});
  if (!server.up()) return 1;
  const Clock::time_point start = Clock::now();
  const Finished load =
      Run("muster", {"--server", server.address(), "load", csv, "--population", "bench", "--schema", schema});
  const double seconds = MillisecondsSince(start) / 1000;
  if (load.exit_code != 0) {
    std::fputs(load.err.c_str(), stderr);
    return 1;
  }
  rusage children{};
  getrusage(RUSAGE_CHILDREN, &children);
  std::printf("load_1m_10     %.2f s; musterd %d MiB, muster %ld MiB at most\n", seconds,
              PeakMebibytes(server.pid()), children.ru_maxrss / 1024);
  const auto stub =
      QueryService::NewStub(grpc::CreateChannel(server.address(), grpc::InsecureChannelCredentials()));
  MeasureCancellation(*stub);
  return 0;
}

}  // namespace
}  // namespace muster::testing

int main() { return muster::testing::Main(); }
