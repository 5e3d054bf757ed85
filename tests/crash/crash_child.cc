// The child program of the crash test: opens a data directory, runs planned loads, and kills itself at the
// n-th hit of a fault point.
//
//   crash_child DIRECTORY SEED FIRST_MEMBERS MEMBERS RECORDS FIRST_LOAD LOADS POINT HIT LINGER_MS
//
// With an even seed, the records of loads go to a file and are committed fragment by fragment.
// Writes `begin N`, `feed N`, `commit N` and `done N` to stdout as it proceeds. If it isn't killed, it gives
// the settler LINGER_MS, prints `hits POINT COUNT` for each point that was passed, and exits with 0; with 1
// if a load fails.
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "index/storage/fault_point.h"
#include "tests/crash/planned_load.h"

namespace muster::testing {
namespace {

std::mutex hits_mutex;
std::map<std::string, int>* hits = new std::map<std::string, int>;
std::string* fatal_point = new std::string;
int fatal_hit = 0;

void Say(const std::string& line) {
  if (write(1, line.data(), line.size()) < 0) _exit(3);
}

void CountAndDie(const char* point) {
  std::lock_guard<std::mutex> lock(hits_mutex);
  if (++(*hits)[point] == fatal_hit && *fatal_point == point) {
    Say(absl::StrCat("killed ", point, "\n"));
    raise(SIGKILL);
  }
}

int Number(const char* text) {
  int number = 0;
  return absl::SimpleAtoi(text, &number) ? number : 0;
}

int Load(const std::string& directory, const PlanShape& shape, int first, int loads, int linger_ms) {
  index::DatabaseOptions options{.directory = directory, .map_size = size_t{1} << 30};
  if (shape.seed % 2 == 0) options.spool = {.spill_beyond = 0, .commit_bytes = 1};
  auto database = index::Database::Open(std::move(options));
  if (!database.ok()) {
    std::fprintf(stderr, "%s\n", database.status().ToString().c_str());
    return 1;
  }
  for (int number = first; number < first + loads; ++number) {
    const auto loaded = LoadPlanned(**database, PlanLoad(shape, number), [number](const char* step) {
      Say(absl::StrCat(step, " ", number, "\n"));
      if (std::strcmp(step, "feed") == 0) CountAndDie("feeding/batch");
    });
    if (loaded.ok() && loaded->published && loaded->rejected_records == 0) continue;
    std::fprintf(stderr, "load %d: %s\n", number, loaded.status().ToString().c_str());
    return 1;
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(linger_ms));
  return 0;
}

int Main(int argc, char** argv) {
  if (argc != 11) return 2;
  const PlanShape shape{.seed = static_cast<uint64_t>(Number(argv[2])),
                        .first_members = Number(argv[3]),
                        .members = Number(argv[4]),
                        .records = Number(argv[5])};
  *fatal_point = argv[8];
  fatal_hit = Number(argv[9]);
  index::SetFaultHook(CountAndDie);
  const int code = Load(argv[1], shape, Number(argv[6]), Number(argv[7]), Number(argv[10]));
  std::lock_guard<std::mutex> lock(hits_mutex);
  for (const auto& [point, count] : *hits) Say(absl::StrCat("hits ", point, " ", count, "\n"));
  return code;
}

}  // namespace
}  // namespace muster::testing

int main(int argc, char** argv) { return muster::testing::Main(argc, argv); }
