// All workloads at one size: Muster from its store, CRoaring on resident bitmaps, and the flat limit.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <numeric>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "CLI/CLI.hpp"
#include "benchmarks/allocated.h"
#include "benchmarks/bench_store.h"
#include "benchmarks/die.h"
#include "benchmarks/flat_baseline.h"
#include "benchmarks/measure.h"
#include "benchmarks/report.h"
#include "benchmarks/roaring_baseline.h"
#include "benchmarks/rows.h"
#include "benchmarks/workloads.h"
#include "query/execution/kernels/kernels.h"
#include "query/execution/number_scans.h"
#include "query/execution/scan.h"
#include "query/planning/plan.h"
#include "query/questions/view_statistics.h"

namespace muster::benchmarks {
namespace {

struct Settings {
  std::vector<uint64_t> members = {100'000'000};
  std::string folder = "build/bench";
  std::string json = "build/bench.json";
  std::vector<std::string> only;
  bool baselines = true;
  bool first_read = false;
  std::string kernels;                  // empty: the processor's best
  std::vector<uint32_t> threads = {1};  // one run for each
  double enough_ms = 600;               // for each measurement
};

constexpr Workload (*kCounts[])() = {And2Dense,     And3Not2,    Or50AndNot,
                                     RareAndDense3, AtLeast3Of8, Range7AndDense};

void Agree(const std::string& name, uint64_t muster, uint64_t other) {
  if (muster == other) return;
  Die(name + ": Muster says " + std::to_string(muster) + ", the baseline says " + std::to_string(other));
}

// Lends this many threads at a time; each starts at once and ends when the scan does.
class OwnThreads : public query::ScanHelpers {
 public:
  explicit OwnThreads(uint32_t count) : left_(count) {}
  ~OwnThreads() override {
    for (std::thread& thread : threads_) thread.join();
  }
  bool Borrow(std::function<void()> work) override {
    if (left_ == 0) return false;
    --left_;
    threads_.emplace_back([this, work = std::move(work)] {
      work();
      ++left_;
    });
    return true;
  }
  bool IsWanted() const override { return false; }

 private:
  std::atomic<uint32_t> left_;
  std::vector<std::thread> threads_;
};

class WorkloadBench {
 public:
  WorkloadBench(const Settings& settings, uint32_t threads, const BenchStore& store, Report& report)
      : settings_(settings), threads_(threads), store_(store), report_(report), roaring_(store.snapshot()) {
    for (const query::Kernels* kernels : query::AllKernels()) {
      if (settings.kernels == kernels->name) options_.kernels = kernels;
    }
  }

  void Run() {
    for (Workload (*make)() : kCounts) {
      const Workload workload = make();
      if (Wanted(workload.name)) RunCount(workload);
    }
    if (Wanted("sum_in_segment")) RunSum(SumInSegment());
    if (Wanted("extremes")) RunRank("extremes", Extremes);
    if (Wanted("median")) RunRank("median", Median);
    if (Wanted("top_10")) RunRank("top_10", TopTen);
    if (Wanted("batch_1000")) RunBatch("batch_1000", RandomSegments(), true);
    if (Wanted("batch_templates")) RunBatch("batch_templates", TemplateSegments(), false);
  }

  // One count.
  uint64_t CountOnce(const Workload& workload) const { return Count(workload.expression, nullptr); }

 private:
  bool Wanted(const std::string& name) const {
    const std::vector<std::string>& only = settings_.only;
    return only.empty() || std::find(only.begin(), only.end(), name) != only.end();
  }

  query::ViewStatistics StatisticsOf() const {
    return {store_.members(), {&store_.snapshot()}, WorkBudget::Unlimited()};
  }

  query::PlannedProgram PlanOf(const query::PlanOperand& expression) const {
    absl::StatusOr<query::PlannedProgram> planned = query::Plan(expression, StatisticsOf());
    if (!planned.ok()) Die(planned.status().ToString());
    return *std::move(planned);
  }

  // Everything from the tree to the result: planning, resolving and the scan.
  uint64_t Count(const query::PlanOperand& expression, query::ScanStatistics* statistics) const {
    const query::PlannedProgram planned = PlanOf(expression);
    return Scan(planned.program, statistics).front();
  }

  std::vector<uint64_t> CountBatch(const std::vector<query::PlanOperand>& segments,
                                   query::ScanStatistics* scanned) const {
    const absl::StatusOr<query::PlannedBatch> planned = query::PlanBatch(segments, StatisticsOf());
    if (!planned.ok()) Die(planned.status().ToString());
    return Scan(planned->program, scanned);
  }

