// Rule 8: literals are compared exactly; texts compare by text; a FLAG alone means true.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;

TEST(Rule08, MoreDigitsThanTheScaleAreComparedExactly) {
  const TinyServer server;
  server.MustLoad("id,age,price\na,30,1.50\nb,31,-1.50\nc,-30,0\nd,,\n",
                  "tags:\n  - {name: age, kind: NUMBER}\n  - {name: price, kind: NUMBER, scale: 2}\n");
  ExpectSelects(server, {{"age > 30.5", "b"},
                         {"age >= 30.5", "b"},
                         {"age < 30.5", "a c"},
                         {"age <= 30.5", "a c"},
                         {"age = 30.5", ""},
                         {"age != 30.5", "a b c"},
                         {"age > -30.5", "a b c"},
                         {"age < -30.5", ""},
                         {"age <= -29.999999999999999999999999999999", "c"},
                         {"age BETWEEN 29.5 AND 30.5", "a"},
                         {"age BETWEEN 30.1 AND 30.9", ""},
                         {"age NOT BETWEEN 30.1 AND 30.9", "a b c"},
                         {"age IN (30.5, 31)", "b"},
                         {"age NOT IN (30.5, 31)", "a c"},
                         {"age = 30.000000000000000000000000000000000000", "a"},
                         {"age > 29.99999999999999999999999999999999999", "a b"},
                         {"price > 1.499", "a"},
                         {"price = 1.5", "a"},
                         {"price = 1.505", ""},
                         {"price < -1.499", "b"},
                         {"price >= -1.501", "a b c"}});
}

TEST(Rule08, LiteralsBeyondTheRangeOfStoredNumbers) {
  const TinyServer server;
  server.MustLoad("id,n\na,9223372036854775807\nb,-9223372036854775807\nc,0\n",
                  "tags:\n  - {name: n, kind: NUMBER}\n");
  ExpectSelects(server, {{"n = 9223372036854775807", "a"},
                         {"n > 9223372036854775806", "a"},
                         {"n < 99999999999999999999999999999", "a b c"},
                         {"n > 99999999999999999999999999999", ""},
                         {"n >= -99999999999999999999999999999", "a b c"},
                         {"n <= -9223372036854775807", "b"},
                         {"n < -9223372036854775808", ""},
                         {"n = 9223372036854775808", ""},
                         {"n != 9223372036854775808", "a b c"},
                         {"n BETWEEN -99999999999999999999 AND 99999999999999999999", "a b c"},
                         {"n > 9223372036854775806.5", "a"}});
}

TEST(Rule08, AgainstATextTagANumberComparesByItsText) {
  const TinyServer server;
  server.MustLoad("id,zip,codes\na,01234,007|7\nb,1234,7.0\nc,-5,\n",
                  "tags:\n  - {name: zip, kind: SINGLE}\n  - {name: codes, kind: MULTI, separator: '|'}\n");
  ExpectSelects(server, {{"zip = 01234", "a"},
                         {"zip = '01234'", "a"},
                         {"zip = 1234", "b"},
                         {"zip = -5", "c"},
                         {"zip IN (1234, 01234)", "a b"},
                         {"codes = 007", "a"},
                         {"codes = 7", "a"},
                         {"codes = 7.0", "b"},
                         {"codes != 7", "b"}});
}

TEST(Rule08, TextHasNoOrder) {
  const TinyServer server;
  server.MustLoad("id,city,likes\na,X,tea\n",
                  "tags:\n  - {name: city, kind: SINGLE}\n  - {name: likes, kind: MULTI}\n");
  ExpectRefuses(server, {{"city < 'M'", "WRONG_TYPE", "city"},
                         {"city >= 'M'", "WRONG_TYPE", "city"},
                         {"city BETWEEN 'A' AND 'M'", "WRONG_TYPE", "city"},
                         {"likes > 'a'", "WRONG_TYPE", "likes"}});
}

TEST(Rule08, AFlagAloneMeansTrueAndFalseIsKnown) {
  const TinyServer server;
  server.MustLoad("id,vip,age\na,true,1\nb,false,\nc,,\n",
                  "tags:\n  - {name: vip, kind: FLAG}\n  - {name: age, kind: NUMBER}\n");
  ExpectSelects(server, {{"vip", "a"},
                         {"vip = true", "a"},
                         {"vip = TRUE", "a"},
                         {"vip = false", "b"},
                         {"NOT vip", "b c"},
                         {"vip != true", "b"},
                         {"HAS vip", "a b"},
                         {"vip IN (true, false)", "a b"},
                         {"NOT vip = false", "a c"}});
  ExpectRefuses(server, {{"age", "WRONG_TYPE", "HAS age"}, {"NOT age AND vip", "WRONG_TYPE", "HAS age"}});
}

}  // namespace
}  // namespace muster::testing
