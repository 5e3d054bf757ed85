#include "clients/cli/terminal.h"

#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/caret.h"
#include "clients/cli/escaping_stream.h"
#include "clients/cpp/failure.h"
#include "text/abseil_text.h"
#include "text/wrapped_text.h"

namespace muster::cli {
namespace {

// The command-line option for a field of a request.
std::string OptionOf(const std::string& field) {
  static const std::map<std::string, std::string> kOptions = {{"population", "--population"},
                                                              {"snapshot", "--snapshot"},
                                                              {"as_of", "--as-of"},
                                                              {"today", "--today"},
                                                              {"member_id", "MEMBER_ID"},
                                                              {"search", "--search"},
                                                              {"etag", "--etag"},
                                                              {"name", "NAME"},
                                                              {"expression", "EXPRESSION"},
                                                              {"spec.missing", "--missing"},
                                                              {"spec.population", "--population"},
                                                              {"spec.label", "--label"},
                                                              {"spec.business_date", "--date"},
                                                              {"spec.max_rejected", "--max-rejected"}};
  const auto found = kOptions.find(field);
  return found == kOptions.end() ? field : found->second;
}

// The message in terms of the command line, with the command that helps.
std::string MessageOf(const client::Failure& failure) {
  if (failure.code == absl::StatusCode::kNotFound && !absl::EndsWith(failure.message, "?")) {
    if (failure.reason == "UNKNOWN_POPULATION")
      return failure.message + "; `muster populations` lists those that there are";
    if (failure.reason == "UNKNOWN_TAG")
      return failure.message + "; `muster tags -p POPULATION` lists those that there are";
    if (failure.reason == "UNKNOWN_SEGMENT")
      return failure.message + "; `muster segments -p POPULATION` lists those that there are";
    if (failure.reason == "UNKNOWN_LIST")
      return failure.message + "; `muster list -p POPULATION` lists those that there are";
  }
  if (failure.reason == "SIMILAR_POPULATION")
    return absl::StrReplaceAll(failure.message, {{"create_population", "--create"}});
  return failure.message;
}

// Writes `prefix` in its colour, followed by `text`.
void WriteRemark(const Terminal& terminal, Colour colour, absl::string_view prefix, absl::string_view text) {
  Paint(terminal.err, colour, prefix);
  terminal.err << (terminal.err_is_terminal
                       ? Wrapped(FromAbseil(text), prefix.size(), prefix.size(), terminal.columns)
                       : std::string(text))
               << "\n";
}

// The start of a remark about an expression that is a line of a file.
std::string Standing(int file_line) { return file_line == 0 ? "" : absl::StrCat("line ", file_line, ": "); }

void WriteViolation(const Terminal& terminal, const client::Violation& violation,
                    absl::string_view expression, int file_line) {
  if (violation.line == 0) {
    WriteError(terminal, absl::StrCat(Standing(file_line), OptionOf(violation.field),
                                      violation.field.empty() ? "" : ": ", violation.description));
    return;
  }
  WriteError(terminal, absl::StrCat("line ", file_line == 0 ? violation.line : file_line, ", column ",
                                    violation.column, ": ", violation.description));
  terminal.err << CaretBelow(
      FromAbseil(expression),
      {.line = violation.line, .column = violation.column, .length = violation.problem.length()});
}

}  // namespace

void WriteError(const Terminal& terminal, absl::string_view text) {
  WriteRemark(terminal, Colour::kRed, "error: ", text);
}

void WriteWarning(const Terminal& terminal, absl::string_view text) {
  WriteRemark(terminal, Colour::kYellow, "warning: ", text);
}

void WriteNote(const Terminal& terminal, absl::string_view text) {
  WriteRemark(terminal, Colour::kCyan, "note: ", text);
}

void WriteDetail(const Terminal& terminal, absl::string_view text) {
  constexpr size_t kIndent = 2;
  terminal.err << std::string(kIndent, ' ')
               << (terminal.err_is_terminal
                       ? Wrapped(FromAbseil(text), kIndent, 2 * kIndent, terminal.columns)
                       : std::string(text))
               << "\n";
}

ExitCode ReportFailure(const Terminal& terminal, const absl::Status& status, absl::string_view expression,
                       int file_line) {
  const client::Failure failure = client::FailureOf(status);
  // The message repeats the violations, which each get a line of their own, unless it is the only one.
  const auto& violations = failure.violations;
  if (violations.empty() || (violations.size() == 1 && violations[0].line == 0 &&
                             !absl::StartsWith(failure.message, violations[0].field + ": "))) {
    WriteError(terminal, Standing(file_line) + MessageOf(failure));
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
    WriteWarning(terminal, Standing(file_line) + warning.message());
    if (warning.line() == 0) continue;
    terminal.err << CaretBelow(
        FromAbseil(expression),
        {.line = warning.line(), .column = warning.column(), .length = warning.length()});
  }
}

}  // namespace muster::cli
