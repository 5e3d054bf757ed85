// A server that is stopped and killed repeatedly: after each restart it gives the same answers and uses no
// more descriptors and memory than before.
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"
#include "tests/torture/torture.h"

namespace muster::testing {
namespace {

TEST(Restarts, ComeBackWithTheSameAnswers) {
  TinyServer server;
  server.MustLoad("id,city\na,x\nb,y\nc,x\n", "tags:\n  - {name: city, kind: SINGLE}\n");
  const size_t descriptors = OpenDescriptors(server.process().pid());
  for (int round = 0; round < InFull(3, 100); ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    if (round % 2 == 1) server.process().Kill();
    server.Restart();
    EXPECT_EQ(server.CountOf("EVERYONE"), 3);
    EXPECT_EQ(server.CountOf("city = 'x'"), 2);
    EXPECT_LE(OpenDescriptors(server.process().pid()), descriptors + 2);
    EXPECT_LT(AnonymousBytes(server.process().pid()), uint64_t{200} << 20);
  }
}

}  // namespace
}  // namespace muster::testing
