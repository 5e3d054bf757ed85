#include "clients/cli/batch_count.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/batch_file.h"
#include "clients/cli/table.h"
#include "clients/cpp/failure.h"
#include "index/status/status_macros.h"

namespace muster::cli {
namespace {

// The server's limit for one call.
constexpr size_t kMaxExpressions = 10'000;
// A message has at most 16 MiB, and the response repeats each expression, with a receipt.
constexpr size_t kMaxTextBytes = 4 << 20;

// How many expressions from `first` on fit into one call: at least one, at most `most`.
size_t FittingExpressions(const std::vector<BatchLine>& lines, size_t first, size_t most) {
  size_t count = 0;
  size_t bytes = 0;
  while (first + count < lines.size() && count < most) {
    bytes += lines[first + count].expression.size();
    if (count > 0 && bytes > kMaxTextBytes) break;
    ++count;
  }
  return count;
}

// All responses combined: results in order, with the snapshot of the first call.
absl::StatusOr<v1::BatchCountMembersResponse> AskAll(client::Client& client, const QuestionOptions& question,
                                                     const std::vector<BatchLine>& lines) {
  v1::BatchCountMembersResponse all;
  size_t most = kMaxExpressions;
  size_t first = 0;
  while (first < lines.size()) {
    auto request = RequestWithout<v1::BatchCountMembersRequest>(question);
    if (first > 0) {
      request.set_snapshot(all.snapshot());
      request.set_today(all.today());
    }
    const size_t count = FittingExpressions(lines, first, most);
    for (size_t i = 0; i < count; ++i)
      request.add_expressions()->mutable_expression()->set_text(lines[first + i].expression);
    auto answer = client.BatchCount(request);
    if (answer.status().code() == absl::StatusCode::kOutOfRange && count > 1) {
      most = count / 2;  // the response, with its errors and warnings, exceeded one message
      continue;
    }
    RETURN_IF_ERROR(answer.status());
    if (static_cast<size_t>(answer->results_size()) != count) {
      return absl::InternalError(absl::StrCat("the server answered ", answer->results_size(), " of ", count,
                                              " expressions: is it a Muster server of this version?"));
    }
    answer->set_evaluation_us(all.evaluation_us() + answer->evaluation_us());
    all.mutable_results()->MergeFrom(answer->results());
    answer->mutable_results()->Swap(all.mutable_results());
    all.Swap(&*answer);
    first += count;
  }
  return all;
}

// Writes errors and warnings, each with the line of its expression.
void ReportLines(Invocation& run, const std::vector<BatchLine>& lines,
                 const v1::BatchCountMembersResponse& answer) {
  for (size_t i = 0; i < lines.size(); ++i) {
    const v1::BatchCountMembersResult& result = answer.results(static_cast<int>(i));
    if (result.has_counted()) {
      ReportWarnings(run.terminal, result.counted().warnings(), lines[i].expression, lines[i].line);
      for (const std::string& notice : result.counted().notices())
        WriteNote(run.terminal, absl::StrCat("line ", lines[i].line, ": ", notice));
    } else {
      ReportFailure(run.terminal, client::StatusOfExpression(result.error()), lines[i].expression,
                    lines[i].line);
      run.exit_code = kFailed;
    }
  }
}

std::string CountText(const v1::BatchCountMembersResult& result) {
  return result.has_counted() ? absl::StrCat(result.counted().count()) : "";
}

// Why an expression has no count. Its line is the file's, which has a column of its own.
std::string ErrorCell(const v1::BatchCountMembersResult& result) {
  if (result.has_counted()) return "";
  const client::Failure failure = client::FailureOf(client::StatusOfExpression(result.error()));
  std::vector<std::string> problems;
  for (const client::Violation& violation : failure.violations) {
    if (violation.line == 0) return failure.message;
    problems.push_back(absl::StrCat("column ", violation.column, ": ", violation.description));
  }
  return problems.empty() ? failure.message : absl::StrJoin(problems, " ");
}

std::string BatchCsv(const std::vector<BatchLine>& lines, const v1::BatchCountMembersResponse& answer) {
  std::string csv = CsvLine({"line", "expression", "count", "error"});
  for (size_t i = 0; i < lines.size(); ++i) {
    const v1::BatchCountMembersResult& result = answer.results(static_cast<int>(i));
    csv += CsvLine({absl::StrCat(lines[i].line), lines[i].expression, CountText(result), ErrorCell(result)});
  }
  return csv;
}

// The response as its message defines it; each result also has the line of its expression.
std::string BatchJson(const std::vector<BatchLine>& lines, const v1::BatchCountMembersResponse& answer) {
  Json json = JsonObject(answer);
  Json results = Json::array();
  for (size_t i = 0; i < lines.size(); ++i) {
    Json result = {{"line", lines[i].line}};
    result.update(json["results"][i]);
    results.push_back(std::move(result));
  }
  json["results"] = std::move(results);
  return JsonText(json);
}

std::string BatchText(const v1::BatchCountMembersResponse& answer) {
  std::string text;
  for (const v1::BatchCountMembersResult& result : answer.results()) {
    absl::StrAppend(&text, CountText(result), "\n");
  }
  return text;
}

}  // namespace

void CountBatch(Invocation& run, client::Client& client, const QuestionOptions& question,
                const std::string& path) {
  const auto lines = ReadBatch(path, run.in);
  if (!lines.ok()) {
    run.exit_code = ReportFailure(run.terminal, lines.status());
    return;
  }
  const auto answer = AskAll(client, question, *lines);
  if (!answer.ok()) {
    run.exit_code = ReportFailure(run.terminal, answer.status());
    return;
  }
  ReportLines(run, *lines, *answer);
  run.terminal.out << (run.format == Format::kJson  ? BatchJson(*lines, *answer)
                       : run.format == Format::kCsv ? BatchCsv(*lines, *answer)
                                                    : BatchText(*answer));
}

}  // namespace muster::cli
