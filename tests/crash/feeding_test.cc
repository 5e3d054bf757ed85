// A process dies while it begins, feeds, commits, aborts and sweeps a load that is fed in parts. Afterwards what was
// answered is there, the load goes on from there, and it is published once.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/status/status_reason.h"
#include "index/storage/fault_point.h"
#include "tests/index/population/feeds/fed_text.h"
#include "tests/index/population/test_database.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

constexpr int kParts = 3, kBatches = 4, kRecords = 5;

std::map<std::string, int>* passed = new std::map<std::string, int>;
std::string* fatal_point = new std::string;
int fatal_hit = 0;

void CountAndDie(const char* point) {
  if (++(*passed)[point] == fatal_hit && *fatal_point == point) raise(SIGKILL);
}

LoadSpec Numbers(const std::string& label) {
  LoadSpec spec;
  spec.population = "shop";
  spec.label = label;
  spec.tags = {TagSpec("amount", TagKind::kNumber)};
  return spec;
}

std::vector<CommittedPart> AllParts() {
  std::vector<CommittedPart> parts;
  for (int part = 0; part < kParts; ++part) parts.push_back({{absl::StrCat("part-", part), 0}, kBatches});
  return parts;
}

// The batch with the members of its own.
std::string Batch(int part, int batch) {
  std::string text;
  for (int i = 0; i < kRecords; ++i) {
    const int member = (part * kBatches + batch) * kRecords + i;
    absl::StrAppend(&text, "m", member, ",", member * 3, "\n");
  }
  return text;
}

// A client: begins the load or goes on with it, sends what is missing, commits, and asks once more. `told`: called with
// the number of batches each time that a part is known to be stored.
absl::Status RunClient(Database& database, const std::function<void(int part, uint64_t stored)>& told) {
  const LoadSpec spec = Numbers("day 1");
  ASSIGN_OR_RETURN(const BegunFedLoad begun, database.BeginFedLoad(spec, "spec"));
  if (begun.load == nullptr) return absl::OkStatus();
  for (int part = 0; part < kParts; ++part) {
    ASSIGN_OR_RETURN(const auto feed, begun.load->OpenPart({absl::StrCat("part-", part), 0}));
    for (int batch = 0; batch < kBatches; ++batch) {
      RETURN_IF_ERROR(begun.load->Feed(*feed, batch, kRecords, Batch(part, batch)));
      if (batch % 2 == 0) continue;
      RETURN_IF_ERROR(feed->Sync());
      told(part, batch + 1);
    }
  }
  RETURN_IF_ERROR(CommitTexts(*begun.load, spec, AllParts()).status());
  told(kParts, 1);
  // Another one is given up.
  ASSIGN_OR_RETURN(const BegunFedLoad other, database.BeginFedLoad(Numbers("day 2"), "spec"));
  RETURN_IF_ERROR(FeedTexts(*other.load, {"a", 0}, {"m0,7"}));
  return database.AbortLoad("shop", "day 2");
}

// What a client was told, as it came through the pipe.
struct Told {
  uint64_t stored[kParts + 1] = {};
};

