// Rule 4: every expression is a set, and NOT e is EVERYONE minus e.
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

TEST(Rule04, NotIsEveryoneMinusTheOperand) {
  const TinyServer server;
  server.MustLoad("id,city,age\na,X,1\nb,Y,\nc,,3\nd,,\n",
                  "tags:\n  - {name: city, kind: SINGLE}\n  - {name: age, kind: NUMBER}\n");
  ExpectSelects(server, {{"NOT city = 'X'", "b c d"},
                         {"NOT NOT city = 'X'", "a"},
                         {"NOT HAS city", "c d"},
                         {"NOT EVERYONE", ""},
                         {"NOT NOBODY", "a b c d"},
                         {"NOT (city = 'X' OR age = 3)", "b d"},
                         {"NOT (city = 'X' AND age = 1)", "b c d"},
                         {"NOT city = 'X' AND NOT age = 3", "b d"},
                         {"NOT city = 'X' OR age = 1", "a b c d"},
                         {"NOT age > 0", "b d"},
                         {"EVERYONE AND NOT city != 'X'", "a c d"}});
}

TEST(Rule04, NotBindsTighterThanAndThanOr) {
  const TinyServer server;
  server.MustLoad("id,x,y,z\na,1,0,0\nb,0,1,0\nc,0,0,1\nd,1,1,1\n",
                  "tags:\n  - {name: x, kind: FLAG}\n  - {name: y, kind: FLAG}\n  - {name: z, kind: FLAG}\n");
  ExpectSelects(server, {{"x OR y AND z", "a d"},
                         {"(x OR y) AND z", "d"},
                         {"NOT x AND y", "b"},
                         {"NOT (x AND y)", "a b c"},
                         {"x AND y OR z", "c d"}});
}

}  // namespace
}  // namespace muster::testing
