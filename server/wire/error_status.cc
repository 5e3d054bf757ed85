#include "server/wire/error_status.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "index/status_reason.h"
#include "server/wire/wire_text.h"

namespace muster::server {
namespace {

constexpr char kReasonPayload[] = "muster/error_reason";
constexpr char kViolationsPayload[] = "muster/field_violations";
constexpr char kDomain[] = "muster";
constexpr size_t kMaxDescriptionBytes = 400;  // a sentence; longer ones carry somebody's pasted text

absl::Status Attach(absl::Status status, v1::ErrorReason reason, const google::rpc::BadRequest& bad) {
  status.SetPayload(kReasonPayload, absl::Cord(absl::StrCat(static_cast<int>(reason))));
  status.SetPayload(kViolationsPayload, absl::Cord(bad.SerializeAsString()));
  return status;
}

void AddViolation(std::string_view field, std::string_view description, google::rpc::BadRequest& bad) {
  google::rpc::BadRequest::FieldViolation* violation = bad.add_field_violations();
  violation->set_field(Cut(MendUtf8(field), kMaxDescriptionBytes));
  violation->set_description(Cut(MendUtf8(description), kMaxDescriptionBytes));
}

v1::ErrorReason ReasonOfProblem(query::ProblemReason reason) {
  switch (reason) {
    case query::ProblemReason::kSyntax:
      return v1::ERROR_REASON_SYNTAX;
    case query::ProblemReason::kUnknownTag:
      return v1::ERROR_REASON_UNKNOWN_TAG;
    case query::ProblemReason::kWrongType:
      return v1::ERROR_REASON_WRONG_TYPE;
    case query::ProblemReason::kLimit:
      return v1::ERROR_REASON_LIMIT;
    case query::ProblemReason::kUnimplemented:
      return v1::ERROR_REASON_UNIMPLEMENTED;
  }
  return v1::ERROR_REASON_INTERNAL;
}

v1::ErrorReason ReasonOfIndex(index::Reason reason) {
  switch (reason) {
    case index::Reason::kUnknownTag:
      return v1::ERROR_REASON_UNKNOWN_TAG;
    case index::Reason::kLimit:
      return v1::ERROR_REASON_LIMIT;
    case index::Reason::kUnknownPopulation:
      return v1::ERROR_REASON_UNKNOWN_POPULATION;
    case index::Reason::kSimilarPopulation:
      return v1::ERROR_REASON_SIMILAR_POPULATION;
    case index::Reason::kUnknownMember:
      return v1::ERROR_REASON_UNKNOWN_MEMBER;
    case index::Reason::kAlreadyExists:
      return v1::ERROR_REASON_ALREADY_EXISTS;
    case index::Reason::kBadName:
      return v1::ERROR_REASON_BAD_NAME;
    case index::Reason::kBadRequest:
      return v1::ERROR_REASON_BAD_REQUEST;
    case index::Reason::kTagContradicts:
      return v1::ERROR_REASON_TAG_CONTRADICTS;
    case index::Reason::kTooManyRejected:
      return v1::ERROR_REASON_TOO_MANY_REJECTED;
    case index::Reason::kNoRecords:
      return v1::ERROR_REASON_NO_RECORDS;
    case index::Reason::kLoadConflict:
      return v1::ERROR_REASON_LOAD_CONFLICT;
    case index::Reason::kSnapshotExpired:
      return v1::ERROR_REASON_SNAPSHOT_EXPIRED;
    case index::Reason::kStorageFull:
      return v1::ERROR_REASON_STORAGE_FULL;
    case index::Reason::kStorageCorrupt:
      return v1::ERROR_REASON_STORAGE_CORRUPT;
  }
  return v1::ERROR_REASON_INTERNAL;
}

v1::ErrorReason ReasonOfCode(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kFailedPrecondition:
      return v1::ERROR_REASON_BAD_REQUEST;
    case absl::StatusCode::kAlreadyExists:
      return v1::ERROR_REASON_ALREADY_EXISTS;
    case absl::StatusCode::kResourceExhausted:
      return v1::ERROR_REASON_OVERLOADED;
    case absl::StatusCode::kUnavailable:
      return v1::ERROR_REASON_SHUTTING_DOWN;
    case absl::StatusCode::kAborted:
      return v1::ERROR_REASON_LOAD_CONFLICT;
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kDeadlineExceeded:
      return v1::ERROR_REASON_GIVEN_UP;
    case absl::StatusCode::kUnimplemented:
      return v1::ERROR_REASON_UNIMPLEMENTED;
    case absl::StatusCode::kDataLoss:
      return v1::ERROR_REASON_STORAGE_CORRUPT;
    default:
      return v1::ERROR_REASON_INTERNAL;
  }
}

v1::ErrorReason ReasonOfStatus(const absl::Status& status) {
  if (const absl::optional<absl::Cord> attached = status.GetPayload(kReasonPayload); attached.has_value()) {
    int number = 0;
    if (absl::SimpleAtoi(std::string(*attached), &number) && v1::ErrorReason_IsValid(number)) {
      return static_cast<v1::ErrorReason>(number);
    }
  }
  if (const std::optional<index::Reason> reason = index::ReasonOf(status); reason.has_value()) {
    return ReasonOfIndex(*reason);
  }
  return ReasonOfCode(status.code());
}

// `UNKNOWN_TAG`: the enum's name without its prefix.
std::string NameOf(v1::ErrorReason reason) {
  return v1::ErrorReason_Name(reason).substr(std::string_view("ERROR_REASON_").size());
}

// The message, cut so that it stays within kMaxEncodedMessageBytes once gRPC has percent-encoded it.
std::string CutMessage(std::string message) {
  size_t encoded = 0;
  for (size_t i = 0; i < message.size(); ++i) {
    const unsigned char byte = static_cast<unsigned char>(message[i]);
    encoded += byte < 0x20 || byte > 0x7e || byte == '%' ? 3 : 1;
    // Nine: the ellipsis, percent-encoded.
    if (encoded > kMaxEncodedMessageBytes - 9) return Cut(std::move(message), std::max<size_t>(i, 3));
  }
  return message;
}

}  // namespace