  query::ScanJob JobOf(const query::Program& program, query::ScanHelpers* helpers) const {
    return {.program = program,
            .make_source = [this](query::ViewIndex,
                                  index::RowSource*) { return store_.snapshot().NewRowSource(); },
            .fragments = {0, store_.snapshot().fragment_count()},
            .options = options_,
            .helpers = helpers};
  }

  std::vector<uint64_t> Scan(const query::Program& program, query::ScanStatistics* scanned) const {
    OwnThreads threads(threads_ - 1);
    absl::StatusOr<std::vector<uint64_t>> counts = query::ScanCounts(JobOf(program, &threads), scanned);
    if (!counts.ok()) Die(counts.status().ToString());
    return *std::move(counts);
  }

  uint64_t Sum(const query::PlanOperand& segment, query::ScanStatistics* scanned) const {
    const absl::StatusOr<query::PlannedNumber> planned =
        query::PlanWithNumber(segment, {kNumberTag}, StatisticsOf());
    if (!planned.ok()) Die(planned.status().ToString());
    OwnThreads threads(threads_ - 1);
    const absl::StatusOr<query::NumberSum> sum =
        query::ScanSum(JobOf(planned->program, &threads), planned->number, scanned);
    if (!sum.ok()) Die(sum.status().ToString());
    return static_cast<uint64_t>(sum->sum);
  }

  // A scan for SumInSegment's number and members; returns its result as one figure.
  using RankScan = std::function<uint64_t(const query::ScanJob&, query::NodeIndex, query::ScanStatistics*)>;
  static uint64_t Extremes(const query::ScanJob& job, query::NodeIndex number,
                           query::ScanStatistics* scanned) {
    const absl::StatusOr<query::NumberExtremes> found = query::ScanExtremes(job, number, scanned);
    if (!found.ok()) Die(found.status().ToString());
    return static_cast<uint64_t>(found->greatest - found->least);
  }
  static uint64_t Median(const query::ScanJob& job, query::NodeIndex number, query::ScanStatistics* scanned) {
    const absl::StatusOr<query::NumberPercentiles> found =
        query::ScanPercentiles(job, number, {query::kMillionths / 2}, scanned);
    if (!found.ok()) Die(found.status().ToString());
    return static_cast<uint64_t>(found->numbers.front());
  }
  static uint64_t TopTen(const query::ScanJob& job, query::NodeIndex number, query::ScanStatistics* scanned) {
    const auto found = query::ScanTop(job, number, {query::NumberEnd::kGreatest, 10}, scanned);
    if (!found.ok()) Die(found.status().ToString());
    return static_cast<uint64_t>(found->back().number);
  }

  // The ways to measure a figure; null: not measured.
  struct Ways {
    std::function<void()> muster, croaring, flat, muster_each;
  };

  void Measure(const Ways& ways, Figure figure) {
    std::vector<std::function<void()>> works = {ways.muster};
    std::vector<std::optional<double>*> times = {&figure.muster_ms};
    const auto add = [&](const std::function<void()>& way, std::optional<double>& time) {
      if (way == nullptr) return;
      works.push_back(way);
      times.push_back(&time);
    };
    add(ways.croaring, figure.croaring_ms);
    add(ways.flat, figure.flat_ms);
    add(ways.muster_each, figure.muster_each_ms);
    const std::vector<double> medians = MediansInTurns(works, settings_.enough_ms);
    for (size_t i = 0; i < medians.size(); ++i) *times[i] = medians[i];
    report_.Add(std::move(figure));
  }

  // Includes the very first evaluation, which fills what is kept for later ones.
  Figure FigureOf(const std::string& name,
                  const std::function<uint64_t(query::ScanStatistics*)>& answer) const {
    Figure figure{.name = name, .members = store_.members(), .threads = threads_};
    query::ScanStatistics scanned;
    figure.bytes_allocated = GreatestAllocation([&] { figure.answer = answer(&scanned); });
    figure.chunks_touched = scanned.chunks_scanned;
    figure.chunks = scanned.chunks_scanned + scanned.chunks_skipped;
    figure.bytes_read = scanned.bytes_read;
    return figure;
  }

  // The flat limit of a workload; null if it has none. `flat` outlives it.
  std::function<void()> FlatWay(const Workload& workload, const FlatRows& flat, uint64_t answer) const {
    if (!settings_.baselines || workload.flat_rows.empty()) return nullptr;
    if (workload.same_count) Agree(workload.name, answer, flat.Count(workload.flat_positives, threads_));
    return [&flat, &workload, this] { flat.Count(workload.flat_positives, threads_); };
  }

