// Load streams that a broken client would send: refused with the right code and reason, and nothing is lost.
#include <functional>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::muster::v1::CellColumn;
using ::muster::v1::LoadRecordsRequest;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

LoadRecordsRequest Spec() {
  LoadRecordsRequest request;
  request.mutable_spec()->set_population("p");
  auto* tag = request.mutable_spec()->add_tags();
  tag->set_name("age");
  tag->set_kind(v1::TAG_KIND_NUMBER);
  return request;
}

CellColumn Cells(const std::vector<std::string>& cells) {
  CellColumn column;
  for (const std::string& cell : cells) {
    column.mutable_text()->append(cell);
    column.add_ends(static_cast<uint32_t>(column.text().size()));
  }
  return column;
}

LoadRecordsRequest Batch(const std::vector<std::string>& ids, const std::vector<std::string>& ages) {
  LoadRecordsRequest request;
  *request.mutable_batch()->mutable_member_ids() = Cells(ids);
  *request.mutable_batch()->add_cells() = Cells(ages);
  return request;
}

LoadRecordsRequest Commit(uint64_t records) {
  LoadRecordsRequest request;
  request.mutable_commit()->set_records(records);
  return request;
}

Refusal Send(const TinyServer& server, const std::vector<LoadRecordsRequest>& messages) {
  grpc::ClientContext context;
  v1::LoadRecordsResponse response;
  const auto stream = server.loads().LoadRecords(&context, &response);
  for (const LoadRecordsRequest& message : messages) stream->Write(message);
  stream->WritesDone();
  return RefusalOf(stream->Finish());
}

// A spec that `change` has spoilt, with one good record.
std::vector<LoadRecordsRequest> SpoiltSpec(const std::function<void(v1::LoadSpec&)>& change) {
  LoadRecordsRequest spec = Spec();
  change(*spec.mutable_spec());
  return {spec, Batch({"z"}, {"9"}), Commit(1)};
}

std::vector<LoadRecordsRequest> SpoiltBatch(const std::function<void(v1::RecordBatch&)>& change) {
  LoadRecordsRequest batch = Batch({"y", "z"}, {"8", "9"});
  change(*batch.mutable_batch());
  return {Spec(), batch, Commit(2)};
}

struct BadStream {
  const char* what;
  std::vector<LoadRecordsRequest> messages;
  grpc::StatusCode code;
  const char* reason;
};

std::vector<BadStream> BadOrders() {
  constexpr auto kInvalid = grpc::StatusCode::INVALID_ARGUMENT;
  return {
      {"nothing", {}, kInvalid, "BAD_REQUEST"},
      {"an empty message", {LoadRecordsRequest()}, kInvalid, "BAD_REQUEST"},
      {"a batch first", {Batch({"z"}, {"9"}), Commit(1)}, kInvalid, "BAD_REQUEST"},
      {"a commit first", {Commit(0)}, kInvalid, "BAD_REQUEST"},
      {"two specs", {Spec(), Spec(), Batch({"z"}, {"9"}), Commit(1)}, kInvalid, "BAD_REQUEST"},
      {"no commit", {Spec(), Batch({"z"}, {"9"})}, kInvalid, "BAD_REQUEST"},
      {"a wrong number of records", {Spec(), Batch({"z"}, {"9"}), Commit(2)}, kInvalid, "BAD_REQUEST"},
  };
}

