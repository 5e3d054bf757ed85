// Rule 23: an open REPLACE holds its tags, a small MERGE holds none, and a load ends with its stream. What ten minutes of lease do is tested with
// a clock of its own in tests/index/population.
#include <unistd.h>

#include <memory>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kSchema[] = "tags:\n  - {name: age, kind: NUMBER}\n";
constexpr char kFile[] = "id,age\na,1\n";

// A REPLACE of the tag age with the label `label`, or a MERGE. Its spec and a record are written; it is open until it is
// finished or destroyed.
class OpenLoad {
 public:
  OpenLoad(const TinyServer& server, const std::string& label,
           muster::v1::LoadMode mode = muster::v1::LOAD_MODE_REPLACE)
      : stream_(server.loads().LoadRecords(&context_, &response_)) {
    muster::v1::LoadRecordsRequest spec;
    spec.mutable_spec()->set_population("p");
    spec.mutable_spec()->set_label(label);
    spec.mutable_spec()->set_mode(mode);
    spec.mutable_spec()->add_tags()->set_name("age");
    spec.mutable_spec()->mutable_tags(0)->set_kind(muster::v1::TAG_KIND_NUMBER);
    stream_->Write(spec);
    // The record's id is padded to megabytes: when a few have been written, the server has read the spec. It
    // may have refused it by then; the end says so.
    muster::v1::LoadRecordsRequest batch;
    const std::string id = "z" + std::string(4 << 20, ' ');
    batch.mutable_batch()->mutable_member_ids()->set_text(id);
    batch.mutable_batch()->mutable_member_ids()->add_ends(static_cast<uint32_t>(id.size()));
    batch.mutable_batch()->add_cells()->set_text("9");
    batch.mutable_batch()->mutable_cells(0)->add_ends(1);
    for (int i = 0; i < kRecords; ++i) stream_->Write(batch);
  }

  grpc::Status Commit() {
    muster::v1::LoadRecordsRequest commit;
    commit.mutable_commit()->set_records(kRecords);
    stream_->Write(commit);
    stream_->WritesDone();
    return stream_->Finish();
  }
  // As a client does that goes away.
  void Cancel() {
    context_.TryCancel();
    EXPECT_THAT(stream_->Finish(), StatusIs(grpc::StatusCode::CANCELLED));
  }
  // As a client does that ends its stream without a commit.
  grpc::Status EndWithoutCommit() {
    stream_->WritesDone();
    return stream_->Finish();
  }
  // The server is gone.
  void Lose() { EXPECT_NE(stream_->Finish().error_code(), grpc::StatusCode::OK); }

 private:
  static constexpr int kRecords = 3;
  grpc::ClientContext context_;
  muster::v1::LoadRecordsResponse response_;
  std::unique_ptr<grpc::ClientWriter<muster::v1::LoadRecordsRequest>> stream_;
};

// Loads kFile as `label`, again and again for 10 s at most, until the server has seen that the holder is
// gone.
Finished LoadWhenFree(const TinyServer& server, const std::string& label) {
  Finished load;
  for (int tries = 0; tries < 200; ++tries) {
    load = server.Load(kFile, kSchema, {"--label", label});
    if (load.exit_code != 4) break;
    usleep(50'000);
  }
  return load;
}

TEST(Rule23, OneOpenLoadATagAndAnotherIsAbortedNamingTheHolder) {
  const TinyServer server;
  OpenLoad holder(server, "day-1");
  OpenLoad second(server, "day-2");
  const Refusal refusal = RefusalOf(second.Commit());
  EXPECT_EQ(refusal.code, grpc::StatusCode::ABORTED);
  EXPECT_EQ(refusal.reason, "LOAD_CONFLICT");
  EXPECT_THAT(refusal.message, HasSubstr("'age'"));
  EXPECT_THAT(refusal.message, HasSubstr("'day-1'"));
  const Finished cli = server.Load(kFile, kSchema, {"--label", "day-2", "--mode", "replace"});
  EXPECT_EQ(cli.exit_code, 4) << cli.err;
  EXPECT_THAT(cli.err, HasSubstr("'day-1'"));
  // Another tag is free, and so is everything when the holder has published.
  server.MustLoad("id,city\nb,Oslo\n", "tags:\n  - {name: city, kind: SINGLE}\n");
  const grpc::Status published = holder.Commit();
  EXPECT_THAT(published, IsOk());
  server.MustLoad(kFile, kSchema, {"--label", "day-2"});
  ExpectSelects(server, {{"EVERYONE", "z b a"}, {"age = 9", "z"}, {"age = 1", "a"}});
}

TEST(Rule23, ASmallMergeHoldsNoTagAndIsHeldByNone) {
  const TinyServer server;
  OpenLoad first(server, "day-1", muster::v1::LOAD_MODE_MERGE);
  OpenLoad second(server, "day-2", muster::v1::LOAD_MODE_MERGE);
  server.MustLoad(kFile, kSchema, {"--label", "day-3"});
  EXPECT_THAT(second.Commit(), IsOk());
  EXPECT_THAT(first.Commit(), IsOk());
  ExpectSelects(server, {{"age = 9", "z"}, {"age = 1", "a"}});
  // Beside an open REPLACE too, which then doesn't keep what they loaded.
  OpenLoad replace(server, "night");
  server.MustLoad("id,age\nb,2\n", kSchema, {"--label", "day-4"});
  ExpectSelects(server, {{"age = 2", "b"}, {"age = 1", "a"}});
  EXPECT_THAT(replace.Commit(), IsOk());
  ExpectSelects(server, {{"age = 9", "z"}, {"HAS age", "z"}});
}

TEST(Rule23, ALoadEndsWithItsStream) {
  const TinyServer server;
  OpenLoad gone(server, "day-1");
  gone.Cancel();
  const Finished next = LoadWhenFree(server, "day-2");
  EXPECT_EQ(next.exit_code, 0) << next.err;
  OpenLoad ended(server, "day-3");
  EXPECT_THAT(ended.EndWithoutCommit(), StatusIs(grpc::StatusCode::INVALID_ARGUMENT));
  // No retrying: the answer came after the load had let go of its tag.
  server.MustLoad("id,age\nb,2\n", kSchema, {"--label", "day-4"});
  ExpectSelects(server, {{"EVERYONE", "a b"}, {"age = 9", ""}});
}

TEST(Rule23, NoLoadIsOpenAfterARestart) {
  TinyServer server;
  server.MustLoad(kFile, kSchema, {"--label", "day-1"});
  OpenLoad open(server, "day-2");
  server.process().Kill();
  open.Lose();
  server.Restart();
  server.MustLoad("id,age\nb,2\n", kSchema, {"--label", "day-3"});
  ExpectSelects(server, {{"EVERYONE", "a b"}, {"HAS age", "a b"}, {"age = 9", ""}});
}

}  // namespace
}  // namespace muster::testing
