// Rule 29: names and limits.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kSlowBuild = true;
#else
constexpr bool kSlowBuild = false;
#endif

constexpr char kNumber[] = "tags:\n  - {name: n, kind: NUMBER}\n";

Refusal CreatePopulation(const TinyServer& server, const std::string& name) {
  muster::v1::CreatePopulationRequest request;
  request.mutable_population()->set_name(name);
  muster::v1::CreatePopulationResponse response;
  grpc::ClientContext context;
  return RefusalOf(server.catalog().CreatePopulation(&context, request, &response));
}

Refusal CreateTag(const TinyServer& server, const std::string& name) {
  muster::v1::CreateTagRequest request;
  request.set_population("p");
  request.mutable_tag()->set_name(name);
  request.mutable_tag()->set_kind(muster::v1::TAG_KIND_FLAG);
  muster::v1::CreateTagResponse response;
  grpc::ClientContext context;
  return RefusalOf(server.catalog().CreateTag(&context, request, &response));
}

TEST(Rule29, PopulationNames) {
  const TinyServer server;
  for (const std::string& good :
       {std::string("a"), std::string("0"), std::string("a_b-9"), std::string(63, 'z')}) {
    EXPECT_EQ(CreatePopulation(server, good).code, grpc::StatusCode::OK) << good;
    EXPECT_EQ(CreatePopulation(server, good).code, grpc::StatusCode::ALREADY_EXISTS) << good;
  }
  for (const std::string& bad :
       {std::string(""), std::string("Ab"), std::string("a.b"), std::string("a b"), std::string("ü"),
        std::string("../x"), std::string("a/b"), std::string(64, 'z')}) {
    const Refusal refusal = CreatePopulation(server, bad);
    EXPECT_EQ(refusal.code, grpc::StatusCode::INVALID_ARGUMENT) << bad;
    if (bad.empty()) continue;  // a missing field
    EXPECT_EQ(refusal.reason, "BAD_NAME") << bad;
    EXPECT_EQ(server.Load("id,n\na,1\n", kNumber, {"--population", bad}).exit_code, 1) << bad;
  }
}

TEST(Rule29, TagNames) {
  const TinyServer server;
  server.MustLoad("id,n\na,1\n", kNumber);
  const std::string longest(128, 't');
  std::string wide;
  for (int i = 0; i < 42; ++i) wide += "城";  // 126 bytes
  for (const std::string& good : {std::string("t"), std::string("城市"), std::string("a b.c-d_e9"),
                                  std::string("ключ"), std::string("שם"), longest, wide}) {
    EXPECT_EQ(CreateTag(server, good).code, grpc::StatusCode::OK) << good;
    EXPECT_EQ(CreateTag(server, good).reason, "ALREADY_EXISTS") << good;
    EXPECT_EQ(server.CountOf(absl::StrCat("HAS `", good, "`")), 0) << good;
  }
  for (const std::string& bad :
       {std::string(""), std::string("a/b"), std::string("a`b"), std::string("a\tb"), std::string("a'b"),
        std::string("a,b"), std::string("😀"), longest + "t", wide + "城"}) {
    const Refusal refusal = CreateTag(server, bad);
    EXPECT_EQ(refusal.code, grpc::StatusCode::INVALID_ARGUMENT) << bad;
    EXPECT_EQ(refusal.reason, bad.empty() ? "BAD_REQUEST" : "BAD_NAME") << bad;
  }
  const Finished load = server.Load("id,a/b\na,1\n", "tags:\n  - {name: a/b, kind: NUMBER}\n");
  EXPECT_EQ(load.exit_code, 1);
  EXPECT_THAT(load.err, HasSubstr("a/b"));
}

// What steers a terminal or turns the direction of text stands in no name, label or note; a value holds it,
// and messages show it escaped.
TEST(Rule29, CharactersThatSteerOrTurnText) {
  const TinyServer server;
  server.MustLoad("id,n\na,1\n", kNumber);
  for (const std::string bad :
       {"\x1b]52;c;eA==\x07", "a\tb", "\u009bx", "a\u202eb", "\u2066a\u2069", "a\u200fb"}) {
    EXPECT_EQ(CreateTag(server, bad).reason, "BAD_NAME") << bad;
    EXPECT_EQ(server.Load("id,n\nb,1\n", kNumber, {"--label", bad}).exit_code, 1) << bad;
    for (int note = 0; note < 3; ++note) {
      muster::v1::CreateTagRequest request;
      request.set_population("p");
      request.mutable_tag()->set_name("noted");
      request.mutable_tag()->set_kind(muster::v1::TAG_KIND_FLAG);
      (note == 0   ? request.mutable_tag()->mutable_description()
       : note == 1 ? request.mutable_tag()->mutable_owner()
                   : request.mutable_tag()->mutable_source())
          ->assign(bad);
      muster::v1::CreateTagResponse response;
      grpc::ClientContext context;
      const Refusal refusal = RefusalOf(server.catalog().CreateTag(&context, request, &response));
      EXPECT_EQ(refusal.code, grpc::StatusCode::INVALID_ARGUMENT) << bad;
    }
  }
  server.MustLoad("id,city\nb,a\u202eb\n", "tags:\n  - {name: city, kind: SINGLE}\n");
  EXPECT_EQ(server.IdsOf("city = 'a\u202eb'"), "b");
  const Finished refused = server.Load("id,n\nb,1\u202e2\n", kNumber);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("'1\\u202e2'"));
}

