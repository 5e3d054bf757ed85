// Messages that say they are compressed: refused before they are inflated, on every service.
#include <zlib.h>

#include <algorithm>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"
#include "tests/torture/raw_client.h"
#include "tests/torture/torture.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;

// So many mebibytes of zeros, as gzip (31) or zlib (15) writes them.
std::string Bomb(int mebibytes, int window) {
  z_stream stream = {};
  EXPECT_EQ(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string zeros(1 << 20, '\0'), out(1 << 20, '\0'), bomb;
  for (int i = 0; i <= mebibytes; ++i) {
    stream.next_in = reinterpret_cast<Bytef*>(zeros.data());
    stream.avail_in = i < mebibytes ? static_cast<uInt>(zeros.size()) : 0;
    do {
      stream.next_out = reinterpret_cast<Bytef*>(out.data());
      stream.avail_out = static_cast<uInt>(out.size());
      deflate(&stream, i < mebibytes ? Z_NO_FLUSH : Z_FINISH);
      bomb.append(out, 0, out.size() - stream.avail_out);
    } while (stream.avail_out == 0);
  }
  deflateEnd(&stream);
  return bomb;
}

TEST(CompressedMessages, AreRefusedBeforeTheyAreInflated) {
  TinyServer server;
  server.MustLoad("id,city\na,x\n", "tags:\n  - {name: city, kind: SINGLE}\n");
  const int mebibytes = InFull(300, 2'000);
  const std::string gzip = Bomb(mebibytes, 31), deflated = Bomb(mebibytes, 15);
  for (const char* path :
       {"/muster.v1.QueryService/CountMembers", "/muster.v1.QueryService/StreamMembers",
        "/muster.v1.CatalogService/ListTags", "/muster.v1.LoadService/LoadRecords",
        "/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch",
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", "/no.Such/Method"}) {
    for (const std::string encoding : {"gzip", "deflate", "", "identity", "snappy"}) {
      SCOPED_TRACE(std::string(path) + " " + encoding);
      RawClient client(server.address());
      client.Send(CallHeaders(1, path, encoding));
      client.Send(CallMessage(1, encoding == "deflate" ? deflated : gzip, /*compressed=*/true));
      const std::string& answer = client.ReadUntil("grpc-status", std::chrono::seconds(20));
      EXPECT_THAT(answer, HasSubstr("grpc-status"));
      if ((encoding == "gzip" || encoding == "deflate") && std::string(path) != "/no.Such/Method") {
        EXPECT_THAT(client.ReadUntil("is disabled", std::chrono::seconds(20)), HasSubstr("is disabled"));
      }
      // Long before what was inflated would have been given back.
      EXPECT_LT(AnonymousBytes(server.process().pid()), uint64_t{100} << 20);
    }
  }
  EXPECT_EQ(server.CountOf("city = 'x'"), 1);
}

}  // namespace
}  // namespace muster::testing
