// Six large loads against a small memory for loads: the server stays small, counts go on, and every load is
// published or told to try again.
#include <sys/types.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"
#include "tests/torture/torture.h"

namespace muster::testing {
namespace {

std::string Records(int load, int count) {
  std::string text = absl::StrCat("id,t", load, "\n");
  for (int i = 0; i < count; ++i) absl::StrAppend(&text, "member-", i, ",", i * 7 % 1'000'003, "\n");
  return text;
}

TEST(LoadMemory, SixLoadsAgainstASmallBudget) {
  constexpr int kLoads = 6;
  const int records = InFull(150'000, 2'000'000);
  const int budget_mib = InFull(128, 512);
  TinyServer server({"--load-memory", absl::StrCat(budget_mib, "MiB")});
  server.MustLoad("id,city\nmember-1,x\n", "tags:\n  - {name: city, kind: SINGLE}\n");
  const uint64_t before = AnonymousBytes(server.process().pid());
  std::atomic<int> published{0};
  std::atomic<bool> ended{false};
  uint64_t most = 0;
  std::thread watching([&] {
    while (!ended) {
      most = std::max(most, AnonymousBytes(server.process().pid()));
      EXPECT_EQ(server.CountOf("city = 'x'"), 1);
    }
  });
  std::vector<std::thread> loads;
  for (int load = 0; load < kLoads; ++load) {
    loads.emplace_back([&, load] {
      const std::string schema =
          server.scratch().Write(absl::StrCat("tags-", load, ".yaml"),
                                 absl::StrCat("tags:\n  - {name: t", load, ", kind: NUMBER}\n"));
      const std::string file =
          server.scratch().Write(absl::StrCat("file-", load, ".csv"), Records(load, records));
      // A program that is told to try again does so.
      for (int attempt = 0; attempt < 20; ++attempt) {
        const Finished done = server.Cli({"load", file, "-p", "p", "--id-column", "id", "--schema", schema});
        if (done.exit_code == 0) {
          ++published;
          return;
        }
        ASSERT_EQ(done.exit_code, 4) << done.err;
        EXPECT_THAT(done.err, ::testing::HasSubstr("--load-memory"));
      }
    });
  }
  for (std::thread& load : loads) load.join();
  ended = true;
  watching.join();
  EXPECT_EQ(published, kLoads);
  for (int load = 0; load < kLoads; ++load) EXPECT_EQ(server.CountOf(absl::StrCat("HAS t", load)), records);
  // Beside the loads' memory there are messages, ids on their way to the disk, and what the library keeps.
  EXPECT_LT(most - std::min(most, before), (static_cast<uint64_t>(budget_mib) << 20) + (uint64_t{256} << 20));
}

}  // namespace
}  // namespace muster::testing