  void RunSum(const Workload& workload) {
    const query::PlanOperand& segment = workload.expression;
    Figure figure =
        FigureOf(workload.name, [&](query::ScanStatistics* scanned) { return Sum(segment, scanned); });
    const FlatRows flat(store_.snapshot(), settings_.baselines ? workload.flat_rows : NoRows());
    Ways ways{.muster = [&] { Sum(segment, nullptr); }};
    if (settings_.baselines) {
      ways.croaring = [&] { roaring_.Sum(segment, kNumberTag, kNumberBits); };
      Agree(workload.name, figure.answer, roaring_.Sum(segment, kNumberTag, kNumberBits));
      ways.flat = FlatWay(workload, flat, figure.answer);
    }
    Measure(ways, std::move(figure));
  }

  // Measures only Muster.
  void RunRank(const std::string& name, const RankScan& find) {
    const Workload workload = SumInSegment();
    const auto rank = [&](query::ScanStatistics* scanned) {
      const absl::StatusOr<query::PlannedNumber> planned =
          query::PlanWithNumber(workload.expression, {kNumberTag}, StatisticsOf());
      if (!planned.ok()) Die(planned.status().ToString());
      OwnThreads threads(threads_ - 1);
      return find(JobOf(planned->program, &threads), planned->number, scanned);
    };
    Measure({.muster = [&] { rank(nullptr); }}, FigureOf(name, rank));
  }

  // The result is the sum of all counts.
  void RunBatch(const std::string& name, const std::vector<query::PlanOperand>& segments, bool baseline) {
    std::vector<uint64_t> counts;
    Figure figure = FigureOf(name, [&](query::ScanStatistics* scanned) {
      counts = CountBatch(segments, scanned);
      return std::accumulate(counts.begin(), counts.end(), uint64_t{0});
    });
    Ways ways{.muster = [&] { CountBatch(segments, nullptr); }};
    ways.muster_each = [&] {
      for (size_t i = 0; i < segments.size(); ++i) Agree(name, counts[i], Count(segments[i], nullptr));
    };
    if (baseline && settings_.baselines) {
      for (const query::PlanOperand& segment : segments) roaring_.Prepare(segment);
      ways.croaring = [&] {
        for (size_t i = 0; i < segments.size(); ++i) Agree(name, counts[i], roaring_.Count(segments[i]));
      };
    }
    Measure(ways, std::move(figure));
  }

  void RunCount(const Workload& workload) {
    const query::PlanOperand& question = workload.expression;
    Figure figure =
        FigureOf(workload.name, [&](query::ScanStatistics* scanned) { return Count(question, scanned); });
    const FlatRows flat(store_.snapshot(), settings_.baselines ? workload.flat_rows : NoRows());
    Ways ways{.muster = [&] { Count(question, nullptr); }};
    if (settings_.baselines) {
      roaring_.Prepare(question);
      Agree(workload.name, figure.answer, roaring_.Count(question));
      ways.croaring = [&] { roaring_.Count(question); };
      ways.flat = FlatWay(workload, flat, figure.answer);
    }
    Measure(ways, std::move(figure));
  }

  static std::vector<index::RowRef> NoRows() { return {}; }

