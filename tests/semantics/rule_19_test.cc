// Rule 19: how MERGE, the default mode, combines new cells with stored values.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

TEST(Rule19, ManyLoadsOneAfterAnother) {
  TinyServer server;
  const char schema[] = "tags:\n  - {name: n, kind: NUMBER}\n  - {name: c, kind: SINGLE}\n";
  for (int round = 0; round < 12; ++round) {
    std::string text = "id,n,c\n";
    for (int i = round; i < 60; i += round % 4 + 1) {
      text += "m" + std::to_string(i) + "," + std::to_string(round) + ",c" + std::to_string((i + round) % 5) +
              "\n";
    }
    server.MustLoad(text, schema);
    if (round % 5 == 4) server.Restart();
  }
  // The last round that named a member counts.
  int64_t counts[12] = {};
  for (int i = 0; i < 60; ++i) {
    int last = 0;
    for (int round = 0; round < 12; ++round) {
      if (i >= round && (i - round) % (round % 4 + 1) == 0) last = round;
    }
    ++counts[last];
  }
  for (int round = 0; round < 12; ++round) {
    EXPECT_EQ(server.CountOf("n = " + std::to_string(round)), counts[round]) << round;
  }
  EXPECT_EQ(server.CountOf("HAS c"), 60);
}

}  // namespace
}  // namespace muster::testing
