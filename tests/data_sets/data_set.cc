#include "tests/data_sets/data_set.h"

#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "google/protobuf/util/json_util.h"
#include "tests/paths.h"

namespace muster::testing {
namespace {

// gzopen reads plain files too.
std::vector<std::string> HeaderOf(const std::string& path) {
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return {};
  char line[8192] = "";
  gzgets(file, line, sizeof line);
  gzclose(file);
  return absl::StrSplit(absl::StripAsciiWhitespace(line), ',');
}

std::string KindOf(const DataSet& set, const std::string& column) {
  const auto number = set.numbers.find(column);
  if (number != set.numbers.end()) return absl::StrCat("NUMBER\n    scale: ", number->second);
  return set.multi.count(column) > 0 ? "MULTI" : "SINGLE";
}

// Whether the question uses something that Muster doesn't answer yet.
std::string Excepted(const DataSet& set, const google::protobuf::Struct& node) {
  const auto& fields = node.fields();
  const std::string& op = fields.at("op").string_value();
  if (op == "events") return "counts events under a joint condition";
  const auto tag = fields.find("tag");
  if (tag != fields.end() && set.left_out.count(tag->second.string_value()) > 0)
    return "a range over a many-valued column";
  if (fields.count("arg") > 0) return Excepted(set, fields.at("arg").struct_value());
  if (fields.count("args") == 0) return "";
  for (const auto& operand : fields.at("args").list_value().values()) {
    const std::string why = Excepted(set, operand.struct_value());
    if (!why.empty()) return why;
  }
  return "";
}

// A line of questions.jsonl; nothing when it isn't one.
std::optional<Asked> QuestionOf(const DataSet& set, const std::string& line) {
  google::protobuf::Struct parsed;
  if (!google::protobuf::util::JsonStringToMessage(line, &parsed).ok()) return std::nullopt;
  const auto& fields = parsed.fields();
  for (const char* field : {"id", "expr", "count", "members_sha256"}) {
    if (fields.count(field) == 0) return std::nullopt;
  }
  Asked asked{set.name,
              fields.at("id").string_value(),
              fields.at("expr").struct_value(),
              static_cast<uint64_t>(fields.at("count").number_value()),
              fields.at("members_sha256").string_value(),
              ""};
  asked.excepted = Excepted(set, asked.expression);
  return asked;
}

}  // namespace

void PrintTo(const DataSet& set, std::ostream* out) { *out << set.name; }

void PrintTo(const Asked& asked, std::ostream* out) { *out << asked.id << " of " << asked.set; }

std::string DataSetsFolder() {
  const std::filesystem::path folder = std::filesystem::path(MUSTER_SOURCE_DIR) / ".." / "shared" / "data";
  return std::filesystem::exists(folder) ? folder.string() : "";
}

std::vector<DataSet> DataSets() {
  return {
      {"telco-churn",
       "customers.csv",
       "customerID",
       {{"tenure", 0}, {"MonthlyCharges", 2}, {"TotalCharges", 2}},
       {},
       {},
       {},
       ""},
      {"census-99k",
       "people.csv.gz",
       "person",
       {{"age", 0},
        {"wage_per_hour", 0},
        {"capital_gains", 0},
        {"capital_losses", 0},
        {"dividends", 0},
        {"instance_weight", 2},
        {"employer_size", 0},
        {"weeks_worked", 0}},
       {},
       {},
       {},
       ""},
      {"online-retail",
       "events.csv.gz",
       "customer",
       {},
       {"invoice", "stock_code", "description", "country", "ts"},
       {"quantity", "unit_price"},
       {"--max-rejected", "0.3"},
       ""},
      {"flags-1.9m",
       "entities.csv.gz",
       "entity",
       {},
       {},
       {},
       {},
       "  - name: flag\n    column: flags\n    kind: MULTI\n    separator: \"|\"\n"},
  };
}

std::string LoadedFolder(const DataSet& set) { return absl::StrCat(MUSTER_LOADED_DIR, "/", set.name); }

std::string SchemaOf(const DataSet& set) {
  // A population's name has no dots.
  std::string yaml = absl::StrCat("member_id: ", set.id_column, "\ntags:\n");
  if (!set.fixed_tags.empty()) return yaml + set.fixed_tags;
  for (const std::string& column : HeaderOf(absl::StrCat(DataSetsFolder(), "/", set.name, "/", set.file))) {
    if (column == set.id_column || set.left_out.count(column) > 0) continue;
    absl::StrAppend(&yaml, "  - name: ", column, "\n    kind: ", KindOf(set, column), "\n");
  }
  return yaml;
}

Questions ReadQuestions() {
  Questions questions;
  if (DataSetsFolder().empty()) return questions;
  for (const DataSet& set : DataSets()) {
    const std::string path = absl::StrCat(DataSetsFolder(), "/", set.name, "/questions.jsonl");
    std::ifstream in(path);
    int line = 0;
    for (std::string text; std::getline(in, text);) {
      ++line;
      std::optional<Asked> asked = QuestionOf(set, text);
      if (asked.has_value()) {
        questions.asked.push_back(*std::move(asked));
      } else {
        questions.problems.push_back(absl::StrCat(path, ", line ", line, " is no question: ", text));
      }
    }
    if (line == 0) questions.problems.push_back(path + " has no questions, or isn't there");
  }
  return questions;
}

}  // namespace muster::testing
