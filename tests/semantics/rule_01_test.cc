// Rule 1: a member joins a population with its first accepted record, even if every cell is empty.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

TEST(Rule01, ARejectedRecordMakesNobodyJoin) {
  const TinyServer server;
  const char schema[] = "tags:\n  - {name: age, kind: NUMBER}\n";
  server.MustLoad("id,age\na,1\nb,old\nc,\n", schema, {"--max-rejected", "0.5"});
  ExpectSelects(server, {{"EVERYONE", "a c"}});
  EXPECT_EQ(server.Lookup("b").exit_code, 1);
  // Its first accepted record is another load's.
  server.MustLoad("id,age\nb,2\n", schema);
  ExpectSelects(server, {{"EVERYONE", "a c b"}, {"age >= 1", "a b"}});
}

}  // namespace
}  // namespace muster::testing
