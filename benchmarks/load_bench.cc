// The load of a whole table into a new server, and of the next day's: processor time, memory, disk. The table
// has string ids of 16 characters and ten tags of all kinds. Client and server are on the same processors.
//
//   name            what is measured
//   load_first      `muster load FILE --schema … --create`
//   load_next_day   the same table with other values in one cell of fifty, `--mode replace`
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "benchmarks/bench_json.h"
#include "benchmarks/die.h"
#include "benchmarks/muster_run.h"
#include "tests/processes/server_process.h"

namespace muster::benchmarks {
namespace {

namespace fs = std::filesystem;
using google::protobuf::Struct;

struct Settings {
  uint64_t members = 1'000'000;
  int wait_seconds = 20;
  std::string folder = "build/bench";
  std::string json = "build/bench.json";
  std::string programs = "build/bin";
};

uint64_t Mixed(uint64_t number) {
  number = (number ^ number >> 31) * 0x7fb5d329728ea185;
  number = (number ^ number >> 27) * 0x81dadef4bc2dd44d;
  return number ^ number >> 33;
}

// What decides a cell: on the second day another value in one of fifty.
uint64_t CellOf(uint64_t member, uint64_t column, int day) {
  const uint64_t cell = Mixed(member * 16 + column);
  return day > 0 && Mixed(cell) % 50 == 0 ? Mixed(cell + 1) : cell;
}

std::string Date(uint64_t number) {
  return absl::StrFormat("20%02d-%02d-%02d", 10 + number % 16, 1 + number / 16 % 12, 1 + number / 192 % 28);
}

std::string Interests(uint64_t number) {
  std::string list;
  for (uint64_t i = number % 4; i > 0; --i, number /= 64)
    absl::StrAppend(&list, list.empty() ? "" : ";", "interest", i, "-", number % 13);
  return list;
}

void WriteTable(const Settings& settings, int day, const std::string& csv) {
  constexpr const char* kLevels[] = {"gold", "silver", "bronze", "none"};
  constexpr const char* kChannels[] = {"app", "web", "store", "mail", "partner"};
  std::ofstream out(csv);
  out << "id,vip,city,level,channel,age,spent,orders,last_order,interests,opt_in\n";
  std::string text;
  for (uint64_t member = 0; member < settings.members; ++member) {
    const auto cell = [member, day](uint64_t column) { return CellOf(member, column, day); };
    absl::StrAppend(&text, IdOf(member), ",", cell(0) % 10 == 0 ? "1" : "0", ",city-", cell(1) % 300, ",",
                    kLevels[cell(2) % 4], ",", kChannels[cell(3) % 5], ",");
    absl::StrAppend(&text, 16 + cell(4) % 74, ",", cell(5) % 10'000, ".", 10 + cell(5) / 10'000 % 90, ",",
                    cell(6) % 50, ",", Date(cell(7)), ",");
    absl::StrAppend(&text, Interests(cell(8)), ",", cell(9) % 5 < 3 ? "true" : "false", "\n");
    if (text.size() < size_t{1} << 20) continue;
    out << text;
    text.clear();
  }
  out << text;
}

void WriteSchema(const std::string& file) {
  std::ofstream(file) << "member_id: id\ntags:\n  - {name: vip, kind: FLAG}\n  - {name: city, kind: SINGLE}\n"
                         "  - {name: level, kind: SINGLE}\n  - {name: channel, kind: SINGLE}\n"
                         "  - {name: age, kind: NUMBER}\n  - {name: spent, kind: NUMBER, scale: 2}\n"
                         "  - {name: orders, kind: NUMBER}\n  - {name: last_order, kind: DATE}\n"
                         "  - {name: interests, kind: MULTI, separator: \";\"}\n"
                         "  - {name: opt_in, kind: FLAG}\n";
}

double MebibytesBelow(const std::string& folder) {
  double bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += static_cast<double>(entry.file_size());
  }
  return bytes / 1024 / 1024;
}

Struct Report(const Settings& settings, const std::string& name, const Taken& taken, double disk,
              double later) {
  std::printf(
      "%-14s %9.1f s   cpu s: server %.2f client %.2f   MiB: server %.0f, %.0f later, client %.0f, disk "
      "%.0f\n",
      name.c_str(), taken.seconds, taken.server_cpu, taken.client_cpu, taken.server_mib, later,
      taken.client_mib, disk);
  std::fflush(stdout);
  Struct row = NewRow(name, settings.members);
  SetNumber(row, "muster_ms", taken.seconds * 1e3);
  SetNumber(row, "server_cpu_s", taken.server_cpu);
  SetNumber(row, "client_cpu_s", taken.client_cpu);
  SetNumber(row, "server_anon_mib", taken.server_mib);
  SetNumber(row, "server_anon_later_mib", later);
  SetNumber(row, "client_anon_mib", taken.client_mib);
  SetNumber(row, "disk_mib", disk);
  return row;
}

int Main(const Settings& settings) {
  const std::string folder = settings.folder + "/load";
  fs::remove_all(folder);
  fs::create_directories(folder);
  const std::string csv = folder + "/people.csv", schema = folder + "/tags.yaml", store = folder + "/store";
  WriteSchema(schema);
  const testing::ServerProcess server(store);
  if (!server.up()) Die("musterd did not come up");
  std::vector<Struct> rows;
  for (int day = 0; day < 2; ++day) {
    WriteTable(settings, day, csv);
    std::vector<std::string> arguments = {"--server", server.address(), "load", csv, "--schema", schema};
    for (const char* word : {"--population", "people", "--create", "--date"}) arguments.emplace_back(word);
    arguments.push_back(day == 0 ? "2026-01-30" : "2026-01-31");
    if (day == 1) arguments.insert(arguments.end(), {"--mode", "replace"});
    const Taken taken = RunMuster(settings.programs, arguments, server.pid());
    std::this_thread::sleep_for(std::chrono::seconds(settings.wait_seconds));
    rows.push_back(Report(settings, day == 0 ? "load_first" : "load_next_day", taken, MebibytesBelow(store),
                          AnonymousMebibytes(server.pid())));
  }
  fs::remove(csv);
  OrDie(MergeRows(settings.json, rows));
  return 0;
}

}  // namespace
}  // namespace muster::benchmarks

int main(int argc, char** argv) {
  muster::benchmarks::Settings settings;
  settings.programs = std::filesystem::path(argv[0]).parent_path().string();
  CLI::App app("A table's load into a new server, and the next day's; see benchmarks/README.md");
  app.add_option("--members", settings.members, "records of the table")->capture_default_str();
  app.add_option("--wait", settings.wait_seconds, "seconds from a load's end to the later figures")
      ->capture_default_str();
  app.add_option("--folder", settings.folder, "where table and store go")->capture_default_str();
  app.add_option("--json", settings.json, "where the figures go")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return muster::benchmarks::Main(settings);
}
