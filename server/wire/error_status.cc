#include "server/wire/error_status.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/rpc/status.pb.h"
#include "index/status_facts.h"
#include "index/status_reason.h"
#include "server/wire/wire_text.h"

namespace muster::server {
namespace {

constexpr char kReasonPayload[] = "muster/error_reason";
constexpr char kViolationsPayload[] = "muster/field_violations";
constexpr char kDomain[] = "muster";
constexpr char kProblemsPayload[] = "muster/expression_problems";
constexpr size_t kMaxDescriptionBytes = 400;  // a sentence; longer ones carry somebody's pasted text
constexpr size_t kMaxFactBytes = 200;         // of a name or a value: a tag's longest is 128 bytes
constexpr size_t kMaxFieldBytes = 1'200;      // of a node 40 levels deep

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
    case index::Reason::kOtherStore:
      return v1::ERROR_REASON_OTHER_STORE;
    case index::Reason::kStorageFull:
      return v1::ERROR_REASON_STORAGE_FULL;
    case index::Reason::kDiskFull:
      return v1::ERROR_REASON_DISK_FULL;
    case index::Reason::kReadOnly:
      return v1::ERROR_REASON_READ_ONLY;
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

std::string CutSentence(std::string_view sentence) { return Cut(MendUtf8(sentence), kMaxDescriptionBytes); }

void AddViolation(std::string_view field, std::string_view description, google::rpc::BadRequest& bad) {
  google::rpc::BadRequest::FieldViolation* violation = bad.add_field_violations();
  violation->set_field(Cut(MendUtf8(field), kMaxFieldBytes));
  violation->set_description(CutSentence(description));
}

absl::Status WithDetails(absl::Status status, const ErrorDetails& details) {
  status.SetPayload(kReasonPayload, absl::Cord(absl::StrCat(static_cast<int>(details.reason))));
  status.SetPayload(kViolationsPayload, absl::Cord(details.bad.SerializeAsString()));
  if (details.problems.problems_size() > 0)
    status.SetPayload(kProblemsPayload, absl::Cord(details.problems.SerializeAsString()));
  for (const auto& [name, value] : details.metadata) status = index::WithFact(std::move(status), name, value);
  return status;
}

absl::Status FieldError(std::string_view field, std::string_view message) {
  return FieldError(field, message, v1::ERROR_REASON_BAD_REQUEST);
}

absl::Status FieldError(std::string_view field, std::string_view message, v1::ErrorReason reason,
                        std::map<std::string, std::string> metadata) {
  ErrorDetails details;
  details.reason = reason;
  details.metadata = std::move(metadata);
  AddViolation(field, message, details.bad);
  return WithDetails(absl::InvalidArgumentError(std::string(field) + ": " + std::string(message)), details);
}

absl::Status LimitError(std::string_view field, std::string_view message, uint64_t limit) {
  return FieldError(field, message, v1::ERROR_REASON_LIMIT, {{"limit", absl::StrCat(limit)}});
}

absl::Status Because(absl::Status status, v1::ErrorReason reason) {
  status.SetPayload(kReasonPayload, absl::Cord(absl::StrCat(static_cast<int>(reason))));
  return status;
}

std::string ReasonName(const absl::Status& status) { return NameOf(ReasonOfStatus(status)); }

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
  for (const auto& [name, value] : index::FactsOf(status))
    (*info.mutable_metadata())[name] = Cut(MendUtf8(value), kMaxFactBytes);
  info.set_reason(NameOf(ReasonOfStatus(status)));
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

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()),
                      CutMessage(MendUtf8(std::string(status.message()))),
                      ToRpcStatus(status).SerializeAsString());
}

}  // namespace muster::server
