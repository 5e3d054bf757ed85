// The dictionary of member ids alone: processor time for ids that are new, and for ids that it knows, and the
// bytes that they take on the disk.
#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_format.h"
#include "benchmarks/die.h"
#include "index/dictionary/member_dictionary.h"
#include "index/storage/environment.h"
#include "index/storage/writer_queue.h"

namespace muster::index {

using benchmarks::OrDie;

namespace {

// As loads store pending ids.
constexpr uint64_t kPendingBytesMax = uint64_t{512} << 20;

double CpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Different ids, one after another in one text.
class ManyIds {
 public:
  ManyIds(const std::string& kind, size_t count) {
    std::mt19937_64 random(1);
    text_.reserve(count * 37);
    for (size_t i = 0; i < count; ++i) {
      Append(kind, i, random);
      ends_.push_back(text_.size());
    }
  }
  std::string_view operator[](size_t i) const {
    const size_t begin = i == 0 ? 0 : ends_[i - 1];
    return std::string_view(text_).substr(begin, ends_[i] - begin);
  }
  double average() const { return static_cast<double>(text_.size()) / static_cast<double>(ends_.size()); }

 private:
  void Append(const std::string& kind, size_t i, std::mt19937_64& random) {
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    if (kind == "decimal") {
      // Scattered and different: the factor has no divisor in common with the number of numbers.
      absl::StrAppendFormat(&text_, "%d", 100'000'000'000 + i * 618'033'988'751 % 900'000'000'000);
    } else if (kind == "counted") {
      absl::StrAppendFormat(&text_, "m%09d", i);
    } else if (kind == "uuid") {
      const uint64_t a = random(), b = random();
      absl::StrAppendFormat(&text_, "%08x-%04x-4%03x-%04x-%012x", a >> 32, a >> 16 & 0xffff, a & 0xfff,
                            0x8000 | (b >> 48 & 0x3fff), b & 0xffffffffffff);
    } else {
      for (uint64_t bits = random(), n = 0; n < 16; ++n, bits = n == 8 ? random() : bits >> 6)
        text_.push_back(kLetters[bits & 63]);
    }
  }
  std::string text_;
  std::vector<uint64_t> ends_;
};

// An environment in a folder, with its dictionary.
struct OpenDictionary {
  explicit OpenDictionary(const std::string& folder) {
    auto opened = Environment::Open({.directory = folder, .kind = EnvironmentKind::kMembers});
    OrDie(opened.status());
    environment = *std::move(opened);
    writer = std::make_unique<WriterQueue>(*environment);
    auto made = MemberDictionary::Open(*writer);
    OrDie(made.status());
    dictionary = *std::move(made);
  }
  std::unique_ptr<Environment> environment;
  std::unique_ptr<WriterQueue> writer;
  std::unique_ptr<MemberDictionary> dictionary;
};

// Assigns ordinals to all ids, in that order; returns the processor's seconds. Each id's ordinal must be its
// place.
double AssignAll(MemberDictionary& dictionary, const ManyIds& ids, const std::vector<uint32_t>& order,
                 size_t batch) {
  const double begin = CpuSeconds();
  std::vector<std::string_view> some;
  std::vector<Ordinal> ordinals;
  for (size_t at = 0; at < order.size(); at += batch) {
    const size_t size = std::min(batch, order.size() - at);
    some.clear();
    for (size_t i = 0; i < size; ++i) some.push_back(ids[order[at + i]]);
    ordinals.resize(size);
    OrDie(dictionary.Assign(some, absl::MakeSpan(ordinals)));
    for (size_t i = 0; i < size; ++i)
      if (ordinals[i] != order[at + i]) OrDie(absl::InternalError("an id has the ordinal of another"));
    if (dictionary.PendingBytes() > kPendingBytesMax) OrDie(dictionary.Flush());
  }
  OrDie(dictionary.Flush());
  return CpuSeconds() - begin;
}

void Measure(const std::string& kind, size_t count, size_t batch, const std::string& folder) {
  std::filesystem::remove_all(folder);
  const ManyIds ids(kind, count);
  std::vector<uint32_t> in_order(count);
  std::iota(in_order.begin(), in_order.end(), 0);
  std::vector<uint32_t> shuffled(in_order);
  std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937_64(2));
  double fresh = 0;
  double bytes = 0;
  {
    OpenDictionary open(folder);
    fresh = AssignAll(*open.dictionary, ids, in_order, batch);
    bytes = static_cast<double>(open.environment->disk_bytes()) / static_cast<double>(count);
  }
  OpenDictionary open(folder);
  const double first = AssignAll(*open.dictionary, ids, in_order, batch);
  const double again = AssignAll(*open.dictionary, ids, in_order, batch);
  const double scattered = AssignAll(*open.dictionary, ids, shuffled, batch);
  const double list_begin = CpuSeconds();
  std::vector<Ordinal> all(count);
  std::iota(all.begin(), all.end(), Ordinal{0});
  size_t listed = 0;
  for (size_t at = 0; at < count; at += batch) {
    std::vector<std::string> some;
    OrDie(open.dictionary->ReadIds(absl::MakeConstSpan(all).subspan(at, batch), some));
    listed += some.size();
  }
  if (listed != count) OrDie(absl::InternalError("ids are missing"));
  std::printf("| %-8s | %7.1f | %6.2f | %6.2f | %6.2f | %6.2f | %6.2f | %6.1f |\n", kind.c_str(),
              ids.average(), fresh, first, again, scattered, CpuSeconds() - list_begin, bytes);
  std::fflush(stdout);
}

}  // namespace
}  // namespace muster::index

int main(int argc, char** argv) {
  CLI::App app("Processor time and disk space of the dictionary of member ids.");
  size_t count = 10'000'000, batch = 65'536;
  std::string folder = "build/bench/dictionary";
  std::vector<std::string> kinds = {"text", "decimal", "counted", "uuid"};
  app.add_option("--ids", count, "how many ids of each kind")->capture_default_str();
  app.add_option("--batch", batch, "ids assigned at once")->capture_default_str();
  app.add_option("--folder", folder, "where they are stored; removed")->capture_default_str();
  app.add_option("--kinds", kinds, "text, decimal, counted, uuid")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  std::filesystem::create_directories(std::filesystem::path(folder).parent_path());
  std::printf(
      "%zu ids of each kind in batches of %zu; processor seconds, and bytes an id on the disk\n\n"
      "| ids      | size    | new    | opened | known  | any    | listed | bytes  |\n"
      "| -------- | ------- | ------ | ------ | ------ | ------ | ------ | ------ |\n",
      count, batch);
  for (const std::string& kind : kinds) muster::index::Measure(kind, count, batch, folder);
  std::filesystem::remove_all(folder);
}