// A client in a child that dies at the n-th hit of the point. Returns its exit code, or 128 and the signal.
int ClientInAChild(const std::string& folder, const std::string& point, int hit, Told& told,
                   std::map<std::string, int>* hits = nullptr) {
  int tell[2], count[2];
  EXPECT_EQ(pipe(tell), 0);
  EXPECT_EQ(pipe(count), 0);
  const pid_t child = fork();
  if (child == 0) {
    *fatal_point = point;
    fatal_hit = hit;
    SetFaultHook(&CountAndDie);
    absl::Status done;
    {
      auto database = Database::Open({.directory = folder, .map_size = size_t{1} << 30, .settle = false});
      if (!database.ok()) _exit(2);
      done = RunClient(**database, [&](int part, uint64_t stored) {
        const uint64_t pair[2] = {static_cast<uint64_t>(part), stored};
        if (write(tell[1], pair, sizeof(pair)) != sizeof(pair)) _exit(4);
      });
    }
    std::string lines;
    for (const auto& [name, times] : *passed) absl::StrAppend(&lines, name, "\n", times, "\n");
    if (write(count[1], lines.data(), lines.size()) < 0) _exit(5);
    _exit(done.ok() ? 0 : 3);
  }
  close(tell[1]);
  close(count[1]);
  uint64_t pair[2];
  while (read(tell[0], pair, sizeof(pair)) == sizeof(pair)) told.stored[pair[0]] = pair[1];
  std::string lines(1 << 16, '\0');
  size_t have = 0;
  for (ssize_t got; (got = read(count[0], lines.data() + have, lines.size() - have)) > 0;) have += got;
  lines.resize(have);
  close(tell[0]);
  close(count[0]);
  if (hits != nullptr) {
    const std::vector<std::string> words = absl::StrSplit(lines, '\n', absl::SkipEmpty());
    for (size_t i = 0; i + 1 < words.size(); i += 2) (*hits)[words[i]] = std::stoi(words[i + 1]);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// Nothing that a client was told is missing; nothing is there in part.
void ExpectWhatWasTold(Database& database, const Told& told) {
  const auto shop = database.FindPopulation("shop");
  const bool published = shop.ok() && (*shop)->GetLoad("day 1").ok();
  EXPECT_TRUE(published || told.stored[kParts] == 0) << "the commit was answered";
  const auto fed = database.FindFedLoad("shop", "day 1");
  EXPECT_FALSE(published && fed.ok()) << "it is published and open";
  if (published) {
    const auto view = *(*shop)->CurrentView();
    EXPECT_EQ((*shop)->GetLoad("day 1")->result.member_count,
              static_cast<uint64_t>(kParts * kBatches * kRecords));
    EXPECT_EQ(ValuesOf(*view, "m59", "amount"), "177");
    EXPECT_EQ(ValuesOf(*view, "m0", "amount"), "0");
    EXPECT_THAT(ProblemsOf(**shop), ::testing::IsEmpty());
    return;
  }
  std::map<std::string, uint64_t> stored;
  if (fed.ok()) {
    for (const FedPart& part : (*fed)->ListParts()) stored[part.key.name] = part.durable.batches;
  }
  for (int part = 0; part < kParts; ++part)
    EXPECT_GE(stored[absl::StrCat("part-", part)], told.stored[part]) << "part " << part;
}

TEST(Feeding, ACrashAnywhereLosesNothingThatWasAnswered) {
  std::map<std::string, int> hits;
  {
    TestDatabase database;
    database.Close();
    Told told;
    ASSERT_EQ(ClientInAChild(database.folder(), "", 0, told, &hits), 0);
    EXPECT_EQ(told.stored[0], static_cast<uint64_t>(kBatches));
  }
  for (const char* point : {"feed/spec_written", "feed/half_appended", "feed/appended", "feed/synced",
                            "feed/marked", "feed/commit", "feed/published", "feed/leaving", "load/staged",
                            "load/before_publish", "load/after_publish"}) {
    ASSERT_GT(hits[point], 0) << point;
    for (const int hit : {1, (hits[point] + 1) / 2, hits[point]}) {
      SCOPED_TRACE(absl::StrCat(point, ", hit ", hit, " of ", hits[point]));
      TestDatabase database;
      database.Close();
      Told told;
      ASSERT_EQ(ClientInAChild(database.folder(), point, hit, told), 128 + SIGKILL);
      database.Open();
      ExpectWhatWasTold(*database, told);
      database.Close();
      Told all = told;
      ASSERT_EQ(ClientInAChild(database.folder(), "", 0, all), 0) << "the client runs again";
      database.Open();
      all.stored[kParts] = 1;
      ExpectWhatWasTold(*database, all);
      const auto loads = (*database->FindPopulation("shop"))->ListLoads("", 10);
      ASSERT_THAT(loads, IsOk());
      EXPECT_EQ(loads->loads.size(), 1u) << "it was published once";
      if (hit == hits[point]) break;
    }
  }
}

}  // namespace
}  // namespace muster::index
