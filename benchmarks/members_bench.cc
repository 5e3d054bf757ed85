// What comes out of a server about single members: lists, look-ups, and small counts over two kinds of
// sockets. Client and server are on the same processors.
//
//   name             what is measured
//   list_segment     `muster members … --output FILE` of a fifth of all members: ids per second, processor time of
//                    server and client, and the most anonymous memory of either while it runs
//   list_everyone    the same for all members
//   list_ordinals    the fifth as a bitmap of ordinals
//   lookup_10_tags   LookupMember of random members that have 10 tags: the server's own time, and the client's
//   lookup_N_tags    the same in a population of N tags of all kinds (500: some 15,000 rows), of members that have all
//                    of them
//   count_tcp        one small count after the other over TCP on loopback
//   count_unix       the same over a socket in the file system
#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "benchmarks/bench_json.h"
#include "benchmarks/die.h"
#include "benchmarks/muster_run.h"
#include "benchmarks/open_loop.h"
#include "muster/v1/query_service.grpc.pb.h"
#include "tests/processes/server_process.h"

namespace muster::benchmarks {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using google::protobuf::Struct;

struct Settings {
  uint64_t members = 1'000'000;
  int wide_tags = 500;  // of a second population; one member in kWideStep has all of them
  std::string folder = "build/bench";
  std::string json = "build/bench.json";
  std::string programs = "build/bin";
  int rounds = 5;
};

constexpr uint64_t kWideStep = 200;
constexpr char kSegment[] = "spread < 210000";  // of a million

void WritePeople(const Settings& settings, const std::string& csv) {
  std::ofstream out(csv);
  out << "id,spread,vip,consent,level,city,interests,orders,spent,birthday,joined\n";
  std::mt19937_64 random(7);
  std::string text;
  for (uint64_t i = 0; i < settings.members; ++i) {
    const uint64_t r = random(), s = random();
    absl::StrAppend(&text, IdOf(i), ",", r % 1'000'000, ",", (r >> 20) % 20 == 0 ? "1" : "0", ",", r >> 63,
                    ",level", (r >> 25) % 6, ",city", (r >> 28) % 300, ",i", s % 30, "|i", (s >> 5) % 30, ",",
                    (s >> 10) % 1'000, ",", (s >> 20) % 10'000, ".", 10 + (s >> 34) % 90, ",19",
                    50 + (s >> 41) % 50, "-0", 1 + (s >> 47) % 9, "-1", (s >> 51) % 10, ",202", (s >> 55) % 7,
                    "-0", 1 + (r >> 40) % 9, "-1", (r >> 44) % 10, "\n");
    if (text.size() < size_t{1} << 20) continue;
    out << text;
    text.clear();
  }
  out << text;
  std::ofstream(csv + ".tags.yaml")
      << "tags:\n  - {name: spread, kind: NUMBER}\n  - {name: vip, kind: FLAG}\n  - {name: consent, kind: "
         "FLAG}\n"
         "  - {name: level, kind: SINGLE}\n  - {name: city, kind: SINGLE}\n"
         "  - {name: interests, kind: MULTI, separator: \"|\"}\n  - {name: orders, kind: NUMBER}\n"
         "  - {name: spent, kind: NUMBER, scale: 2}\n  - {name: birthday, kind: DATE}\n"
         "  - {name: joined, kind: DATE}\n";
}

// The tag t0 of all members, or the others of some.
void WriteWide(const Settings& settings, bool others, const std::string& csv) {
  std::ofstream out(csv), schema(csv + ".tags.yaml");
  schema << "tags:\n";
  out << "id";
  const char* kinds[] = {"FLAG", "SINGLE", "NUMBER", "DATE", "SINGLE", "MULTI, separator: \"|\""};
  const uint64_t values[] = {50, 100, 200, 300};  // of every other SINGLE tag; the rest have 20
  const int first = others ? 1 : 0, end = others ? settings.wide_tags : 1;
  for (int tag = first; tag < end; ++tag) {
    out << ",t" << tag;
    schema << "  - {name: t" << tag << ", kind: " << kinds[tag % 6] << "}\n";
  }
  out << "\n";
  std::mt19937_64 random(8);
  for (uint64_t i = 0; i < settings.members; i += others ? kWideStep : 1) {
    std::string text = IdOf(i);
    for (int tag = first; tag < end; ++tag) {
      const uint64_t r = random() % 10'000;
      if (tag % 6 == 0) absl::StrAppend(&text, ",", r % 2);
      if (tag % 6 == 1) absl::StrAppend(&text, ",v", r % 20);
      if (tag % 6 == 2) absl::StrAppend(&text, ",", r);
      if (tag % 6 == 3) absl::StrAppend(&text, ",20", 10 + r % 16, "-0", 1 + r % 9, "-1", r % 10);
      if (tag % 6 == 4) absl::StrAppend(&text, ",w", r % values[tag / 6 % 4]);
      if (tag % 6 == 5) absl::StrAppend(&text, ",i", r % 40, "|i", r / 40 % 40, "|i", r / 1'600);
    }
    out << text << "\n";
  }
}

// The data directory; made once, and kept between runs.
std::string PeopleDirectory(const Settings& settings) {
  const std::string directory =
      absl::StrCat(settings.folder, "/people-2-", settings.members, "-", settings.wide_tags);
  const std::string done = directory + "/DONE";
  if (fs::exists(done)) return directory + "/store";
  std::fprintf(stderr, "building %s once (a minute for some millions of members)\n", directory.c_str());
  fs::remove_all(directory);
  fs::create_directories(directory);
  const testing::ServerProcess server(directory + "/store");
  if (!server.up()) Die("musterd did not come up");
  const auto load = [&](const std::string& csv, const char* population) {
    RunMuster(settings.programs,
              {"--server", server.address(), "load", csv, "--population", population, "--id-column", "id",
               "--schema", csv + ".tags.yaml", "--date", "2026-01-31"},
              server.pid());
    fs::remove(csv);
  };
  WritePeople(settings, directory + "/people.csv");
  load(directory + "/people.csv", "people");
  for (const bool others : {false, true}) {
    WriteWide(settings, others, directory + "/wide.csv");
    load(directory + "/wide.csv", "wide");
  }
  std::ofstream(done) << "loaded to its end\n";
  return directory + "/store";
}

class MembersReport {
 public:
  explicit MembersReport(const Settings& settings) : settings_(settings) {}

  void AddList(const std::string& name, double ids, const Taken& best) {
    std::printf(
        "%-16s %9.0f ids %8.0f ms %7.1f M ids/s   cpu s: server %.3f client %.3f   MiB: server %.0f client "
        "%.0f\n",
        name.c_str(), ids, best.seconds * 1e3, ids / best.seconds / 1e6, best.server_cpu, best.client_cpu,
        best.server_mib, best.client_mib);
    Struct& row = AddRow(name);
    SetNumber(row, "muster_ms", best.seconds * 1e3);
    SetNumber(row, "ids", ids);
    SetNumber(row, "server_cpu_s", best.server_cpu);
    SetNumber(row, "client_cpu_s", best.client_cpu);
    SetNumber(row, "server_anon_mib", best.server_mib);
    SetNumber(row, "client_anon_mib", best.client_mib);
  }
  void AddCalls(const std::string& name, std::vector<double> client_us, std::vector<double> server_us) {
    std::sort(client_us.begin(), client_us.end());
    std::sort(server_us.begin(), server_us.end());
    std::printf(
        "%-16s %9zu calls   client us: least %.0f p50 %.0f p99 %.0f   server us: least %.0f p50 %.0f p99 "
        "%.0f\n",
        name.c_str(), client_us.size(), client_us.front(), Percentile(client_us, 50),
        Percentile(client_us, 99), server_us.front(), Percentile(server_us, 50), Percentile(server_us, 99));
    Struct& row = AddRow(name);
    SetNumber(row, "muster_ms", Percentile(client_us, 50) / 1e3);
    SetNumber(row, "client_p99_us", Percentile(client_us, 99));
    SetNumber(row, "server_p50_us", Percentile(server_us, 50));
    SetNumber(row, "server_p99_us", Percentile(server_us, 99));
  }
  void Write() const { OrDie(MergeRows(settings_.json, rows_)); }

 private:
  Struct& AddRow(const std::string& name) {
    std::fflush(stdout);
    return rows_.emplace_back(NewRow(name, settings_.members));
  }

  const Settings& settings_;
  std::vector<Struct> rows_;
};

// Lists to a file several times, and reports the round that took the least time.
void MeasureList(const Settings& settings, const testing::ServerProcess& server, const std::string& name,
                 const std::string& expression, bool ordinals, MembersReport& report) {
  const std::string file = settings.folder + "/list.out";
  std::vector<std::string> arguments = {"--server", server.address(), "members",  "--population",
                                        "people",   expression,       "--output", file};
  if (ordinals) arguments.push_back("--ordinals");
  Taken best;
  for (int round = 0; round < settings.rounds; ++round) {
    const Taken taken = RunMuster(settings.programs, arguments, server.pid());
    const double server_mib = std::max(best.server_mib, taken.server_mib);
    const double client_mib = std::max(best.client_mib, taken.client_mib);
    if (round == 0 || taken.seconds < best.seconds) best = taken;
    best.server_mib = server_mib;
    best.client_mib = client_mib;
  }
  double ids = static_cast<double>(fs::file_size(file)) / 17;
  if (ordinals) ids = 0.21 * static_cast<double>(settings.members);
  report.AddList(name, ids, best);
  fs::remove(file);
}

// Calls `call` for each of `count` calls; it returns the server's own microseconds.
void MeasureCalls(const std::string& name, int count, const std::function<double(int)>& call,
                  MembersReport& report) {
  std::vector<double> client_us, server_us;
  for (int i = -count / 10; i < count; ++i) {
    const Clock::time_point start = Clock::now();
    const double own = call(i < 0 ? -i : i);
    if (i < 0) continue;  // warms up
    client_us.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
    server_us.push_back(own);
  }
  report.AddCalls(name, std::move(client_us), std::move(server_us));
}

void MeasureLookups(const Settings& settings, v1::QueryService::Stub& stub, MembersReport& report) {
  std::mt19937_64 random(9);
  for (const bool wide : {false, true}) {
    MeasureCalls(
        absl::StrCat("lookup_", wide ? settings.wide_tags : 10, "_tags"), 2'000,
        [&](int) {
          const uint64_t step = random() % (settings.members / kWideStep) * kWideStep;
          v1::LookupMemberRequest request;
          request.set_population(wide ? "wide" : "people");
          request.set_member_id(IdOf(step));
          grpc::ClientContext context;
          v1::LookupMemberResponse response;
          const grpc::Status status = stub.LookupMember(&context, request, &response);
          if (!status.ok()) Die("a look-up: " + status.error_message());
          return static_cast<double>(response.evaluation_us());
        },
        report);
  }
}

void MeasureCounts(const std::string& name, v1::QueryService::Stub& stub, MembersReport& report) {
  MeasureCalls(
      name, 5'000,
      [&](int i) {
        v1::CountMembersRequest request;
        request.set_population("people");
        request.mutable_expression()->set_text(absl::StrCat("city = 'city", i % 300, "' AND vip"));
        grpc::ClientContext context;
        v1::CountMembersResponse response;
        const grpc::Status status = stub.CountMembers(&context, request, &response);
        if (!status.ok()) Die("a count: " + status.error_message());
        return static_cast<double>(response.evaluation_us());
      },
      report);
}

int Main(const Settings& settings) {
  const std::string store = PeopleDirectory(settings);
  MembersReport report(settings);
  {
    const testing::ServerProcess server(store);
    if (!server.up()) Die("musterd did not come up");
    const auto stub =
        v1::QueryService::NewStub(grpc::CreateChannel(server.address(), grpc::InsecureChannelCredentials()));
    MeasureCounts("count_tcp", *stub, report);
    MeasureLookups(settings, *stub, report);
    MeasureList(settings, server, "list_segment", kSegment, false, report);
    MeasureList(settings, server, "list_ordinals", kSegment, true, report);
    MeasureList(settings, server, "list_everyone", "EVERYONE", false, report);
  }
  const std::string socket = absl::StrCat("unix:/tmp/muster-bench-", getpid(), ".sock");
  const testing::ServerProcess server(store, {"--listen", socket});
  if (!server.up()) Die("musterd did not come up on " + socket);
  const auto stub =
      v1::QueryService::NewStub(grpc::CreateChannel(socket, grpc::InsecureChannelCredentials()));
  MeasureCounts("count_unix", *stub, report);
  report.Write();
  return 0;
}

}  // namespace
}  // namespace muster::benchmarks

int main(int argc, char** argv) {
  muster::benchmarks::Settings settings;
  settings.programs = std::filesystem::path(argv[0]).parent_path().string();
  CLI::App app("Lists, look-ups and small counts of one server on loopback; see benchmarks/README.md");
  app.add_option("--members", settings.members, "of each of two populations")->capture_default_str();
  app.add_option("--wide-tags", settings.wide_tags, "of the second population")->capture_default_str();
  app.add_option("--folder", settings.folder, "where the population is kept between runs")
      ->capture_default_str();
  app.add_option("--json", settings.json, "where the figures go")->capture_default_str();
  app.add_option("--rounds", settings.rounds, "of each list; the least counts")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return muster::benchmarks::Main(settings);
}
