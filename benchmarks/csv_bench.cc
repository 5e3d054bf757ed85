// The CSV reader alone: from text in memory to cells, for several shapes of table.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "loaders/files/record_cutter.h"

namespace muster::loaders {
namespace {

constexpr size_t kTextBytes = 16 << 20;

// The content of the cell in column `column` of record `record`.
using CellOf = std::string (*)(size_t record, size_t column);

std::string Plain(size_t record, size_t column) { return absl::StrCat(record * 7919 % 100003 + column); }
std::string Quoted(size_t record, size_t column) {
  return absl::StrCat("\"value ", (record + column) % 997, "\"");
}
std::string Doubled(size_t record, size_t column) {
  return absl::StrCat("\"say \"\"", (record + column) % 997, "\"\", and go\n\"");
}
std::string Long(size_t record, size_t) { return std::string(40 + record % 40, 'x'); }

std::string TextOf(size_t columns, CellOf cell) {
  std::string text;
  for (size_t record = 0; text.size() < kTextBytes; ++record) {
    for (size_t column = 0; column < columns; ++column) {
      absl::StrAppend(&text, column == 0 ? "" : ",", cell(record, column));
    }
    text += "\n";
  }
  return text;
}

class Counted : public CutSink {
 public:
  bool TakeCut(const CutRecord& record) override {
    cells += record.found;
    bytes += record.cells.back().size();
    return true;
  }
  bool TakeUncut(uint64_t, const std::string&) override { return true; }
  uint64_t cells = 0, bytes = 0;
};

void Cut(benchmark::State& state, size_t columns, CellOf cell) {
  const std::string text = TextOf(columns, cell);
  Counted sink;
  for (auto unused : state) {
    RecordCutter cutter({.delimiter = ","}, 1);
    for (size_t done = 0; done < text.size();) {
      const absl::Span<char> room = cutter.Room();
      const size_t bytes = std::min(room.size(), text.size() - done);
      std::copy_n(text.data() + done, bytes, room.data());
      cutter.Add(bytes);
      done += bytes;
      if (!cutter.Cut(done == text.size(), sink).ok()) state.SkipWithError("the text can't be cut");
    }
    benchmark::DoNotOptimize(sink.bytes);
  }
  state.SetBytesProcessed(static_cast<int64_t>(text.size() * state.iterations()));
  state.counters["cells/s"] =
      benchmark::Counter(static_cast<double>(sink.cells), benchmark::Counter::kIsRate);
}

BENCHMARK_CAPTURE(Cut, numbers_of_5_digits_10_columns, size_t{10}, Plain);
BENCHMARK_CAPTURE(Cut, texts_of_60_bytes_10_columns, size_t{10}, Long);
BENCHMARK_CAPTURE(Cut, all_quoted_10_columns, size_t{10}, Quoted);
BENCHMARK_CAPTURE(Cut, doubled_quotes_and_line_ends_10_columns, size_t{10}, Doubled);

}  // namespace
}  // namespace muster::loaders