TEST(Rule29, ValuesOf400Bytes) {
  const TinyServer server;
  const std::string longest(400, 'v');
  server.MustLoad(absl::StrCat("id,c\na,", longest, "\nb,", longest, "v\n"),
                  "tags:\n  - {name: c, kind: SINGLE}\n", {"--max-rejected", "0.5"});
  ExpectSelects(server, {{"EVERYONE", "a"}, {absl::StrCat("c = '", longest, "'"), "a"}});
  EXPECT_EQ(server.RefusedBecause(absl::StrCat("c = '", longest, "v'")).reason, "LIMIT");
}

TEST(Rule29, TextLimits) {
  const TinyServer server;
  server.MustLoad("id,n\na,1\nb,2\n", kNumber);
  EXPECT_EQ(server.CountOf(absl::StrCat("n = 1", std::string((8 << 20) - 5, ' '))), 1);
  EXPECT_EQ(server.RefusedBecause(absl::StrCat("n = 1", std::string((8 << 20) - 4, ' '))).reason, "LIMIT");
  const auto nested = [](int depth) {
    return absl::StrCat(std::string(static_cast<size_t>(depth), '('), "n = 1",
                        std::string(static_cast<size_t>(depth), ')'));
  };
  const auto negated = [](int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += "NOT (";
    return absl::StrCat(text, "n = 1", std::string(static_cast<size_t>(depth), ')'));
  };
  EXPECT_EQ(server.CountOf(nested(90)), 1);
  EXPECT_EQ(server.CountOf(negated(90)), 1);
  EXPECT_EQ(server.CountOf(negated(95)), 1);
  EXPECT_EQ(server.RefusedBecause(nested(201)).reason, "LIMIT");
  EXPECT_EQ(server.RefusedBecause(negated(201)).reason, "LIMIT");
  EXPECT_THAT(server.RefusedBecause(nested(201)).Text(), HasSubstr("200"));
}

