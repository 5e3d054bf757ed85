#include "server/answers/members/member_listing.h"

#include <roaring/roaring.h>

#include <functional>
#include <thread>

#include "absl/strings/str_cat.h"
#include "clients/cpp/member_ids.h"
#include "tests/server/answers/answers_fixture.h"

namespace muster::server {
namespace {

class MemberListingTest : public AnswersFixture {
 protected:
  static constexpr int kMembers = 1'000;

  void SetUp() override {
    index::TextRecords records;
    for (int i = 0; i < kMembers; ++i) records.push_back({absl::StrCat("m", i), "x", "1", "1"});
    Load(records);
  }
  static v1::StreamMembersRequest Listing(const std::string& text, uint64_t limit = 0) {
    v1::StreamMembersRequest request;
    request.set_population("p");
    request.mutable_expression()->set_text(text);
    request.set_limit(limit);
    return request;
  }
  // The messages of the rest of a listing, as a client parses them.
  std::vector<v1::StreamMembersResponse> Rest(MemberListing& listing, const ListingPortion& portion,
                                              query::ScanHelpers* helpers = nullptr) {
    std::vector<v1::StreamMembersResponse> rest;
    for (;;) {
      std::vector<ListedMembers> messages;
      EXPECT_THAT(listing.Continue(portion, WorkBudget::Unlimited(), helpers, messages), IsOk());
      if (messages.empty()) return rest;
      EXPECT_LE(messages.size(), portion.messages);
      for (const ListedMembers& message : messages)
        EXPECT_TRUE(rest.emplace_back().ParseFromString(message.head + message.body));
    }
  }
  std::vector<std::string> IdsIn(const std::vector<v1::StreamMembersResponse>& messages) {
    std::vector<std::string> ids;
    for (const v1::StreamMembersResponse& message : messages) {
      const std::vector<std::string_view> single = client::IdsOf(message.ids());
      EXPECT_EQ(single.size(), message.ids().count());
      ids.insert(ids.end(), single.begin(), single.end());
    }
    return ids;
  }
  // The ordinals of a listing, as CRoaring reads them.
  std::vector<uint32_t> Ordinals(const v1::StreamMembersRequest& request, const ListingPortion& portion) {
    MemberListing listing;
    v1::StreamMembersResponse first;
    EXPECT_THAT(listing.Begin(context_, request, Call(), first), IsOk());
    std::string bytes;
    for (const v1::StreamMembersResponse& message : Rest(listing, portion)) {
      EXPECT_FALSE(message.has_ids());
      bytes += message.bitmap();
    }
    roaring_bitmap_t* const bitmap = roaring_bitmap_portable_deserialize_safe(bytes.data(), bytes.size());
    EXPECT_NE(bitmap, nullptr);
    if (bitmap == nullptr) return {};
    EXPECT_TRUE(roaring_bitmap_internal_validate(bitmap, nullptr));
    EXPECT_EQ(roaring_bitmap_portable_size_in_bytes(bitmap), bytes.size());
    std::vector<uint32_t> ordinals(roaring_bitmap_get_cardinality(bitmap));
    roaring_bitmap_to_uint32_array(bitmap, ordinals.data());
    roaring_bitmap_free(bitmap);
    return ordinals;
  }
};

// Lends real threads.
class Lender final : public query::ScanHelpers {
 public:
  ~Lender() override {
    for (std::thread& thread : threads_) thread.join();
  }
  bool Borrow(std::function<void()> work) override {
    threads_.emplace_back(std::move(work));
    return true;
  }
  bool IsWanted() const override { return true; }

