// Rule 26: a list has exactly as many members as the count of the same snapshot, in ordinal order, all unless
// limited.
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cpp/member_ids.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

constexpr char kSchema[] = "tags:\n  - {name: n, kind: NUMBER}\n";

// Members m0 … in this order; n counts up.
std::string Records(int count) {
  std::string text = "id,n\n";
  for (int i = 0; i < count; ++i) absl::StrAppend(&text, "m", (i * 7'919) % 1'000'003, ",", i, "\n");
  return text;
}

TEST(Rule26, AllMembersInOrdinalOrderUnlessALimitIsGiven) {
  const TinyServer server;
  server.MustLoad(Records(30'000), kSchema);
  const Finished count = server.Count("n BETWEEN 10000 AND 24999");
  EXPECT_EQ(count.out, "15000\n");
  std::string expected;
  for (int i = 10'000; i < 25'000; ++i) absl::StrAppend(&expected, "m", (i * 7'919) % 1'000'003, "\n");
  const Finished members = server.Members("n BETWEEN 10000 AND 24999");
  EXPECT_EQ(members.exit_code, 0);
  EXPECT_EQ(members.out, expected);
  const auto lines = LinesOf(expected);
  for (const size_t limit : {size_t{1}, size_t{10}, size_t{14'999}, size_t{15'000}, size_t{99'999}}) {
    const Finished limited = server.Members("n BETWEEN 10000 AND 24999", {"--limit", std::to_string(limit)});
    EXPECT_EQ(
        limited.out,
        absl::StrJoin(lines.begin(), lines.begin() + static_cast<long>(std::min(limit, lines.size())), "\n") +
            "\n");
  }
  const std::string path = server.folder() + "/members.txt";
  const Finished to_file = server.Members("n BETWEEN 10000 AND 24999", {"--output", path});
  EXPECT_EQ(to_file.exit_code, 0) << to_file.err;
  EXPECT_EQ(to_file.out, "");
  std::ifstream in(path, std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), expected);
  EXPECT_EQ(server.Members("NOBODY").out, "");
}

TEST(Rule26, PagesAreOneListOfOneSnapshotWhateverIsLoadedBetweenThem) {
  TinyServer server;
  server.MustLoad(Records(5'000), kSchema);
  muster::v1::ListMembersRequest request;
  request.set_population("p");
  request.mutable_expression()->set_text("n >= 1000");
  request.set_page_size(700);
  std::vector<std::string> ids;
  int pages = 0;
  do {
    muster::v1::ListMembersResponse page;
    grpc::ClientContext context;
    const grpc::Status status = server.queries().ListMembers(&context, request, &page);
    ASSERT_THAT(status, IsOk());
    EXPECT_EQ(page.total_count(), 4'000u);
    EXPECT_LE(page.ids().count(), 700u);
    for (const std::string_view id : client::IdsOf(page.ids())) ids.emplace_back(id);
    request.set_page_token(page.next_page_token());
    // Everything changes under the list: values, tags' versions, members.
    server.MustLoad(absl::StrCat("id,n\nm0,", 5'000 + pages, "\nx", pages, ",9999\nm7919,2000\n"), kSchema,
                    {"--mode", pages % 2 == 0 ? "merge" : "replace"});
    ++pages;
  } while (!request.page_token().empty() && pages < 20);
  EXPECT_EQ(pages, 6);
  ASSERT_EQ(ids.size(), 4'000u);
  for (int i = 0; i < 4'000; ++i)
    ASSERT_EQ(ids[static_cast<size_t>(i)], absl::StrCat("m", ((i + 1'000) * 7'919) % 1'000'003));
}

TEST(Rule26, PagesOverSeveralDatesAreOneListWhateverIsLoadedIntoHistory) {
  TinyServer server;
  server.MustLoad(Records(3'000), kSchema, {"--date", "2026-01-10"});
  server.MustLoad("id,n\nm0,9999\nm7919,9999\n", kSchema, {"--date", "2026-01-20", "--mode", "replace"});
  for (const char* as_of : {"", "2026-01-12"}) {
    muster::v1::ListMembersRequest request;
    request.set_population("p");
    // On the 10th all have a number; now two have.
    request.mutable_expression()->set_text(
        "(n >= 1000 AS OF 2026-01-10) AND NOT (n > 5000 AS OF 2026-01-20)");
    request.set_as_of(as_of);
    request.set_page_size(700);
    std::vector<std::string> ids;
    int pages = 0;
    do {
      muster::v1::ListMembersResponse page;
      grpc::ClientContext context;
      ASSERT_THAT(server.queries().ListMembers(&context, request, &page), IsOk());
      EXPECT_EQ(page.total_count(), 2'000u);
      for (const std::string_view id : client::IdsOf(page.ids())) ids.emplace_back(id);
      request.set_page_token(page.next_page_token());
      request.clear_as_of();
      // The day's version, everyone's dates and the current one change.
      const std::string id = absl::StrCat("x", as_of, pages);
      server.MustLoad(absl::StrCat("id,n\n", id, ",5000\nm", (1'500 * 7'919) % 1'000'003, ",1\n"), kSchema,
                      {"--date", "2026-01-10"});
      server.MustLoad(absl::StrCat("id,n\n", id, ",9999\n"), kSchema, {"--date", "2026-01-20"});
      ++pages;
    } while (!request.page_token().empty() && pages < 20);
    EXPECT_EQ(pages, 3);
    ASSERT_EQ(ids.size(), 2'000u);
    for (int i = 0; i < 2'000; ++i)
      ASSERT_EQ(ids[static_cast<size_t>(i)], absl::StrCat("m", ((i + 1'000) * 7'919) % 1'000'003));
    // For the second round.
    server.MustLoad(Records(3'000), kSchema, {"--date", "2026-01-10", "--mode", "replace"});
  }
}

TEST(Rule26, StreamsSayTheCountFirstAndListAsMany) {
  const TinyServer server;
  server.MustLoad(Records(5'000), kSchema);
  for (const uint64_t limit : {0, 10}) {
    muster::v1::StreamMembersRequest request;
    request.set_population("p");
    request.mutable_expression()->set_text("n < 3000");
    request.set_limit(limit);
    grpc::ClientContext context;
    const auto stream = server.queries().StreamMembers(&context, request);
    muster::v1::StreamMembersResponse part;
    ASSERT_TRUE(stream->Read(&part));
    EXPECT_FALSE(part.has_ids());
    EXPECT_EQ(part.total_count(), 3'000u);
    EXPECT_EQ(part.receipt().count(), 3'000u);
    uint64_t listed = 0;
    while (stream->Read(&part)) listed += part.ids().count();
    EXPECT_THAT(stream->Finish(), IsOk());
    EXPECT_EQ(listed, limit == 0 ? 3'000u : limit);
  }
}

TEST(Rule26, AForeignOrSpoiltPageTokenIsRefused) {
  TinyServer server;
  server.MustLoad(Records(50), kSchema);
  muster::v1::ListMembersRequest request;
  request.set_population("p");
  request.mutable_expression()->set_text("n >= 0");
  request.set_page_size(10);
  muster::v1::ListMembersResponse page;
  grpc::ClientContext first;
  ASSERT_THAT(server.queries().ListMembers(&first, request, &page), IsOk());
  const std::string good = page.next_page_token();
  const auto ask = [&](const std::string& token, const std::string& expression) {
    request.set_page_token(token);
    request.mutable_expression()->set_text(expression);
    grpc::ClientContext context;
    return RefusalOf(server.queries().ListMembers(&context, request, &page));
  };
  EXPECT_EQ(ask("nonsense", "n >= 0").reason, "BAD_PAGE_TOKEN");
  EXPECT_EQ(ask(good.substr(0, good.size() / 2), "n >= 0").reason, "BAD_PAGE_TOKEN");
  std::string spoilt = good;
  spoilt[spoilt.size() / 2] = spoilt[spoilt.size() / 2] == 'A' ? 'B' : 'A';
  EXPECT_EQ(ask(spoilt, "n >= 0").reason, "BAD_PAGE_TOKEN");
  EXPECT_EQ(ask(good, "n >= 1").reason, "BAD_PAGE_TOKEN");  // another question's
  EXPECT_EQ(ask(good, "n >= 0").code, grpc::StatusCode::OK);
  server.Restart();
  EXPECT_EQ(ask(good, "n >= 0").code, grpc::StatusCode::OK) << "a listing goes on after a restart";
}

}  // namespace
}  // namespace muster::testing
