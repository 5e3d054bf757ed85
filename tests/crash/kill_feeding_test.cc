// A musterd that is killed (-9) again and again while a client feeds and commits loads in parts: each load is there
// exactly once, whole.
#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

constexpr int kParts = 2, kBatches = 5, kRecords = 40;

// One batch: records of members of its own, of the number `day`.
v1::RecordBatch Records(int day, int part, int batch) {
  v1::RecordBatch records;
  v1::CellColumn& cells = *records.add_cells();
  for (int i = 0; i < kRecords; ++i) {
    const int member = (part * kBatches + batch) * kRecords + i;
    absl::StrAppend(records.mutable_member_ids()->mutable_text(), "m", member);
    records.mutable_member_ids()->add_ends(static_cast<uint32_t>(records.member_ids().text().size()));
    absl::StrAppend(cells.mutable_text(), day);
    cells.add_ends(static_cast<uint32_t>(cells.text().size()));
  }
  return records;
}

// Begins the load or goes on with it, and sends what is missing. Nothing when a call failed; else whether it was
// published before.
std::optional<bool> Feed(v1::LoadService::Stub& loads, int day) {
  v1::BeginLoadRequest begin;
  v1::LoadSpec& spec = *begin.mutable_spec();
  spec.set_population("p");
  spec.set_label(absl::StrCat("day-", day));
  spec.set_mode(v1::LOAD_MODE_REPLACE);
  spec.add_tags()->set_name("day");
  spec.mutable_tags(0)->set_kind(v1::TAG_KIND_NUMBER);
  grpc::ClientContext context;
  v1::BeginLoadResponse begun;
  if (!loads.BeginLoad(&context, begin, &begun).ok()) return std::nullopt;
  if (begun.has_published()) return true;
  for (int part = 0; part < kParts; ++part) {
    uint64_t next = 0;
    for (const v1::LoadPart& stored : begun.parts())
      if (stored.name() == absl::StrCat("part-", part)) next = stored.next_batch();
    grpc::ClientContext feeding;
    v1::FeedRecordsResponse stored;
    const auto writer = loads.FeedRecords(&feeding, &stored);
    v1::FeedRecordsRequest message;
    message.mutable_start()->set_population("p");
    message.mutable_start()->set_label(spec.label());
    writer->Write(message);
    for (uint64_t batch = next; batch < kBatches; ++batch) {
      message.mutable_batch()->set_part(absl::StrCat("part-", part));
      message.mutable_batch()->set_number(batch);
      *message.mutable_batch()->mutable_records() = Records(day, part, static_cast<int>(batch));
      if (!writer->Write(message)) break;
    }
    writer->WritesDone();
    if (!writer->Finish().ok()) return std::nullopt;
    if (next < kBatches && stored.parts(0).next_batch() != kBatches) return std::nullopt;
  }
  return false;
}

bool Commit(v1::LoadService::Stub& loads, int day, uint64_t& records) {
  v1::CommitLoadRequest commit;
  commit.set_population("p");
  commit.set_label(absl::StrCat("day-", day));
  for (int part = 0; part < kParts; ++part) {
    v1::CommittedPart& named = *commit.add_parts();
    named.set_name(absl::StrCat("part-", part));
    named.set_batches(kBatches);
  }
  grpc::ClientContext context;
  v1::CommitLoadResponse done;
  if (!loads.CommitLoad(&context, commit, &done).ok()) return false;
  records = done.result().records();
  return true;
}

TEST(KillServer, WhileLoadsAreFedInParts) {
  constexpr int kKills = 100;
  constexpr int64_t kAll = kParts * kBatches * kRecords;
  TinyServer server;
  std::mt19937 random(20261130);
  int day = 0, kills = 0;
  while (kills < kKills) {
    ++day;
    SCOPED_TRACE(absl::StrCat("day ", day));
    for (bool done = false; !done;) {
      std::atomic<bool> ended{false};
      uint64_t records = 0;
      std::thread client([&] {
        const std::optional<bool> fed = Feed(server.loads(), day);
        done = fed.has_value() && (*fed || Commit(server.loads(), day, records));
        if (done && !*fed) {
          EXPECT_EQ(records, static_cast<uint64_t>(kAll));
        }
        ended = true;
      });
      const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(random() % 60);
      while (!ended && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      const bool kill = !ended && kills < kKills;
      if (kill) server.process().Kill();
      client.join();
      if (kill) server.Restart();
      kills += kill ? 1 : 0;
    }
    EXPECT_EQ(server.CountOf("EVERYONE"), kAll);
    EXPECT_EQ(server.CountOf(absl::StrCat("day = ", day)), kAll);
    const Finished loads = server.Cli({"loads", "-p", "p", "--format", "csv"});
    EXPECT_EQ(loads.exit_code, 0) << loads.err;
    EXPECT_EQ(LinesOf(loads.out).size(), static_cast<size_t>(day + 1)) << loads.out;
  }
  EXPECT_EQ(server.Cli({"verify", "-p", "p"}).exit_code, 0);
  EXPECT_GT(day, 1);
}

}  // namespace
}  // namespace muster::testing
