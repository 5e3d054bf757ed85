// The data sets converted to NDJSON and to long tables, loaded, and asked all of their questions.
#include <grpcpp/grpcpp.h>

#include <fstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "loaders/files/record_reader.h"
#include "muster/v1/query_service.grpc.pb.h"
#include "tests/data_sets/data_set.h"
#include "tests/data_sets/expected_answer.h"
#include "tests/data_sets/json_expression.h"
#include "tests/matchers/status.h"
#include "tests/processes/child_process.h"
#include "tests/processes/server_process.h"

namespace muster::testing {
namespace {

enum class Form { kNdjson, kLong };

std::string JsonText(absl::string_view text) {
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}, {"\t", "\\t"}}), "\"");
}

std::string CsvText(absl::string_view text) {
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

// Writes records of a set in another form.
class Converter : public loaders::RecordSink {
 public:
  Converter(const DataSet& set, const loaders::RecordReader& reader, Form form, const std::string& path)
      : set_(set), columns_(reader.columns()), form_(form), out_(path, std::ios::binary) {
    id_ = *loaders::FindColumn(reader, set.id_column);
    if (form == Form::kLong) out_ << "value,member,tag\n";
  }

  void TakeRecord(uint64_t, absl::Span<const absl::string_view> cells) override {
    if (form_ == Form::kNdjson) {
      WriteObject(cells);
    } else {
      WriteLong(cells);
    }
  }
  void TakeBroken(const loaders::BrokenRecord& record) override { ADD_FAILURE() << record.message; }

 private:
  bool IsList(size_t column) const { return !set_.fixed_tags.empty() && column != id_; }

  // Numbers bare, lists as arrays; what is empty is null or left out.
  void WriteObject(absl::Span<const absl::string_view> cells) {
    out_ << "{";
    for (size_t i = 0; i < cells.size(); ++i) {
      const absl::string_view cell = absl::StripAsciiWhitespace(cells[i]);
      if (cell.empty() && i % 2 == 0) continue;
      out_ << (begun_ ? ", " : "") << JsonText(columns_[i]) << ": ";
      begun_ = true;
      if (cell.empty()) {
        out_ << "null";
      } else if (IsList(i)) {
        out_ << "[";
        bool more = false;
        for (const absl::string_view part : absl::StrSplit(cell, '|')) {
          out_ << (more ? "," : "") << JsonText(part);
          more = true;
        }
        out_ << "]";
      } else {
        out_ << (set_.numbers.contains(columns_[i]) ? std::string(cell) : JsonText(cell));
      }
    }
    out_ << "}\n";
    begun_ = false;
  }

  // A record of each value, and one without for a member that has none.
  void WriteLong(absl::Span<const absl::string_view> cells) {
    const std::string member = CsvText(absl::StripAsciiWhitespace(cells[id_]));
    bool written = false;
    std::string last;
    for (size_t i = 0; i < cells.size(); ++i) {
      if (i == id_ || set_.left_out.contains(columns_[i])) continue;
      last = columns_[i];
      const absl::string_view cell = absl::StripAsciiWhitespace(cells[i]);
      if (cell.empty()) continue;
      for (const absl::string_view part : absl::StrSplit(cell, IsList(i) ? '|' : '\x01')) {
        out_ << CsvText(part) << "," << member << "," << CsvText(columns_[i]) << "\n";
        written = true;
      }
    }
    if (!written) out_ << "," << member << "," << CsvText(last) << "\n";
  }

  const DataSet& set_;
  const std::vector<std::string> columns_;
  const Form form_;
  std::ofstream out_;
  size_t id_ = 0;
  bool begun_ = false;  // of the current object
};

void Convert(const DataSet& set, Form form, const std::string& path) {
  const std::string file = absl::StrCat(DataSetsFolder(), "/", set.name, "/", set.file);
  const auto reader = loaders::RecordReader::Open({file}, {});
  ASSERT_THAT(reader, IsOk());
  Converter converter(set, **reader, form, path);
  absl::StatusOr<bool> more = true;
  while (more.ok() && *more) more = (*reader)->ReadSome(converter);
  ASSERT_THAT(more, IsOk());
}

std::string SchemaOf(const DataSet& set, Form form) {
  const std::string schema = SchemaOf(set);
  if (form == Form::kNdjson) return absl::StrCat("format: ndjson\n", schema);
  return absl::StrCat(
      "layout: long\n",
      absl::StrReplaceAll(schema, {{absl::StrCat("member_id: ", set.id_column), "member_id: member"}}));
}

class DataSetForm : public ::testing::TestWithParam<std::tuple<DataSet, Form>> {};

TEST_P(DataSetForm, AnswersAllQuestions) {
  const auto& [set, form] = GetParam();
  if (DataSetsFolder().empty()) GTEST_SKIP() << "the data sets are not beside the project (../shared/data)";
  const ScratchFolder scratch;
  ServerProcess server(scratch.path() + "/data");
  ASSERT_TRUE(server.up());
  const std::string path = scratch.path() + "/converted";
  Convert(set, form, path);
  std::vector<std::string> arguments = {
      "--server", server.address(), "load",    path,       "--population",
      "p",        "--mode",         "replace", "--schema", scratch.Write("tags.yaml", SchemaOf(set, form))};
  arguments.insert(arguments.end(), set.load_options.begin(), set.load_options.end());
  const Finished load = testing::Run("muster", arguments);
  ASSERT_EQ(load.exit_code, 0) << load.err;
  const auto stub = muster::v1::QueryService::NewStub(
      grpc::CreateChannel(server.address(), grpc::InsecureChannelCredentials()));
  size_t asked_count = 0;
  for (const Asked& asked : ReadQuestions().asked) {
    if (asked.set != set.name || !asked.excepted.empty()) continue;
    SCOPED_TRACE(asked.id);
    muster::v1::ExpressionSource text;
    text.set_text(TextOf(asked.expression));
    ExpectAnswer(*stub, text, asked);
    ++asked_count;
  }
  EXPECT_GT(asked_count, 0u);
  EXPECT_EQ(server.Stop(), 0);
}

INSTANTIATE_TEST_SUITE_P(
    DataSets, DataSetForm,
    ::testing::Combine(::testing::ValuesIn(DataSets()), ::testing::Values(Form::kNdjson, Form::kLong)),
    [](const auto& info) {
      const std::string name = absl::StrReplaceAll(std::get<0>(info.param).name, {{"-", "_"}, {".", "_"}});
      return name + (std::get<1>(info.param) == Form::kNdjson ? "_ndjson" : "_long");
    });

}  // namespace
}  // namespace muster::testing
