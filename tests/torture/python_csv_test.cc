// The cutter compared with Python's csv module, on random and damaged texts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <random>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "loaders/files/record_cutter.h"
#include "tests/loaders/files/scratch_file.h"
#include "tests/paths.h"
#include "tests/torture/torture.h"

namespace muster::loaders {
namespace {

constexpr char kPython[] = "/usr/bin/python3";

struct Sample {
  TextFormat format;
  std::string text;
};

// Prints records in the format of the Python program.
class AsPython : public CutSink {
 public:
  bool TakeCut(const CutRecord& record) override {
    std::vector<std::string> parts = {absl::StrCat(record.line)};
    for (const absl::string_view cell : record.cells) parts.push_back(absl::BytesToHexString(cell));
    records.push_back(absl::StrJoin(parts, "|"));
    return true;
  }
  bool TakeUncut(uint64_t line, const std::string&) override {
    records.push_back(absl::StrCat(line, "!"));
    return true;
  }
  std::vector<std::string> records;
};

std::vector<std::string> CutOf(const Sample& sample, size_t piece) {
  AsPython sink;
  RecordCutter cutter(sample.format, 1, piece);
  absl::Status status;
  for (size_t done = 0; status.ok() && done < sample.text.size();) {
    const absl::Span<char> room = cutter.Room();
    const size_t bytes = std::min(room.size(), sample.text.size() - done);
    std::copy_n(sample.text.data() + done, bytes, room.data());
    cutter.Add(bytes);
    done += bytes;
    status = cutter.Cut(false, sink);
  }
  if (status.ok()) status = cutter.Cut(true, sink);
  if (!status.ok()) sink.records.push_back("E");
  return sink.records;
}

// Whether Python and we mean the same by it. Python takes several carriage returns for one line end, joins
// lines at an escaped one in its own way, has no letters such as \n, and takes an escape at the end for an
// error.
bool IsComparable(const Sample& sample) {
  const char escape = sample.format.escape;
  if (absl::StrContains(sample.text, "\r\r")) return false;
  if (escape == 0) return true;
  for (size_t at = sample.text.find(escape); at != std::string::npos; at = sample.text.find(escape, at + 2)) {
    if (at + 1 == sample.text.size() || absl::StrContains("\r\nntrN", sample.text[at + 1])) return false;
  }
  return true;
}

// A table as a program writes it, damaged in some places.
Sample RandomSample(std::mt19937& random) {
  const auto below = [&random](size_t bound) { return random() % bound; };
  static const TextFormat kFormats[] = {
      {.delimiter = ",", .keep_white_space = true},
      {.delimiter = ";", .quote = '\'', .keep_white_space = true},
      {.delimiter = "\t", .quote = 0, .keep_white_space = true},
      {.delimiter = ",", .escape = '\\', .keep_white_space = true},
      {.delimiter = "|", .quote = 0, .escape = '\\', .keep_white_space = true}};
  Sample sample = {.format = kFormats[below(std::size(kFormats))]};
  const char quote = sample.format.quote == 0 ? '"' : sample.format.quote;
  const std::string q(1, quote);
  const std::string contents[] = {
      "", "a", "some text", " ", "\xe4\xb8\x8a", "x" + std::string(below(100), 'y')};
  const char* const line_end = below(2) == 0 ? "\n" : "\r\n";
  const size_t columns = 1 + below(5);
  for (size_t record = below(20); record > 0; --record) {
    for (size_t column = 0; column < columns; ++column) {
      if (column > 0) sample.text += sample.format.delimiter;
      std::string cell = contents[below(std::size(contents))];
      if (below(4) == 0) cell += absl::StrCat(q, q, sample.format.delimiter, below(2) == 0 ? "\n" : "z");
      sample.text += below(3) == 0 ? absl::StrCat(q, cell, q) : cell;
    }
    sample.text += below(15) == 0 ? "" : line_end;
  }
  const std::string damage[] = {q, q + q, "\n", "\r", "\r\n", sample.format.delimiter, "\\", "w"};
  for (size_t places = below(4); places > 0; --places) {
    sample.text.insert(below(sample.text.size() + 1), damage[below(std::size(damage))]);
  }
  return sample;
}

// What Python makes of each sample.
std::vector<std::vector<std::string>> ReadAsPython(const std::vector<Sample>& samples) {
  std::string input;
  for (const Sample& sample : samples) {
    absl::StrAppend(&input, sample.text.size(), " ", static_cast<int>(sample.format.delimiter[0]), " ",
                    static_cast<int>(sample.format.quote), " ", static_cast<int>(sample.format.escape), "\n",
                    sample.text);
  }
  const ScratchFile file("samples", input);
  const std::string command =
      absl::StrCat(kPython, " ", MUSTER_SOURCE_DIR, "/tests/torture/read_as_python.py < ", file.path());
  FILE* const pipe = popen(command.c_str(), "r");
  std::vector<std::vector<std::string>> answers(1);
  char buffer[65536];
  while (pipe != nullptr && std::fgets(buffer, sizeof buffer, pipe) != nullptr) {
    std::string line(buffer);
    if (!line.empty() && line.back() == '\n') line.pop_back();
    if (line == ".") {
      answers.emplace_back();
    } else {
      answers.back().push_back(std::move(line));
    }
  }
  EXPECT_EQ(pipe == nullptr ? -1 : pclose(pipe), 0);
  answers.pop_back();
  return answers;
}

TEST(PythonCsv, ReadsTheSameRecords) {
  if (access(kPython, X_OK) != 0) GTEST_SKIP() << "there is no " << kPython;
  const uint32_t wanted = muster::testing::InFull(4'000u, 400'000u);
  constexpr uint32_t kAtOnce = 20'000;
  std::mt19937 random(7);
  size_t compared = 0;
  for (uint32_t done = 0; done < wanted; done += kAtOnce) {
    std::vector<Sample> samples;
    while (samples.size() < std::min(wanted - done, kAtOnce)) {
      Sample sample = RandomSample(random);
      if (IsComparable(sample)) samples.push_back(std::move(sample));
    }
    const auto answers = ReadAsPython(samples);
    ASSERT_EQ(answers.size(), samples.size());
    for (size_t i = 0; i < samples.size(); ++i) {
      std::vector<std::string> expected = answers[i];
      std::vector<std::string> cut = CutOf(samples[i], 1 + random() % 300);
      if (!expected.empty() && expected.back() == "M") {  // up to there, and that it is a broken record
        expected.pop_back();
        cut.resize(std::min(cut.size(), expected.size()));
      }
      ASSERT_EQ(cut, expected) << absl::CEscape(samples[i].text) << " divided by "
                               << absl::CEscape(samples[i].format.delimiter);
      compared += expected.size();
    }
  }
  EXPECT_GT(compared, wanted);
}

}  // namespace
}  // namespace muster::loaders
