#include "server/wire/error_status.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/status/status_facts.h"
#include "index/status/status_reason.h"
#include "tests/matchers/status.h"
#include "tests/server/wire/rpc_details.h"
#include "text/shortened.h"
#include "text/utf8.h"

namespace muster::server {
namespace {

using ::muster::testing::DetailsOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST(ErrorStatusTest, EveryReasonOfTheIndexHasItsName) {
  const std::vector<std::pair<index::Reason, std::string>> names = {
      {index::Reason::kUnknownTag, "UNKNOWN_TAG"},
      {index::Reason::kLimit, "LIMIT"},
      {index::Reason::kUnknownPopulation, "UNKNOWN_POPULATION"},
      {index::Reason::kUnknownMember, "UNKNOWN_MEMBER"},
      {index::Reason::kAlreadyExists, "ALREADY_EXISTS"},
      {index::Reason::kBadName, "BAD_NAME"},
      {index::Reason::kBadRequest, "BAD_REQUEST"},
      {index::Reason::kTagContradicts, "TAG_CONTRADICTS"},
      {index::Reason::kTooManyRejected, "TOO_MANY_REJECTED"},
      {index::Reason::kNoRecords, "NO_RECORDS"},
      {index::Reason::kSimilarPopulation, "SIMILAR_POPULATION"},
      {index::Reason::kLoadConflict, "LOAD_CONFLICT"},
      {index::Reason::kSnapshotExpired, "SNAPSHOT_EXPIRED"},
      {index::Reason::kStorageFull, "STORAGE_FULL"},
      {index::Reason::kDiskFull, "DISK_FULL"},
      {index::Reason::kStorageCorrupt, "STORAGE_CORRUPT"},
      {index::Reason::kUnknownSegment, "UNKNOWN_SEGMENT"},
      {index::Reason::kSegmentCycle, "SEGMENT_CYCLE"},
      {index::Reason::kSegmentInUse, "SEGMENT_IN_USE"},
      {index::Reason::kEtagMismatch, "ETAG_MISMATCH"},
  };
  for (const auto& [reason, name] : names) {
    const google::rpc::Status status =
        ToRpcStatus(index::WithReason(absl::FailedPreconditionError("why"), reason));
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
    EXPECT_EQ(status.message(), "why");
    EXPECT_EQ(DetailsOf(status).info.reason(), name);
    EXPECT_EQ(DetailsOf(status).status.message(), "why");
  }
}

TEST(ErrorStatusTest, WithoutAReasonTheCodeSaysIt) {
  const std::vector<std::pair<absl::StatusCode, std::string>> names = {
      {absl::StatusCode::kInvalidArgument, "BAD_REQUEST"},
      {absl::StatusCode::kAlreadyExists, "ALREADY_EXISTS"},
      {absl::StatusCode::kResourceExhausted, "OVERLOADED"},
      {absl::StatusCode::kUnavailable, "SHUTTING_DOWN"},
      {absl::StatusCode::kAborted, "LOAD_CONFLICT"},
      {absl::StatusCode::kCancelled, "GIVEN_UP"},
      {absl::StatusCode::kDeadlineExceeded, "GIVEN_UP"},
      {absl::StatusCode::kUnimplemented, "UNIMPLEMENTED"},
      {absl::StatusCode::kDataLoss, "STORAGE_CORRUPT"},
      {absl::StatusCode::kInternal, "INTERNAL"},
      {absl::StatusCode::kUnknown, "INTERNAL"},
      {absl::StatusCode::kFailedPrecondition, "BAD_REQUEST"},
  };
  for (const auto& [code, name] : names) {
    const google::rpc::Status status = ToRpcStatus(absl::Status(code, "why"));
    EXPECT_EQ(status.code(), static_cast<int>(code));
    EXPECT_EQ(DetailsOf(status).info.reason(), name);
  }
}

TEST(ErrorStatusTest, AFieldErrorNamesItsField) {
  const google::rpc::Status status = ToRpcStatus(FieldError("tag.kind", "the kind is missing"));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(status.message(), "tag.kind: the kind is missing");
  const auto details = DetailsOf(status);
  EXPECT_EQ(details.info.reason(), "BAD_REQUEST");
  ASSERT_THAT(details.bad.field_violations(), SizeIs(1));
  EXPECT_EQ(details.bad.field_violations(0).field(), "tag.kind");
  EXPECT_EQ(details.bad.field_violations(0).description(), "the kind is missing");
}

TEST(ErrorStatusTest, FactsOfTheIndexAreMetadata) {
  absl::Status status = index::WithReason(absl::NotFoundError("no tag"), index::Reason::kUnknownTag);
  status = index::WithFact(std::move(status), index::kFactTag, std::string(300, 't') + "\xff");
  status = index::WithFact(std::move(status), index::kFactNearest, "");
  const auto details = DetailsOf(ToRpcStatus(status));
  EXPECT_EQ(details.info.reason(), "UNKNOWN_TAG");
  EXPECT_EQ(details.info.metadata().at("tag"), std::string(197, 't') + "…");
  EXPECT_EQ(details.info.metadata().count("nearest"), 0u);
}

TEST(ErrorStatusTest, ALimitIsSaidInNumbersToo) {
  const auto of_index = DetailsOf(ToRpcStatus(index::WithLimit(absl::ResourceExhaustedError("full"), 10)));
  EXPECT_EQ(of_index.info.reason(), "LIMIT");
  EXPECT_EQ(of_index.info.metadata().at("limit"), "10");
  const auto details = DetailsOf(ToRpcStatus(LimitError("expressions", "at most 10,000", 10'000)));
  EXPECT_EQ(details.info.reason(), "LIMIT");
  EXPECT_EQ(details.info.metadata().at("limit"), "10000");
}

TEST(ErrorStatusTest, BytesThatAreNotUtf8AreMendedBeforeTheyReachAClient) {
  const google::rpc::Status status = ToRpcStatus(FieldError("field", "the cell `\xff\xfe` is not text"));
  EXPECT_THAT(status.message(), HasSubstr("\xEF\xBF\xBD\xEF\xBF\xBD"));
  EXPECT_EQ(DetailsOf(status).bad.field_violations(0).description(),
            "the cell `\xEF\xBF\xBD\xEF\xBF\xBD` is not text");
}

TEST(ErrorStatusTest, AtFieldKeepsCodeAndReason) {
  const google::rpc::Status status = ToRpcStatus(
      AtField(index::WithReason(absl::InvalidArgumentError("not a name"), index::Reason::kBadName),
              "population.name"));
  const auto details = DetailsOf(status);
  EXPECT_EQ(details.info.reason(), "BAD_NAME");
  EXPECT_EQ(details.bad.field_violations(0).field(), "population.name");
  EXPECT_THAT(AtField(absl::OkStatus(), "field"), IsOk());
}

TEST(WireTextTest, CutsBetweenCharacters) {
  EXPECT_EQ(Shortened("short", {.bytes = 10}), "short");
  EXPECT_EQ(Shortened("abcdefghij", {.bytes = 8}), "abcde…");
  for (size_t most = 3; most < 12; ++most) {
    const std::string cut = Shortened("上海市浦东新区", {.bytes = most});
    EXPECT_LE(cut.size(), most);
    EXPECT_EQ(MendUtf8(cut), cut);
    EXPECT_THAT(cut, EndsWith("…"));
  }
}

}  // namespace
}  // namespace muster::server
