#include "benchmarks/bench_json.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace muster::benchmarks {
namespace {

using google::protobuf::ListValue;
using google::protobuf::Struct;
using google::protobuf::Value;

// The processor's own name.
std::string Machine() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (absl::StartsWith(line, "model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

Struct ReadReport(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  Struct report;
  if (!google::protobuf::util::JsonStringToMessage(text.str(), &report).ok()) report.Clear();
  return report;
}

const Value& Field(const Struct& row, const char* name) {
  static const Value kNone;
  const auto found = row.fields().find(name);
  return found == row.fields().end() ? kNone : found->second;
}

bool SameMeasurement(const Struct& a, const Struct& b) {
  return Field(a, "name").string_value() == Field(b, "name").string_value() &&
         Field(a, "members").number_value() == Field(b, "members").number_value() &&
         Field(a, "threads").number_value() == Field(b, "threads").number_value();
}

}  // namespace

Struct NewRow(const std::string& name, uint64_t members) {
  Struct row;
  (*row.mutable_fields())["name"].set_string_value(name);
  SetNumber(row, "members", static_cast<double>(members));
  return row;
}

void SetNumber(Struct& row, const char* name, double value) {
  (*row.mutable_fields())[name].set_number_value(value);
}

absl::Status MergeRows(const std::string& path, const std::vector<Struct>& rows) {
  const Struct earlier = ReadReport(path);
  Struct report;
  (*report.mutable_fields())["machine"].set_string_value(Machine());
  ListValue& merged = *(*report.mutable_fields())["rows"].mutable_list_value();
  if (Field(earlier, "machine").string_value() == Machine()) {
    for (const Value& row : Field(earlier, "rows").list_value().values()) {
      const auto same = [&row](const Struct& added) { return SameMeasurement(row.struct_value(), added); };
      if (std::none_of(rows.begin(), rows.end(), same)) *merged.add_values() = row;
    }
  }
  for (const Struct& row : rows) *merged.add_values()->mutable_struct_value() = row;
  std::string json;
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  if (!google::protobuf::util::MessageToJsonString(report, &json, options).ok()) {
    return absl::InternalError("the figures can't be written as JSON");
  }
  std::ofstream file(path);
  file << json;
  file.close();
  return file ? absl::OkStatus() : absl::InternalError(absl::StrCat("can't write ", path));
}

}  // namespace muster::benchmarks
