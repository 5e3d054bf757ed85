#include "clients/cli/terminal.h"

#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/caret.h"
#include "clients/cli/escaping_stream.h"
#include "clients/cpp/failure.h"

namespace muster::cli {
namespace {

// What a user of the command line calls a field of a request.
std::string OptionOf(const std::string& field) {
  static const std::map<std::string, std::string> kOptions = {{"population", "--population"},
                                                              {"snapshot", "--snapshot"},
                                                              {"today", "--today"},
                                                              {"member_id", "MEMBER_ID"},
                                                              {"spec.population", "--population"},
                                                              {"spec.label", "--label"},
                                                              {"spec.business_date", "--date"},
                                                              {"spec.max_rejected", "--max-rejected"}};
  const auto found = kOptions.find(field);
  return found == kOptions.end() ? field : found->second;
}

// The message in the words of the command line, with the command that helps. What the server says about
// fields stands in the violations; a share of rejected records that is too large is a matter of the whole
// load, and counted in its first line, which holds no text of the input.
std::string MessageOf(const client::Failure& failure) {
  if (failure.code == absl::StatusCode::kNotFound && !absl::EndsWith(failure.message, "?")) {
    if (failure.reason == "UNKNOWN_POPULATION")
      return failure.message + "; `muster tags` lists those that there are, and a load makes one";
    if (failure.reason == "UNKNOWN_TAG")
      return failure.message + "; `muster tags --population` lists those that there are";
  }
  if (failure.reason == "SIMILAR_POPULATION")
    return absl::StrReplaceAll(failure.message, {{"create_population", "--create"}});
  if (failure.reason != "TOO_MANY_REJECTED") return failure.message;
  const size_t line_end = std::min(failure.message.find('\n'), failure.message.size());
  return absl::StrReplaceAll(failure.message.substr(0, line_end), {{"max_rejected", "--max-rejected"}}) +
         absl::StrReplaceAll(failure.message.substr(line_end), {{"\n", "\n  "}});
}

// Where an expression that is a line of a file stands.
std::string Standing(int file_line) { return file_line == 0 ? "" : absl::StrCat("line ", file_line, ": "); }

void WriteViolation(const Terminal& terminal, const client::Violation& violation,
                    absl::string_view expression, int file_line) {
  if (violation.line == 0) {
    BeginError(terminal);
    terminal.err << Standing(file_line) << OptionOf(violation.field) << (violation.field.empty() ? "" : ": ")
                 << violation.description << "\n";
    return;
  }
  BeginError(terminal);
  terminal.err << "line " << (file_line == 0 ? violation.line : file_line) << ", column " << violation.column
               << ": " << violation.description << "\n"
               << CaretBelow(expression, {violation.line, violation.column});
}

}  // namespace

void BeginError(const Terminal& terminal) { Paint(terminal.err, Colour::kRed, "error: "); }
void BeginWarning(const Terminal& terminal) { Paint(terminal.err, Colour::kYellow, "warning: "); }
void BeginNote(const Terminal& terminal) { Paint(terminal.err, Colour::kCyan, "note: "); }

ExitCode ReportFailure(const Terminal& terminal, const absl::Status& status, absl::string_view expression,
                       int file_line) {
  const client::Failure failure = client::FailureOf(status);
  // The message repeats the violations, which are each a line of their own; unless it is itself the only one.
  const auto& violations = failure.violations;
  if (violations.empty() || (violations.size() == 1 && violations[0].line == 0 &&
                             !absl::StartsWith(failure.message, violations[0].field + ": "))) {
    BeginError(terminal);
    terminal.err << Standing(file_line) << MessageOf(failure) << "\n";
  } else {
    for (const client::Violation& violation : violations) {
      WriteViolation(terminal, violation, expression, file_line);
    }
  }
  return client::MayTryAgain(status) ? kTryAgain : kFailed;
}

void ReportWarnings(const Terminal& terminal, const google::protobuf::RepeatedPtrField<v1::Warning>& warnings,
                    absl::string_view expression, int file_line) {
  for (const v1::Warning& warning : warnings) {
    BeginWarning(terminal);
    terminal.err << Standing(file_line) << warning.message() << "\n";
    if (warning.line() > 0) terminal.err << CaretBelow(expression, {warning.line(), warning.column()});
  }
}

}  // namespace muster::cli
