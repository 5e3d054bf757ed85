// Rule 14: a file error refuses the load and changes nothing.
#include <sys/resource.h>
#include <zlib.h>
#include <zstd.h>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kSchema[] = "tags:\n  - {name: city, kind: SINGLE}\n";

std::string Gzip(const std::string& text) {
  z_stream stream = {};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(compressBound(text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string Zstd(const std::string& text) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress2(context, out.data(), out.size(), text.data(), text.size()));
  ZSTD_freeCCtx(context);
  return out;
}

std::string ManyRecords() {
  std::string text = "id,city\n";
  for (int i = 0; i < 50'000; ++i)
    text += "m" + std::to_string(i * 7919) + ",c" + std::to_string(i % 1'009) + "\n";
  return text;
}

// Refused with exit code 1, says `says` on stderr, and nothing of it is there afterwards.
void ExpectRefusedWhole(const TinyServer& server, const Finished& load, const std::string& says) {
  EXPECT_EQ(load.exit_code, 1) << load.err;
  EXPECT_THAT(load.err, HasSubstr(says));
  EXPECT_EQ(server.CountOf("EVERYONE"), 2);
  EXPECT_EQ(server.IdsOf("city = 'X'"), "kept");
  const Finished tags = server.Cli({"tags", "--population", "p"});
  EXPECT_THAT(tags.out, HasSubstr("city"));
  EXPECT_THAT(tags.out, Not(HasSubstr("other")));
}

TEST(Rule14, WhatCannotBeReadIsRefused) {
  const TinyServer server;
  server.MustLoad("id,city\nkept,X\nother_member,\n", kSchema);
  const auto load = [&server](const std::string& path) {
    return server.Cli({"load", path, "--population", "p", "--id-column", "id", "--schema",
                       server.scratch().Write("tags.yaml", kSchema)});
  };
  ExpectRefusedWhole(server, load(server.folder() + "/absent.csv"), "absent.csv");
  ExpectRefusedWhole(server, load(server.folder()), server.folder());  // a directory
}

TEST(Rule14, BrokenCompressionIsRefused) {
  const TinyServer server;
  server.MustLoad("id,city\nkept,X\nother_member,\n", kSchema);
  const std::string gzip = Gzip(ManyRecords());
  const std::string zstd = Zstd(ManyRecords());
  std::string flipped = gzip;
  flipped[flipped.size() - 6] ^= 0x55;  // in the checksum
  std::string flipped_zstd = zstd;
  flipped_zstd[zstd.size() / 2] ^= 0x55;
  ExpectRefusedWhole(server, server.Load(gzip.substr(0, gzip.size() / 2), kSchema, {}, "cut.csv.gz"),
                     "cut.csv.gz");
  ExpectRefusedWhole(server, server.Load(flipped, kSchema, {}, "flipped.csv.gz"), "flipped.csv.gz");
  ExpectRefusedWhole(server, server.Load(zstd.substr(0, zstd.size() / 2), kSchema, {}, "cut.csv.zst"),
                     "cut.csv.zst");
  ExpectRefusedWhole(server, server.Load(flipped_zstd, kSchema, {}, "flipped.csv.zst"), "flipped.csv.zst");
  // The whole ones are fine.
  EXPECT_EQ(server.Load(gzip, kSchema, {}, "whole.csv.gz").exit_code, 0);
  EXPECT_EQ(server.CountOf("EVERYONE"), 50'002);
  EXPECT_EQ(server.Load(zstd, kSchema, {}, "whole.csv.zst").exit_code, 0);
  EXPECT_EQ(server.CountOf("EVERYONE"), 50'002);
}

TEST(Rule14, BrokenTextFilesAreRefused) {
  const TinyServer server;
  server.MustLoad("id,city\nkept,X\nother_member,\n", kSchema);
  ExpectRefusedWhole(server, server.Load("id,city\na,Y\nb,\"open\nc,Z\n", kSchema), "quote");
  ExpectRefusedWhole(server, server.Load("name,city\na,Y\n", kSchema), "'id'");
  ExpectRefusedWhole(server, server.Load("id,town\na,Y\n", kSchema), "city");
  ExpectRefusedWhole(server, server.Load("id,city,city\na,Y,Z\n", kSchema), "city");
  ExpectRefusedWhole(server, server.Load("id,id,city\na,b,Z\n", kSchema), "id");
  ExpectRefusedWhole(server, server.Load("", kSchema), "records.csv");
  ExpectRefusedWhole(server, server.Load("id,city\na,Y\n", absl::StrCat("encoding: klingon\n", kSchema)),
                     "klingon");
}

TEST(Rule14, AnUnclosedQuoteIsNamedWithTheLineWhereItOpens) {
  const TinyServer server;
  server.MustLoad("id,city\nkept,X\nother_member,\n", kSchema);
  ExpectRefusedWhole(server, server.Load("id,city\na,\"Y\nY\"\nb,\"open\nc,Z\nd,Z\n", kSchema),
                     "records.csv', line 4: the quote that opens here is never closed");
  // One that is closed, though not where it should be, is a matter of its record.
  const Finished load =
      server.Load("id,city\na,Y\nb,\"open\nc,\"Z\"\nd,Z\n", kSchema, {"--max-rejected", "0.3"});
  EXPECT_EQ(load.exit_code, 0) << load.err;
  EXPECT_THAT(load.err, HasSubstr("records.csv:3: "));
  EXPECT_EQ(server.IdsOf("city = 'Z'"), "c d");
}

TEST(Rule14, ALineWithoutEndIsRefusedInLittleMemory) {
  const TinyServer server;
  server.MustLoad("id,city\nkept,X\nother_member,\n", kSchema);
  const std::string cell(40 << 20, 'x');
  ExpectRefusedWhole(server, server.Load(absl::StrCat("id,city\na,", cell, "\nb,Y\n"), kSchema),
                     "records.csv:2: it is longer than 8388608 bytes");
  ExpectRefusedWhole(server, server.Load(absl::StrCat("id,city\na,\"", cell, "\"\nb,Y\n"), kSchema),
                     "line 2: the quote that opens here isn't closed within 8388608 bytes");
  ExpectRefusedWhole(server,
                     server.Load(absl::StrCat("id,city\na", std::string(20 << 20, ','), "\nb,Y\n"), kSchema),
                     "records.csv:2: it is longer than 8388608 bytes");
  ExpectRefusedWhole(server, server.Load(absl::StrCat("id", std::string(100'000, ','), "\nb,Y\n"), kSchema),
                     "line 1: the header has 100001 columns, and a file may have 65536");
  rusage used = {};
  getrusage(RUSAGE_CHILDREN, &used);
  EXPECT_LT(used.ru_maxrss, 200 << 10);  // KiB, of the largest program that ran
}

TEST(Rule14, AnUnknownKeyInTheSchemaIsRefusedWithItsLine) {
  const TinyServer server;
  server.MustLoad("id,city\nkept,X\nother_member,\n", kSchema);
  struct Row {
    const char* yaml;
    const char* says;
    const char* line;
  };
  const Row rows[] = {
      {"populaton: p\ntags:\n  - {name: city, kind: SINGLE}\n", "populaton", "1"},
      {"tags:\n  - name: city\n    kind: SINGLE\n    scael: 2\n", "scael", "4"},
      {"tags:\n  - name: city\n    kind: SINGEL\n", "SINGEL", "3"},
      {"tags:\n  - name: city\n    kind: [\n", "tags.yaml", "line 4"},
      {"tags:\n  - kind: SINGLE\n", "name", "2"},
      {"tags:\n  - {name: city, kind: SINGLE}\n  - {name: city, kind: SINGLE}\n", "city", "3"},
      {"tags:\n  - {name: city, kind: NUMBER, scale: lots}\n", "lots", "2"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.yaml);
    const Finished load = server.Load("id,city\na,Y\n", row.yaml);
    // The command line is right and its schema is not: refused, before anything reaches the server.
    EXPECT_EQ(load.exit_code, 1) << load.err;
    EXPECT_THAT(load.err, HasSubstr(row.says));
    EXPECT_THAT(load.err, HasSubstr(row.line));
    EXPECT_EQ(server.CountOf("EVERYONE"), 2);
  }
  const Finished absent = server.Cli({"load", server.folder() + "/records.csv", "--population", "p",
                                      "--id-column", "id", "--schema", server.folder() + "/absent.yaml"});
  EXPECT_EQ(absent.exit_code, 1);
  EXPECT_THAT(absent.err, HasSubstr("absent.yaml"));
}

TEST(Rule14, ARefusedFirstLoadLeavesNoPopulation) {
  const TinyServer server;
  EXPECT_EQ(server.Load("id,city\na,Y\nb,\"open\nc,Z\n", kSchema).exit_code, 1);
  const Finished count = server.Count("EVERYONE");
  EXPECT_EQ(count.exit_code, 1);
  EXPECT_EQ(count.out, "");
  EXPECT_EQ(server.RefusedBecause("EVERYONE").code, grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(server.RefusedBecause("EVERYONE").reason, "UNKNOWN_POPULATION");
  muster::v1::ListPopulationsResponse listed;
  grpc::ClientContext context;
  ASSERT_THAT(server.catalog().ListPopulations(&context, {}, &listed), IsOk());
  EXPECT_THAT(listed.populations(), IsEmpty());
}

// A key that no object has is a column that no record has.
TEST(Rule14, AMissingKeyOfNdjsonIsAFileError) {
  const TinyServer server;
  const char schema[] = "tags:\n  - {name: age, kind: NUMBER}\n  - {name: city, kind: SINGLE}\n";
  server.MustLoad("id,age,city\na,1,X\n", schema);
  const std::string text = "{\"id\": \"a\", \"agee\": 2, \"city\": \"Y\"}\n";
  const Finished replaced = server.Load(text, schema, {"--mode", "replace"}, "records.ndjson");
  EXPECT_EQ(replaced.exit_code, 1);
  EXPECT_THAT(replaced.err, ::testing::HasSubstr("records.ndjson' has the key 'age'"));
  EXPECT_THAT(replaced.err, ::testing::HasSubstr("'agee'"));
  EXPECT_EQ(server.ProfileOf("a"), "age=1|city=X");
  // Of a MERGE it changes nothing, and a note says so.
  const Finished merged = server.Load(text, schema, {}, "records.ndjson");
  EXPECT_EQ(merged.exit_code, 0) << merged.err;
  EXPECT_EQ(server.ProfileOf("a"), "age=1|city=Y");
  const Finished no_id = server.Load("{\"ids\": \"a\", \"age\": 2}\n", schema, {}, "records.ndjson");
  EXPECT_EQ(no_id.exit_code, 1);
  EXPECT_THAT(no_id.err, ::testing::HasSubstr("has the key 'id', which has the member id"));
  const char facts[] =
      "layout: long\nweight_column: weight\ntags:\n  - {name: likes, kind: MULTI, weight_scale: 1}\n";
  const Finished no_weight =
      server.Load("{\"id\": \"a\", \"tag\": \"likes\", \"value\": \"tea\"}\n", facts, {}, "facts.ndjson");
  EXPECT_EQ(no_weight.exit_code, 1);
  EXPECT_THAT(no_weight.err, ::testing::HasSubstr("has the key 'weight', which is the weight_column"));
  EXPECT_EQ(server.RefusedBecause("HAS likes").reason, "UNKNOWN_TAG");
}

}  // namespace
}  // namespace muster::testing