  const Settings& settings_;
  const uint32_t threads_;
  const BenchStore& store_;
  Report& report_;
  RoaringBaseline roaring_;
  query::ScanOptions options_;
};

// The sizes that `make bench` uses have all rows, so that one population serves every choice of workloads;
// larger ones have only the rows requested.
Extent ExtentFor(uint64_t members, const std::vector<std::string>& only) {
  if (members <= 100'000'000) return Extent::kWholeMulti;
  const auto dense = [](const std::string& name) { return name == "and2_dense" || name == "and3_not2"; };
  if (!only.empty() && std::all_of(only.begin(), only.end(), dense)) return Extent::kDense;
  const bool many_values = only.empty() || std::find(only.begin(), only.end(), "or50_and_not") != only.end();
  return many_values ? Extent::kWholeMulti : Extent::kWhole;
}

// The processor time of this thread, including the kernel's time for its page faults.
double ThreadMilliseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

// The time of a store's first question with checks, with checks after the branches of its trees were read,
// and without checks; and the time of the second question. One entry per round.
struct FirstReads {
  std::vector<double> checked, behind_branches, unchecked, second;
};

// Measures a store's first question: every record is checked on its first read, and its pages are mapped. The
// store is opened again for each measurement; the file stays in the page cache.
FirstReads MeasureFirstReads(const Settings& settings, uint64_t members, const Workload& workload,
                             Extent extent) {
  constexpr int kTurns = 15;
  const auto open = [&] {
    auto store = BenchStore::Open(settings.folder, members, extent);
    if (!store.ok()) Die(store.status().ToString());
    return *std::move(store);
  };
  OrDie(open()->Warm());
  const auto timed = [&](const WorkloadBench& bench, std::vector<double>& taken) {
    const double start = ThreadMilliseconds();
    bench.CountOnce(workload);
    taken.push_back(ThreadMilliseconds() - start);
  };
  FirstReads reads;
  for (int turn = 0; turn < kTurns; ++turn) {
    for (std::vector<double>* taken : {&reads.checked, &reads.behind_branches, &reads.unchecked}) {
      const std::unique_ptr<BenchStore> store = open();
      if (taken == &reads.unchecked) store->TrustAll();
      if (taken == &reads.behind_branches && !store->LookAtBranches().ok()) Die("a branch is damaged");
      Report report;
      const WorkloadBench bench(settings, 1, *store, report);
      timed(bench, *taken);
      if (taken == &reads.checked) timed(bench, reads.second);
    }
  }
  return reads;
}

void PrintFirstReads(const std::string& name, uint64_t members, const FirstReads& reads) {
  struct Line {
    const char* what;
    const std::vector<double>& taken;
  };
  std::printf("%s, %llu members, of a store just opened, processor time of %zu turns:\n", name.c_str(),
              static_cast<unsigned long long>(members), reads.checked.size());
  for (const Line& line : {Line{"first", reads.checked}, Line{"first behind branches", reads.behind_branches},
                           Line{"first without checks", reads.unchecked}, Line{"second", reads.second}}) {
    std::vector<double> taken = line.taken, ratios;
    for (size_t i = 0; i < taken.size(); ++i) ratios.push_back(taken[i] / reads.unchecked[i]);
    for (std::vector<double>* each : {&taken, &ratios}) std::sort(each->begin(), each->end());
    std::printf("  %-22s %6.2f ms  %5.2fx (%.2f to %.2f)\n", line.what, taken[taken.size() / 2],
                ratios[ratios.size() / 2], ratios.front(), ratios.back());
  }
}

// For the requested workloads that are counts, or for and3_not2.
void RunFirstReads(const Settings& settings, uint64_t members) {
  std::vector<std::string> names = settings.only;
  if (names.empty()) names = {"and3_not2"};
  for (Workload (*make)() : kCounts) {
    const Workload workload = make();
    if (std::find(names.begin(), names.end(), workload.name) == names.end()) continue;
    const bool dense = settings.only.empty();
    const Extent extent = dense ? Extent::kDense : ExtentFor(members, names);
    PrintFirstReads(workload.name, members, MeasureFirstReads(settings, members, workload, extent));
  }
}

int Main(const Settings& settings) {
  Report report;
  for (const uint64_t members : settings.members) {
    if (settings.first_read) {
      RunFirstReads(settings, members);
      continue;
    }
    absl::StatusOr<std::unique_ptr<BenchStore>> store =
        BenchStore::Open(settings.folder, members, ExtentFor(members, settings.only));
    if (!store.ok()) Die(store.status().ToString());
    OrDie((*store)->Warm());
    for (const uint32_t threads : settings.threads) WorkloadBench(settings, threads, **store, report).Run();
  }
  if (settings.first_read) return 0;
  OrDie(report.WriteJson(settings.json));
  return 0;
}

}  // namespace
}  // namespace muster::benchmarks

int main(int argc, char** argv) {
  muster::benchmarks::Settings settings;
  CLI::App app("Muster's workloads beside CRoaring and the memory's limit; see benchmarks/README.md");
  app.add_option("--members", settings.members, "sizes of the population")->capture_default_str();
  app.add_option("--folder", settings.folder, "where populations are kept between runs")
      ->capture_default_str();
  app.add_option("--json", settings.json, "where the figures go")->capture_default_str();
  app.add_option("--threads", settings.threads, "of Muster's and the flat limit's scans")
      ->capture_default_str()
      ->check(CLI::Range(1u, 64u));
  app.add_option("--only", settings.only, "names of workloads; all without it");
  app.add_option("--enough-ms", settings.enough_ms, "how long each is repeated")->capture_default_str();
  app.add_flag("--first-read", settings.first_read, "what a store's first question costs, and nothing else");
  std::vector<std::string> kernels;
  for (const muster::query::Kernels* each : muster::query::AllKernels()) kernels.emplace_back(each->name);
  app.add_option("--kernels", settings.kernels, "instead of the processor's best")
      ->check(CLI::IsMember(kernels));
  app.add_flag("!--no-baselines", settings.baselines, "Muster alone");
  CLI11_PARSE(app, argc, argv);
  return muster::benchmarks::Main(settings);
}