 private:
  std::vector<std::thread> threads_;
};

TEST_F(MemberListingTest, StreamMembersListsEverybodyInAnyPortion) {
  std::vector<std::string> all;
  for (int i = 0; i < kMembers; ++i) all.push_back(absl::StrCat("m", i));
  Lender lender;
  for (const ListingPortion& portion : {ListingPortion{65'536, 262'144, 4},
                                        {7, 262'144, 1},
                                        {65'536, 1, 1},
                                        {65'536, 1, 3},
                                        {300, 2'000, 4},
                                        {1, 1, 1}}) {
    for (query::ScanHelpers* const helpers :
         {static_cast<query::ScanHelpers*>(nullptr), static_cast<query::ScanHelpers*>(&lender)}) {
      MemberListing listing;
      v1::StreamMembersResponse first;
      ASSERT_THAT(listing.Begin(context_, Listing("vip"), Call(), first), IsOk());
      EXPECT_EQ(first.total_count(), 1'000u);
      EXPECT_EQ(first.receipt().count(), 1'000u);
      EXPECT_FALSE(first.has_ids());
      const std::vector<v1::StreamMembersResponse> rest = Rest(listing, portion, helpers);
      EXPECT_EQ(IdsIn(rest), all);
      for (const v1::StreamMembersResponse& message : rest) EXPECT_GT(message.ids().count(), 0u);
    }
  }
}

// The size of the next messages is reckoned from the last ones, so ids that grow suddenly make them too long.
TEST_F(MemberListingTest, IdsOfVeryDifferentLengthsAreAllListedInMessagesOfBoundedSize) {
  index::TextRecords records;
  std::vector<std::string> all;
  for (int i = 0; i < 6'000; ++i) {
    const size_t length = i / 1'000 % 2 == 0 ? 1 : 470;
    all.push_back(absl::StrCat(i % 97, std::string(length, 'x'), i));
    records.push_back({all.back(), "y", "7", "1"});
  }
  Load(records);
  MemberListing listing;
  v1::StreamMembersResponse first;
  ASSERT_THAT(listing.Begin(context_, Listing("age = 7"), Call(), first), IsOk());
  const std::vector<v1::StreamMembersResponse> rest = Rest(listing, {65'536, 20'000, 4});
  EXPECT_EQ(IdsIn(rest), all);
  for (const v1::StreamMembersResponse& message : rest) EXPECT_LE(message.ByteSizeLong(), 540'000u);
}

// A question that finds fewer members the second time: what damage would make of it.
class ForgetfulQuestion final : public query::Question {
 public:
  ForgetfulQuestion(QuestionPtr question, index::Ordinal end) : question_(std::move(question)), end_(end) {}
  const index::PopulationView& view() const override { return question_->view(); }
  const std::string& canonical() const override { return question_->canonical(); }
  absl::CivilDay today() const override { return question_->today(); }
  const std::vector<query::Problem>& warnings() const override { return question_->warnings(); }
  const std::vector<std::string>& notices() const override { return question_->notices(); }
  absl::StatusOr<std::vector<index::PinnedView>> Pins() const override { return question_->Pins(); }
  const std::vector<index::SegmentPtr>& segments() const override { return question_->segments(); }
  const std::vector<index::SavedPin>& saved() const override { return question_->saved(); }
  uint64_t member_count() const override { return question_->member_count(); }
  absl::StatusOr<std::vector<query::UnknownCount>> Unknown() const override { return question_->Unknown(); }
  absl::StatusOr<uint64_t> Count(WorkBudget& budget, query::ScanStatistics* statistics,
                                 query::ScanHelpers* helpers) const override {
    return question_->Count(budget, statistics, helpers);
  }
  absl::Status Members(index::Ordinal from, WorkBudget& budget,
                       const std::function<bool(absl::Span<const index::Ordinal>)>& sink) const override {
    return question_->Members(from, budget, [&](absl::Span<const index::Ordinal> ordinals) {
      while (!ordinals.empty() && ordinals.back() >= end_) ordinals.remove_suffix(1);
      return !ordinals.empty() && sink(ordinals);
    });
  }
  absl::StatusOr<query::Explanation> Explain(WorkBudget& budget) const override {
    return question_->Explain(budget);
  }

 private:
  const QuestionPtr question_;
  const index::Ordinal end_;
};

TEST_F(MemberListingTest, AListThatWouldEndEarlyFails) {
  for (const index::Ordinal end : {0, 100, 101, 999}) {
    const v1::StreamMembersRequest request = Listing("vip");
    absl::StatusOr<QuestionPtr> question =
        Ask(context_, ViewFieldsOf(request), request.expression(), WorkBudget::Unlimited());
    ASSERT_THAT(question, IsOk());
    MemberListing listing;
    v1::StreamMembersResponse first;
    ASSERT_THAT(listing.BeginWith(std::make_unique<ForgetfulQuestion>(*std::move(question), end), context_,
                                  request, Call(), first),
                IsOk());
    EXPECT_EQ(first.total_count(), 1'000u);
    uint64_t listed = 0;
    absl::Status status;
    for (std::vector<ListedMembers> messages; status.ok() && listed <= end;) {
      status = listing.Continue({100, 262'144, 1}, WorkBudget::Unlimited(), nullptr, messages);
      ASSERT_TRUE(!status.ok() || !messages.empty()) << "it ended with " << listed << " members";
      for (const ListedMembers& message : messages) {
        v1::StreamMembersResponse parsed;
        ASSERT_TRUE(parsed.ParseFromString(message.head + message.body));
        listed += parsed.ids().count();
      }
    }
    EXPECT_EQ(listed, end);
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kDataLoss));
  }
}

TEST_F(MemberListingTest, StreamMembersStaysOnItsSnapshotAndWithinItsLimit) {
  MemberListing listing;
  v1::StreamMembersResponse first;
  ASSERT_THAT(listing.Begin(context_, Listing("age = 1", 10), Call(), first), IsOk());
  EXPECT_EQ(first.total_count(), 1'000u);
  Load({{"m3", "x", "2", "1"}});
  const std::vector<std::string> ids = IdsIn(Rest(listing, {4, 1'000, 2}));
  ASSERT_EQ(ids.size(), 10u);
  EXPECT_EQ(ids[3], "m3");
}

TEST_F(MemberListingTest, OrdinalsComeAsOneBitmapInTheOrderOfTheIds) {
  index::TextRecords records;
  // Beyond a chunk; some of it dense, so that there are containers of both forms.
  for (int i = kMembers; i < 70'000; ++i)
    records.push_back({absl::StrCat("m", i), "x", i < 66'000 || i % 5 == 0 ? "1" : "2", "1"});
  Load(records);
  for (const char* text : {"age = 1", "age = 2", "EVERYONE", "NOBODY", "age = 2 AND NOT age = 2"}) {
    for (const uint64_t limit : {uint64_t{0}, uint64_t{1}, uint64_t{3'000}, uint64_t{65'600}}) {
      v1::StreamMembersRequest request = Listing(text, limit);
      MemberListing listing;
      v1::StreamMembersResponse first;
      ASSERT_THAT(listing.Begin(context_, request, Call(), first), IsOk());
      const std::vector<std::string> ids = IdsIn(Rest(listing, {65'536, 262'144, 4}));
      request.set_form(v1::MEMBER_FORM_ORDINALS);
      for (const size_t bytes : {size_t{1}, size_t{1} << 20}) {
        const std::vector<uint32_t> ordinals = Ordinals(request, {65'536, bytes, 4});
        ASSERT_EQ(ordinals.size(), ids.size()) << text << " " << limit;
        for (size_t i = 0; i < ids.size(); ++i) ASSERT_EQ(absl::StrCat("m", ordinals[i]), ids[i]);
      }
      v1::StreamMembersResponse counted;
      MemberListing again;
      ASSERT_THAT(again.Begin(context_, request, Call(), counted), IsOk());
      EXPECT_EQ(counted.total_count(), first.total_count());
      EXPECT_EQ(counted.receipt().count(), first.total_count());
    }
  }
  v1::StreamMembersRequest strange = Listing("vip");
  strange.set_form(static_cast<v1::MemberForm>(7));
  MemberListing listing;
  v1::StreamMembersResponse first;
  EXPECT_EQ(ReasonOf(listing.Begin(context_, strange, Call(), first)), "BAD_REQUEST");
}

TEST_F(MemberListingTest, StreamMembersRefusesBeforeItsFirstMessage) {
  MemberListing listing;
  v1::StreamMembersResponse first;
  EXPECT_EQ(ReasonOf(listing.Begin(context_, Listing("vip OR"), Call(), first)), "SYNTAX");
  WorkBudget unwanted([] { return absl::CancelledError("gone"); });
  EXPECT_THAT(listing.Begin(context_, Listing("vip"), Call(unwanted), first),
              StatusIs(absl::StatusCode::kCancelled));
}

}  // namespace
}  // namespace muster::server
