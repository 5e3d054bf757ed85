#include "clients/cpp/failure.h"

#include <grpcpp/support/status.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace muster::client {
namespace {

constexpr char kDetailsPayload[] = "type.googleapis.com/google.rpc.Status";

// Why gRPC can't connect, without its preamble: the system's message if there is one.
std::string WhyUnreachable(const std::string& message) {
  constexpr std::string_view kBefore = "Failed to connect to remote host: ";
  const size_t at = message.rfind(kBefore);
  return at == std::string::npos ? message : message.substr(at + kBefore.size());
}

// Splits `expression.text:3:14`; a field without two numbers at its end has no place.
Violation ViolationOf(const google::rpc::BadRequest::FieldViolation& sent) {
  Violation violation{.field = sent.field(), .description = sent.description()};
  const std::vector<std::string> parts = absl::StrSplit(sent.field(), ':');
  if (parts.size() < 3) return violation;
  int line = 0;
  int column = 0;
  if (!absl::SimpleAtoi(parts[parts.size() - 2], &line) || !absl::SimpleAtoi(parts.back(), &column))
    return violation;
  if (line < 1 || column < 1) return violation;
  violation.line = line;
  violation.column = column;
  violation.field.resize(sent.field().size() - parts.back().size() - parts[parts.size() - 2].size() - 2);
  return violation;
}

}  // namespace

absl::Status StatusOfCall(const grpc::Status& status, const std::string& address) {
  if (status.ok()) return absl::OkStatus();
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  // Without details the status comes from gRPC, not from the server.
  if (code == absl::StatusCode::kUnavailable && status.error_details().empty()) {
    // Before a server accepts a connection, it refuses with HTTP's 503 (gRPC's message omits the number).
    if (absl::StrContains(status.error_message(), "http1.x server")) {
      return absl::UnavailableError(absl::StrCat(
          "the server at ", address, " has no room for another connection, or is no Muster server (",
          status.error_message(), "): try again in a moment"));
    }
    // A stream whose client doesn't read is ended without details.
    if (absl::StartsWith(status.error_message(), "The server is shutting down"))
      return absl::UnavailableError(status.error_message());
    if (absl::StartsWith(status.error_message(), "DNS resolution failed")) {
      return absl::UnavailableError(absl::StrCat("the host of ", address,
                                                 " has no address that can be found: check its name, or name "
                                                 "the server by its number, such as 127.0.0.1:7070"));
    }
    return absl::UnavailableError(absl::StrCat("no Muster server answers at ", address, " (",
                                               WhyUnreachable(status.error_message()),
                                               "): start musterd, or name another server"));
  }
  // A caller that cancels its own call doesn't look at its status.
  if (code == absl::StatusCode::kCancelled && status.error_details().empty()) {
    return absl::UnavailableError(absl::StrCat("the server at ", address,
                                               " ended the call before its answer, as one that stops does (",
                                               status.error_message(), "): try again in a moment"));
  }
  absl::Status result(code, status.error_message());
  if (!status.error_details().empty()) result.SetPayload(kDetailsPayload, absl::Cord(status.error_details()));
  return result;
}

absl::Status StatusOfExpression(const v1::ExpressionError& error) {
  absl::Status result(static_cast<absl::StatusCode>(error.code()), error.message());
  result.SetPayload(kDetailsPayload, absl::Cord(error.SerializeAsString()));
  return result;
}

Failure FailureOf(const absl::Status& status) {
  Failure failure;
  failure.code = status.code();
  failure.message = std::string(status.message());
  const auto payload = status.GetPayload(kDetailsPayload);
  google::rpc::Status details;
  if (!payload.has_value() || !details.ParseFromString(std::string(*payload))) return failure;
  for (const auto& detail : details.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad_request;
    v1::ExpressionProblems problems;
    if (detail.UnpackTo(&info)) {
      failure.reason = info.reason();
      failure.metadata = {info.metadata().begin(), info.metadata().end()};
    } else if (detail.UnpackTo(&bad_request)) {
      for (const auto& violation : bad_request.field_violations()) {
        failure.violations.push_back(ViolationOf(violation));
      }
    } else if (detail.UnpackTo(&problems)) {
      // ExpressionProblems comes after the violations, with one entry for each.
      const size_t count = std::min(failure.violations.size(), static_cast<size_t>(problems.problems_size()));
      for (size_t i = 0; i < count; ++i)
        failure.violations[i].problem = problems.problems(static_cast<int>(i));
    }
  }
  return failure;
}

bool MayTryAgain(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kAborted:
      return true;
    case absl::StatusCode::kResourceExhausted:
      return FailureOf(status).reason == "OVERLOADED" || FailureOf(status).reason == "LOAD_MEMORY";
    default:
      return false;
  }
}

}  // namespace muster::client