std::vector<BadStream> BadSpecs() {
  constexpr auto kInvalid = grpc::StatusCode::INVALID_ARGUMENT;
  constexpr auto kPrecondition = grpc::StatusCode::FAILED_PRECONDITION;
  return {
      {"no population", SpoiltSpec([](auto& spec) { spec.clear_population(); }), kInvalid, "BAD_REQUEST"},
      {"date that doesn't exist", SpoiltSpec([](auto& spec) { spec.set_business_date("2026-02-30"); }),
       kInvalid, "BAD_REQUEST"},
      {"unknown zone", SpoiltSpec([](auto& spec) { spec.set_time_zone("Mars/Base"); }), kInvalid,
       "BAD_REQUEST"},
      {"share above one", SpoiltSpec([](auto& spec) { spec.set_max_rejected(1.5); }), kInvalid,
       "BAD_REQUEST"},
      {"unknown mode", SpoiltSpec([](auto& spec) { spec.set_mode(static_cast<v1::LoadMode>(77)); }), kInvalid,
       "BAD_REQUEST"},
      {"unknown kind",
       SpoiltSpec([](auto& spec) { spec.mutable_tags(0)->set_kind(static_cast<v1::TagKind>(77)); }), kInvalid,
       "BAD_REQUEST"},
      {"scale of 19", SpoiltSpec([](auto& spec) {
         spec.mutable_tags(0)->set_name("n");
         spec.mutable_tags(0)->set_scale(19);
       }),
       kInvalid, "BAD_REQUEST"},
      {"hash of three bytes", SpoiltSpec([](auto& spec) { spec.set_input_sha256("abc"); }), kInvalid,
       "BAD_REQUEST"},
      {"label of 201 bytes", SpoiltSpec([](auto& spec) { spec.set_label(std::string(201, 'l')); }), kInvalid,
       "BAD_NAME"},
      {"tag without a kind", SpoiltSpec([](auto& spec) {
         spec.mutable_tags(0)->set_name("n");
         spec.mutable_tags(0)->set_kind(v1::TAG_KIND_UNSPECIFIED);
       }),
       kInvalid, "UNKNOWN_TAG"},
      {"bad tag name", SpoiltSpec([](auto& spec) { spec.mutable_tags(0)->set_name("a/b"); }), kInvalid,
       "BAD_NAME"},
      {"other kind", SpoiltSpec([](auto& spec) { spec.mutable_tags(0)->set_kind(v1::TAG_KIND_DATE); }),
       kPrecondition, "TAG_CONTRADICTS"},
      {"other scale", SpoiltSpec([](auto& spec) { spec.mutable_tags(0)->set_scale(3); }), kPrecondition,
       "TAG_CONTRADICTS"},
      {"a tag twice",
       {[] {
          LoadRecordsRequest spec = Spec();
          *spec.mutable_spec()->add_tags() = spec.spec().tags(0);
          return spec;
        }(),
        Commit(0)},
       kInvalid,
       "BAD_REQUEST"},
      {"too many rejected",
       {Spec(), Batch({"y", "z"}, {"8", "x"}), Commit(2)},
       kPrecondition,
       "TOO_MANY_REJECTED"},
      {"MERGE without records", {Spec(), Commit(0)}, kPrecondition, "NO_RECORDS"},
      {"a date after tomorrow",
       {[] {
          LoadRecordsRequest spec = Spec();
          spec.mutable_spec()->set_business_date("9999-12-31");
          return spec;
        }(),
        Commit(0)},
       kInvalid,
       "BAD_REQUEST"},
      {"REPLACE without records",
       {[] {
          LoadRecordsRequest spec = Spec();
          spec.mutable_spec()->set_mode(v1::LOAD_MODE_REPLACE);
          return spec;
        }(),
        Commit(0)},
       kPrecondition,
       "NO_RECORDS"},
  };
}

