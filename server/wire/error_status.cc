#include "server/wire/error_status.h"

#include <algorithm>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/rpc/status.pb.h"
#include "index/status/status_facts.h"
#include "index/status/status_reason.h"
#include "text/shortened.h"
#include "text/utf8.h"

namespace muster::server {
namespace {

constexpr char kViolationsPayload[] = "muster/field_violations";
constexpr char kDomain[] = "muster";
constexpr char kProblemsPayload[] = "muster/expression_problems";
constexpr size_t kMaxDescriptionBytes = 400;  // a sentence; longer ones quote the client's text
constexpr size_t kMaxFactBytes = 200;         // of a name or a value: a tag's longest is 128 bytes
constexpr size_t kMaxFieldBytes = 1'200;      // of a node 40 levels deep

index::Reason ReasonOfCode(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kFailedPrecondition:
      return index::Reason::kBadRequest;
    case absl::StatusCode::kAlreadyExists:
      return index::Reason::kAlreadyExists;
    case absl::StatusCode::kResourceExhausted:
      return index::Reason::kOverloaded;
    case absl::StatusCode::kUnavailable:
      return index::Reason::kShuttingDown;
    case absl::StatusCode::kAborted:
      return index::Reason::kLoadConflict;
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kDeadlineExceeded:
      return index::Reason::kGivenUp;
    case absl::StatusCode::kUnimplemented:
      return index::Reason::kUnimplemented;
    case absl::StatusCode::kDataLoss:
      return index::Reason::kStorageCorrupt;
    default:
      return index::Reason::kInternal;
  }
}

index::Reason ReasonOfStatus(const absl::Status& status) {
  return index::ReasonOf(status).value_or(ReasonOfCode(status.code()));
}

void ParsePayload(const absl::Status& status, const char* name, google::protobuf::Message& into) {
  const absl::optional<absl::Cord> attached = status.GetPayload(name);
  if (attached.has_value()) into.ParseFromString(std::string(*attached));
}

void PackDetails(const google::rpc::ErrorInfo& info, const google::rpc::BadRequest& bad,
                 const v1::ExpressionProblems& problems, google::rpc::Status& rpc) {
  rpc.clear_details();
  rpc.add_details()->PackFrom(info);
  if (bad.field_violations_size() > 0) rpc.add_details()->PackFrom(bad);
  if (problems.problems_size() > 0) rpc.add_details()->PackFrom(problems);
}

}  // namespace

std::string CutSentence(std::string_view sentence) {
  return Shortened(MendUtf8(sentence), {.bytes = kMaxDescriptionBytes});
}

void AddViolation(std::string_view field, std::string_view description, google::rpc::BadRequest& bad) {
  google::rpc::BadRequest::FieldViolation* violation = bad.add_field_violations();
  violation->set_field(Shortened(MendUtf8(field), {.bytes = kMaxFieldBytes}));
  violation->set_description(CutSentence(description));
}

absl::Status WithDetails(absl::Status status, const ErrorDetails& details) {
  status = index::WithReason(std::move(status), details.reason);
  status.SetPayload(kViolationsPayload, absl::Cord(details.bad.SerializeAsString()));
  if (details.problems.problems_size() > 0)
    status.SetPayload(kProblemsPayload, absl::Cord(details.problems.SerializeAsString()));
  for (const auto& [name, value] : details.metadata) status = index::WithFact(std::move(status), name, value);
  return status;
}

absl::Status FieldError(std::string_view field, std::string_view message) {
  return FieldError(field, message, index::Reason::kBadRequest);
}

absl::Status FieldError(std::string_view field, std::string_view message, index::Reason reason,
                        std::map<std::string, std::string> metadata) {
  ErrorDetails details;
  details.reason = reason;
  details.metadata = std::move(metadata);
  AddViolation(field, message, details.bad);
  return WithDetails(absl::InvalidArgumentError(std::string(field) + ": " + std::string(message)), details);
}

absl::Status LimitError(std::string_view field, std::string_view message, uint64_t limit) {
  return FieldError(field, message, index::Reason::kLimit, {{"limit", absl::StrCat(limit)}});
}

std::string ReasonName(const absl::Status& status) {
  return std::string(index::ReasonName(ReasonOfStatus(status)));
}

v1::ErrorReason ErrorReasonOf(index::Reason reason) {
  v1::ErrorReason encoded = v1::ERROR_REASON_INTERNAL;
  v1::ErrorReason_Parse(absl::StrCat("ERROR_REASON_", std::string(index::ReasonName(reason))), &encoded);
  return encoded;
}

absl::Status AtField(absl::Status status, std::string_view field) {
  if (status.ok()) return status;
  google::rpc::BadRequest bad;
  AddViolation(field, std::string(status.message()), bad);
  status.SetPayload(kViolationsPayload, absl::Cord(bad.SerializeAsString()));
  return status;
}

google::rpc::Status ToRpcStatus(const absl::Status& status) {
  google::rpc::Status rpc;
  rpc.set_code(static_cast<int>(status.code()));
  // At most half of the details: violations matter more than a message that the trailer also holds.
  rpc.set_message(Shortened(MendUtf8(std::string(status.message())), {.bytes = kMaxEncodedDetailsBytes / 4}));
  google::rpc::ErrorInfo info;
  for (const auto& [name, value] : index::FactsOf(status))
    (*info.mutable_metadata())[name] = Shortened(MendUtf8(value), {.bytes = kMaxFactBytes});
  info.set_reason(ReasonName(status));
  info.set_domain(kDomain);
  google::rpc::BadRequest bad;
  ParsePayload(status, kViolationsPayload, bad);
  v1::ExpressionProblems problems;
  ParsePayload(status, kProblemsPayload, problems);
  PackDetails(info, bad, problems, rpc);
  while (rpc.ByteSizeLong() * 4 / 3 > kMaxEncodedDetailsBytes && bad.field_violations_size() > 1) {
    bad.mutable_field_violations()->RemoveLast();
    if (problems.problems_size() > 0) problems.mutable_problems()->RemoveLast();
    PackDetails(info, bad, problems, rpc);
  }
  if (rpc.ByteSizeLong() * 4 / 3 > kMaxEncodedDetailsBytes) PackDetails(info, bad, {}, rpc);
  return rpc;
}

}  // namespace muster::server