absl::Status FieldError(std::string_view field, std::string_view message) {
  return FieldError(field, message, v1::ERROR_REASON_BAD_REQUEST);
}

absl::Status FieldError(std::string_view field, std::string_view message, v1::ErrorReason reason) {
  google::rpc::BadRequest bad;
  AddViolation(field, message, bad);
  return Attach(absl::InvalidArgumentError(std::string(field) + ": " + std::string(message)), reason, bad);
}

absl::Status ProblemsError(std::string_view field, const std::string* text,
                           const std::vector<query::Problem>& problems) {
  google::rpc::BadRequest bad;
  const query::Problem* first_wrong = nullptr;
  for (const query::Problem& problem : problems) {
    if (first_wrong == nullptr && problem.reason != query::ProblemReason::kUnimplemented)
      first_wrong = &problem;
    if (bad.field_violations_size() == static_cast<int>(query::kMaxProblems)) continue;
    if (text == nullptr || problem.span.offset < 0) {
      AddViolation(std::string(field) + (text == nullptr ? ".tree" : ".text"), problem.message, bad);
      continue;
    }
    const query::Place place = query::PlaceOf(*text, problem.span.offset);
    AddViolation(absl::StrCat(std::string(field), ".text:", place.line, ":", place.column), problem.message,
                 bad);
  }
  const query::Problem& named = first_wrong != nullptr ? *first_wrong : problems.front();
  std::string message = Cut(MendUtf8(named.message), kMaxDescriptionBytes);
  if (text != nullptr && named.span.offset >= 0) {
    const query::Place place = query::PlaceOf(*text, named.span.offset);
    message = absl::StrCat("The expression is wrong at line ", place.line, ", column ", place.column, ": ",
                           message);
  }
  if (problems.size() > 1) absl::StrAppend(&message, " (", problems.size(), " problems in all)");
  const absl::StatusCode code =
      first_wrong != nullptr ? absl::StatusCode::kInvalidArgument : absl::StatusCode::kUnimplemented;
  return Attach(absl::Status(code, message), ReasonOfProblem(named.reason), bad);
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
  // Half the details at most: violations matter more than a message that the trailer has already.
  rpc.set_message(Cut(MendUtf8(std::string(status.message())), kMaxEncodedDetailsBytes / 4));
  google::rpc::ErrorInfo info;
  info.set_reason(NameOf(ReasonOfStatus(status)));
  info.set_domain(kDomain);
  google::rpc::BadRequest bad;
  if (const absl::optional<absl::Cord> attached = status.GetPayload(kViolationsPayload);
      attached.has_value()) {
    bad.ParseFromString(std::string(*attached));
  }
  rpc.add_details()->PackFrom(info);
  if (bad.field_violations_size() == 0) return rpc;
  rpc.add_details()->PackFrom(bad);
  while (rpc.ByteSizeLong() * 4 / 3 > kMaxEncodedDetailsBytes && bad.field_violations_size() > 1) {
    bad.mutable_field_violations()->RemoveLast();
    rpc.mutable_details(1)->PackFrom(bad);
  }
  return rpc;
}

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()),
                      CutMessage(MendUtf8(std::string(status.message()))),
                      ToRpcStatus(status).SerializeAsString());
}

}  // namespace muster::server
