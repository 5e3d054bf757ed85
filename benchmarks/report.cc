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

std::string Ratio(const std::optional<double>& of, double to) {
  return of.has_value() ? absl::StrFormat("%.2fx", *of / to) : "";
}

std::string Milliseconds(const std::optional<double>& value) {
  return value.has_value() ? absl::StrFormat("%.3f", *value) : "";
}

void SetNumber(Struct& row, const char* name, const std::optional<double>& value) {
  if (value.has_value()) (*row.mutable_fields())[name].set_number_value(*value);
}

Struct RowOf(const Figure& figure) {
  Struct row;
  (*row.mutable_fields())["name"].set_string_value(figure.name);
  SetNumber(row, "members", static_cast<double>(figure.members));
  SetNumber(row, "threads", figure.threads);
  SetNumber(row, "muster_ms", figure.muster_ms);
  SetNumber(row, "croaring_ms", figure.croaring_ms);
  SetNumber(row, "flat_ms", figure.flat_ms);
  SetNumber(row, "muster_each_ms", figure.muster_each_ms);
  SetNumber(row, "answer", static_cast<double>(figure.answer));
  SetNumber(row, "chunks_touched", static_cast<double>(figure.chunks_touched));
  SetNumber(row, "chunks", static_cast<double>(figure.chunks));
  SetNumber(row, "bytes_read", static_cast<double>(figure.bytes_read));
  return row;
}

}  // namespace

Report::Report() {
  std::printf("%-18s %13s %3s %10s %11s %9s %10s %9s %9s %9s %15s %10s\n", "name", "members", "thr",
              "muster ms", "croaring ms", "croaring", "flat ms", "of flat", "each ms", "each", "chunks",
              "MB read");
}

void Report::Add(Figure figure) {
  const std::string of_flat =
      figure.flat_ms.has_value() ? absl::StrFormat("%.2f", figure.muster_ms / *figure.flat_ms) : "";
  std::printf("%-18s %13llu %3u %10.3f %11s %9s %10s %9s %9s %9s %15s %10.1f\n", figure.name.c_str(),
              static_cast<unsigned long long>(figure.members), figure.threads, figure.muster_ms,
              Milliseconds(figure.croaring_ms).c_str(), Ratio(figure.croaring_ms, figure.muster_ms).c_str(),
              Milliseconds(figure.flat_ms).c_str(), of_flat.c_str(),
              Milliseconds(figure.muster_each_ms).c_str(),
              Ratio(figure.muster_each_ms, figure.muster_ms).c_str(),
              absl::StrCat(figure.chunks_touched, "/", figure.chunks).c_str(),
              static_cast<double>(figure.bytes_read) / 1e6);
  std::fflush(stdout);
  figures_.push_back(std::move(figure));
}

absl::Status Report::WriteJson(const std::string& path) const {
  std::vector<Struct> rows;
  for (const Figure& figure : figures_) rows.push_back(RowOf(figure));
  return MergeRows(path, rows);
}

}  // namespace muster::benchmarks
