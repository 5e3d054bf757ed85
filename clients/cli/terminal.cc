#include "clients/cli/terminal.h"

#include <google/protobuf/util/json_util.h>

#include "absl/strings/match.h"
#include "clients/cli/caret.h"
#include "clients/cpp/failure.h"

namespace muster::cli {
namespace {

void WriteViolation(const Terminal& terminal, const client::Violation& violation,
                    absl::string_view expression) {
  if (violation.line == 0) {
    terminal.err << "error: " << violation.field << (violation.field.empty() ? "" : ": ")
                 << violation.description << "\n";
    return;
  }
  terminal.err << "error: line " << violation.line << ", column " << violation.column << ": "
               << violation.description << "\n"
               << CaretBelow(expression, {violation.line, violation.column});
}

}  // namespace

std::string JsonOf(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!status.ok()) return "{}\n";
  if (json.empty() || json.back() != '\n') json.push_back('\n');
  return json;
}

ExitCode ReportFailure(const Terminal& terminal, const absl::Status& status, absl::string_view expression) {
  const client::Failure failure = client::FailureOf(status);
  // The message repeats a single violation; several are each a line of their own.
  bool placed = false;
  for (const client::Violation& violation : failure.violations) placed |= violation.line > 0;
  if (!placed) terminal.err << "error: " << failure.message << "\n";
  for (const client::Violation& violation : failure.violations) {
    if (placed || !absl::StrContains(failure.message, violation.description)) {
      WriteViolation(terminal, violation, expression);
    }
  }
  return client::MayTryAgain(status) ? kTryAgain : kFailed;
}

void ReportWarnings(const Terminal& terminal, const google::protobuf::RepeatedPtrField<v1::Warning>& warnings,
                    absl::string_view expression) {
  for (const v1::Warning& warning : warnings) {
    terminal.err << "warning: " << warning.message() << "\n";
    if (warning.offset() < 0 || static_cast<size_t>(warning.offset()) > expression.size()) continue;
    terminal.err << CaretBelow(expression, PlaceOfOffset(expression, static_cast<size_t>(warning.offset())));
  }
}

}  // namespace muster::cli