TEST(Rule29, NodesAndInValues) {
  const TinyServer server;
  server.MustLoad("id,n,c\na,1,1\nb,2,65535\n",
                  "tags:\n  - {name: n, kind: NUMBER}\n  - {name: c, kind: SINGLE}\n");
  const auto many = [](int clauses) {
    std::string text = "n = 1";
    for (int i = 1; i < clauses; ++i) absl::StrAppend(&text, i % 2 == 0 ? " OR n = " : " OR c = ", i);
    return text;
  };
  EXPECT_EQ(server.CountOf(many(45'000)), 2);
  EXPECT_EQ(server.RefusedBecause(many(100'001)).reason, "LIMIT");
  const auto in = [](const std::string& tag, int values) {
    std::string text = absl::StrCat(tag, " IN (0");
    for (int i = 1; i < values; ++i) absl::StrAppend(&text, ",", i);
    return text + ")";
  };
  EXPECT_EQ(server.CountOf(in("c", 65'536)), 2);
  EXPECT_EQ(server.CountOf(in("n", 65'536)), 2);
  EXPECT_EQ(server.RefusedBecause(in("c", 65'537)).reason, "LIMIT");
  // What the mend says can be done.
  EXPECT_THAT(server.RefusedBecause(in("c", 65'537)).Text(), HasSubstr("join several of them with OR"));
  EXPECT_THAT(server.RefusedBecause(in("c", 65'537)).Text(), HasSubstr("FLAG tag"));
  EXPECT_EQ(server.CountOf(absl::StrCat(in("c", 40'000), " OR ", in("c", 65'536))), 2);
}

TEST(Rule29, TreesOfForty) {
  const TinyServer server;
  server.MustLoad("id,vip\na,1\nb,0\nc,0\n", "tags:\n  - {name: vip, kind: FLAG}\n");
  const auto ask = [&server](int depth, uint64_t* count) {
    muster::v1::CountMembersRequest request;
    request.set_population("p");
    muster::v1::Expression* node = request.mutable_expression()->mutable_tree();
    for (int i = 1; i < depth; ++i) node = node->mutable_negated();
    node->mutable_flag()->set_tag("vip");
    muster::v1::CountMembersResponse answer;
    grpc::ClientContext context;
    const Refusal refusal = RefusalOf(server.queries().CountMembers(&context, request, &answer));
    *count = answer.count();
    return refusal;
  };
  uint64_t count = 0;
  EXPECT_EQ(ask(39, &count).code, grpc::StatusCode::OK);
  EXPECT_EQ(count, 1u);
  EXPECT_EQ(ask(40, &count).code, grpc::StatusCode::OK);
  EXPECT_EQ(count, 2u);  // an odd number of negations
  const Refusal refusal = ask(41, &count);
  EXPECT_EQ(refusal.code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(refusal.reason, "LIMIT");
  EXPECT_THAT(refusal.Text(), HasSubstr("text"));
  // Beyond what protobuf reads: refused, and the server lives on.
  EXPECT_NE(ask(150, &count).code, grpc::StatusCode::OK);
  EXPECT_EQ(server.CountOf("vip"), 1);
}

TEST(Rule29, MessagesOf16MiB) {
  const TinyServer server;
  const auto load = [&server](size_t padding) {
    grpc::ClientContext context;
    muster::v1::LoadRecordsResponse response;
    const auto stream = server.loads().LoadRecords(&context, &response);
    muster::v1::LoadRecordsRequest request;
    request.mutable_spec()->set_population("p");
    stream->Write(request);
    request.mutable_batch()->mutable_member_ids()->set_text("a" + std::string(padding, ' '));
    request.mutable_batch()->mutable_member_ids()->add_ends(static_cast<uint32_t>(padding + 1));
    stream->Write(request);
    request.mutable_commit()->set_records(1);
    stream->Write(request);
    stream->WritesDone();
    return stream->Finish();
  };
  const Refusal refusal = RefusalOf(load(17u << 20));
  EXPECT_EQ(refusal.code, grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(refusal.reason, "LIMIT");
  EXPECT_EQ(server.RefusedBecause("EVERYONE").code, grpc::StatusCode::NOT_FOUND);
  const grpc::Status most = load((16u << 20) - 100);
  EXPECT_THAT(most, IsOk());
  EXPECT_EQ(server.CountOf("EVERYONE"), 1);
}

TEST(Rule29, OneMillionValuesOfATag) {
  if (kSlowBuild) GTEST_SKIP() << "a million values take too long under a sanitizer";
  const TinyServer server;
  std::string text = "id,c\n";
  for (int i = 0; i < 1'000'000; ++i) absl::StrAppend(&text, "m", i, ",v", i, "\n");
  server.MustLoad(text, "tags:\n  - {name: c, kind: SINGLE}\n");
  ExpectSelects(server, {{"c = 'v0'", "m0"},
                         {"c = 'v999999'", "m999999"},
                         {"c LIKE 'v99999%'",
                          "m99999 m999990 m999991 m999992 m999993 m999994 m999995 m999996 m999997 "
                          "m999998 m999999"}});
  EXPECT_EQ(server.CountOf("HAS c"), 1'000'000);
  EXPECT_EQ(server.ProfileOf("m123456"), "c=v123456");
  server.MustLoad("id,c\nm5,v6\nm6,new\n", "tags:\n  - {name: c, kind: SINGLE}\n");
  ExpectSelects(server, {{"c = 'v5'", ""}, {"c = 'v6'", "m5"}, {"c = 'new'", "m6"}});
}

TEST(Rule29, TenThousandTagsOfAPopulation) {
  if (kSlowBuild) GTEST_SKIP() << "ten thousand tags take too long under a sanitizer";
  const TinyServer server;
  constexpr int kTagsOfALoad = 5'000;
  for (int first = 0; first < 10'000; first += kTagsOfALoad) {
    std::string header = "id";
    std::string cells = "a";
    std::string schema = "tags:\n";
    for (int i = first; i < std::min(first + kTagsOfALoad, 10'000); ++i) {
      absl::StrAppend(&header, ",t", i);
      absl::StrAppend(&cells, ",", i % 2);
      absl::StrAppend(&schema, "  - {name: t", i, ", kind: FLAG}\n");
    }
    server.MustLoad(absl::StrCat(header, "\n", cells, "\n"), schema);
  }
  ExpectSelects(server, {{"t9999", "a"}, {"t9998", ""}, {"HAS t0 AND t1", "a"}});
  muster::v1::GetPopulationRequest request;
  request.set_population("p");
  muster::v1::GetPopulationResponse response;
  grpc::ClientContext context;
  ASSERT_THAT(server.catalog().GetPopulation(&context, request, &response), IsOk());
  EXPECT_EQ(response.population().tag_count(), 10'000u);
}

Finished Segments(const TinyServer& server, std::vector<std::string> words) {
  words.insert(words.begin(), {"segments", "-p", "p"});
  return server.Cli(words);
}

TEST(Rule29, SegmentNames) {
  const TinyServer server;
  server.MustLoad("id,n\na,1\n", kNumber);
  for (const std::string& good :
       {std::string("a"), std::string(200, 'n'), std::string("Stammkunden (Nord), 'A'"),
        std::string("caf\x65\xcc\x81"), std::string("忠诚客户")}) {
    EXPECT_EQ(Segments(server, {"create", good, "n = 1"}).exit_code, 0) << good;
    const Finished taken = Segments(server, {"create", good, "n = 1"});
    EXPECT_EQ(taken.exit_code, 1);
    EXPECT_THAT(taken.err, HasSubstr("already"));
  }
  EXPECT_EQ(server.IdsOf("SEGMENT 'caf\xc3\xa9'"), "a");
  EXPECT_EQ(server.IdsOf("SEGMENT \"Stammkunden (Nord), 'A'\""), "a");
  for (const std::string& bad :
       {std::string(201, 'n'), std::string("a\nb"), std::string("a\tb"), std::string("\x7f")}) {
    const Finished refused = Segments(server, {"create", bad, "n = 1"});
    EXPECT_EQ(refused.exit_code, 1) << bad;
    EXPECT_THAT(refused.err, HasSubstr("1 to 200 bytes")) << bad;
  }
}

TEST(Rule29, SegmentsNestTwentyDeep) {
  const TinyServer server;
  server.MustLoad("id,n\na,1\nb,2\n", kNumber);
  ASSERT_EQ(Segments(server, {"create", "s1", "n = 1"}).exit_code, 0);
  for (int i = 2; i <= 20; ++i) {
    const std::string text = absl::StrCat("NOT SEGMENT 's", i - 1, "'");
    const Finished created = Segments(server, {"create", absl::StrCat("s", i), text});
    ASSERT_EQ(created.exit_code, 0) << created.err;
  }
  EXPECT_EQ(server.IdsOf("SEGMENT 's20'"), "b");
  EXPECT_EQ(server.IdsOf("SEGMENT 's19'"), "a");
  ASSERT_EQ(Segments(server, {"create", "s21", "SEGMENT 's20'"}).exit_code, 0);
  const Refusal deep = server.RefusedBecause("SEGMENT 's21'");
  EXPECT_EQ(deep.reason, "LIMIT");
  EXPECT_THAT(deep.message, HasSubstr("more than 20 segments deep"));
  EXPECT_EQ(Segments(server, {"create", "s22", "SEGMENT 's21'"}).exit_code, 1);
}

// Each names the one before it twice.
TEST(Rule29, ExpandedExpressionsHaveAHundredThousandNodes) {
  const TinyServer server;
  server.MustLoad("id,n\na,1\nb,2\n", kNumber);
  ASSERT_EQ(Segments(server, {"create", "d0", "n = 1"}).exit_code, 0);
  std::string refused;
  int i = 1;
  for (; i <= 19 && refused.empty(); ++i) {
    const std::string below = absl::StrCat("SEGMENT 'd", i - 1, "'");
    const Finished created =
        Segments(server, {"create", absl::StrCat("d", i), absl::StrCat(below, " AND ", below)});
    if (created.exit_code != 0) refused = created.err;
  }
  EXPECT_THAT(refused, HasSubstr("more than 100000"));
  EXPECT_EQ(server.IdsOf(absl::StrCat("SEGMENT 'd", i - 2, "'")), "a");
}

TEST(Rule29, ListNames) {
  const TinyServer server;
  server.MustLoad("id,n\na,1\n", kNumber);
  const auto load = [&server](const std::string& name) {
    return server.Cli({"list", "-p", "p", "load", name, "-"}, "a\n");
  };
  for (const std::string& good :
       {std::string("a"), std::string(200, 'n'), std::string("Stammkunden (Nord), 'A'"),
        std::string("caf\x65\xcc\x81"), std::string("忠诚客户")}) {
    EXPECT_EQ(load(good).exit_code, 0) << good;
    const Finished taken = load(good);
    EXPECT_EQ(taken.exit_code, 1);
    EXPECT_THAT(taken.err, HasSubstr("already"));
  }
  EXPECT_EQ(server.IdsOf("LIST 'caf\xc3\xa9'"), "a");
  EXPECT_EQ(server.IdsOf("LIST \"Stammkunden (Nord), 'A'\""), "a");
  for (const std::string& bad :
       {std::string(201, 'n'), std::string("a\nb"), std::string("a\tb"), std::string("\x7f")}) {
    const Finished refused = load(bad);
    EXPECT_EQ(refused.exit_code, 1) << bad;
    EXPECT_THAT(refused.err, HasSubstr("1 to 200 bytes")) << bad;
  }
}

}  // namespace
}  // namespace muster::testing
