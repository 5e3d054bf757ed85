#include "benchmarks/report.h"

#include <google/protobuf/struct.pb.h>

#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "benchmarks/bench_json.h"

namespace muster::benchmarks {
namespace {

using google::protobuf::Struct;

std::string Ratio(const std::optional<double>& of, const std::optional<double>& to) {
  return of.has_value() && to.has_value() ? absl::StrFormat("%.2f", *of / *to) : "";
}

std::string Milliseconds(const std::optional<double>& value) {
  return value.has_value() ? absl::StrFormat("%.3f", *value) : "";
}

void SetIfMeasured(Struct& row, const char* name, const std::optional<double>& value) {
  if (value.has_value()) SetNumber(row, name, *value);
}

Struct RowOf(const Figure& figure) {
  Struct row = NewRow(figure.name, figure.members);
  SetNumber(row, "threads", figure.threads);
  SetIfMeasured(row, "muster_ms", figure.muster_ms);
  SetIfMeasured(row, "croaring_ms", figure.croaring_ms);
  SetIfMeasured(row, "flat_ms", figure.flat_ms);
  SetIfMeasured(row, "muster_each_ms", figure.muster_each_ms);
  SetNumber(row, "answer", static_cast<double>(figure.answer));
  SetNumber(row, "chunks_touched", static_cast<double>(figure.chunks_touched));
  SetNumber(row, "chunks", static_cast<double>(figure.chunks));
  SetNumber(row, "bytes_read", static_cast<double>(figure.bytes_read));
  SetNumber(row, "bytes_allocated", static_cast<double>(figure.bytes_allocated));
  return row;
}

}  // namespace

void Report::PrintHead() const {
  std::printf("%-16s %10s %3s %9s %11s %8s %8s %7s %9s %6s %15s %8s %8s\n", "name", "members", "thr",
              "muster ms", "croaring ms", "times", "flat ms", "of flat", "each ms", "times", "chunks",
              "MB read", "KiB held");
}

void Report::Add(Figure figure) {
  if (figures_.empty()) PrintHead();
  std::printf(
      "%-16s %10llu %3u %9s %11s %8s %8s %7s %9s %6s %15s %8.1f %8.0f\n", figure.name.c_str(),
      static_cast<unsigned long long>(figure.members), figure.threads, Milliseconds(figure.muster_ms).c_str(),
      Milliseconds(figure.croaring_ms).c_str(), Ratio(figure.croaring_ms, figure.muster_ms).c_str(),
      Milliseconds(figure.flat_ms).c_str(), Ratio(figure.muster_ms, figure.flat_ms).c_str(),
      Milliseconds(figure.muster_each_ms).c_str(), Ratio(figure.muster_each_ms, figure.muster_ms).c_str(),
      absl::StrCat(figure.chunks_touched, "/", figure.chunks).c_str(),
      static_cast<double>(figure.bytes_read) / 1e6, static_cast<double>(figure.bytes_allocated) / 1024);
  std::fflush(stdout);
  figures_.push_back(std::move(figure));
}

absl::Status Report::WriteJson(const std::string& path) const {
  std::vector<Struct> rows;
  for (const Figure& figure : figures_) rows.push_back(RowOf(figure));
  return MergeRows(path, rows);
}

}  // namespace muster::benchmarks