std::vector<BadStream> BadBatches() {
  constexpr auto kInvalid = grpc::StatusCode::INVALID_ARGUMENT;
  return {
      {"a column too few", SpoiltBatch([](auto& batch) { batch.clear_cells(); }), kInvalid, "BAD_REQUEST"},
      {"a column too many", SpoiltBatch([](auto& batch) {
         *batch.add_cells() = Cells({"1", "2"});
       }),
       kInvalid, "BAD_REQUEST"},
      {"a cell too few",
       SpoiltBatch([](auto& batch) { batch.mutable_cells(0)->mutable_ends()->RemoveLast(); }), kInvalid,
       "BAD_REQUEST"},
      {"ends that fall", SpoiltBatch([](auto& batch) {
         batch.mutable_cells(0)->set_ends(0, 2);
         batch.mutable_cells(0)->set_ends(1, 1);
       }),
       kInvalid, "BAD_REQUEST"},
      {"ends beyond the text",
       SpoiltBatch([](auto& batch) { batch.mutable_cells(0)->set_ends(1, 4'000'000'000u); }), kInvalid,
       "BAD_REQUEST"},
      {"ids beyond the text", SpoiltBatch([](auto& batch) { batch.mutable_member_ids()->set_ends(1, 77); }),
       kInvalid, "BAD_REQUEST"},
      {"text beyond the ends",
       SpoiltBatch([](auto& batch) { batch.mutable_cells(0)->mutable_text()->append("more"); }), kInvalid,
       "BAD_REQUEST"},
      {"no ids", SpoiltBatch([](auto& batch) { batch.clear_member_ids(); }), kInvalid, "BAD_REQUEST"},
      {"a line number too few", SpoiltBatch([](auto& batch) { batch.add_lines(7); }), kInvalid,
       "BAD_REQUEST"},
  };
}

void ExpectRefusedStreams(const std::vector<BadStream>& streams) {
  TinyServer server;
  ASSERT_EQ(Send(server, {Spec(), Batch({"a", "b"}, {"1", "2"}), Commit(2)}).code, grpc::StatusCode::OK);
  for (const BadStream& bad : streams) {
    SCOPED_TRACE(bad.what);
    const Refusal refusal = Send(server, bad.messages);
    EXPECT_EQ(refusal.code, bad.code) << refusal.Text();
    EXPECT_EQ(refusal.reason, bad.reason) << refusal.Text();
    EXPECT_THAT(refusal.message, Not(IsEmpty()));
    EXPECT_EQ(server.CountOf("EVERYONE"), 2);
    EXPECT_EQ(server.CountOf("age >= 1"), 2);
    EXPECT_EQ(server.CountOf("age >= 8"), 0);
  }
  server.Restart();
  EXPECT_EQ(server.IdsOf("EVERYONE"), "a b");
  EXPECT_EQ(Send(server, {Spec(), Batch({"c"}, {"3"}), Commit(1)}).code, grpc::StatusCode::OK);
  EXPECT_EQ(server.IdsOf("age >= 2"), "b c");
}

TEST(BadStreams, MessagesInAWrongOrder) { ExpectRefusedStreams(BadOrders()); }
TEST(BadStreams, SpoiltSpecs) { ExpectRefusedStreams(BadSpecs()); }
TEST(BadStreams, SpoiltBatches) { ExpectRefusedStreams(BadBatches()); }

TEST(BadStreams, AStreamThatIsCancelledLeavesNothingBehindAndFreesItsTags) {
  TinyServer server;
  ASSERT_EQ(Send(server, {Spec(), Batch({"a", "b"}, {"1", "2"}), Commit(2)}).code, grpc::StatusCode::OK);
  for (int i = 0; i < 5; ++i) {
    grpc::ClientContext context;
    v1::LoadRecordsResponse response;
    const auto stream = server.loads().LoadRecords(&context, &response);
    stream->Write(Spec());
    for (int batch = 0; batch < i; ++batch) stream->Write(Batch({"y", "z"}, {"8", "9"}));
    context.TryCancel();
    EXPECT_THAT(stream->Finish(), StatusIs(grpc::StatusCode::CANCELLED));
  }
  // The server hears of a cancellation a moment later: what is open until then answers ABORTED.
  Refusal refusal{.code = grpc::StatusCode::ABORTED};
  while (refusal.code == grpc::StatusCode::ABORTED)
    refusal = Send(server, {Spec(), Batch({"c"}, {"3"}), Commit(1)});
  EXPECT_EQ(refusal.code, grpc::StatusCode::OK) << refusal.Text();
  EXPECT_EQ(server.IdsOf("EVERYONE"), "a b c");
  server.Restart();
  EXPECT_EQ(server.IdsOf("EVERYONE"), "a b c");
}

TEST(BadStreams, RejectionsThatAClientMadeUpAreBounded) {
  const TinyServer server;
  LoadRecordsRequest batch = Batch({"a"}, {"1"});
  auto* rejected = batch.mutable_batch()->add_rejected();
  rejected->set_line(2);
  rejected->set_reason(static_cast<v1::RejectionReason>(99));
  rejected->set_message(std::string(1 << 20, 'x'));
  const Refusal refusal = Send(server, {Spec(), batch, Commit(2)});
  EXPECT_THAT(refusal.code,
              ::testing::AnyOf(grpc::StatusCode::INVALID_ARGUMENT, grpc::StatusCode::FAILED_PRECONDITION));
  EXPECT_LT(refusal.Text().size(), 8'000u);
  EXPECT_THAT(refusal.Text(), Not(HasSubstr(std::string(1'000, 'x'))));
}

}  // namespace
}  // namespace muster::testing
