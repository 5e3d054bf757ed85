#include "server/answers/saved/segment_answers.h"

#include "absl/strings/str_cat.h"
#include "server/answers/batch_count.h"
#include "server/answers/members/member_pages.h"
#include "server/answers/number_answers.h"
#include "server/answers/parse_answer.h"
#include "server/answers/question_answers.h"
#include "tests/server/answers/answers_fixture.h"

namespace muster::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class SegmentAnswersTest : public AnswersFixture {
 protected:
  void SetUp() override { LoadFour(); }

  static v1::CreateSegmentRequest Creation(const std::string& name, const std::string& text) {
    v1::CreateSegmentRequest request;
    request.set_population("p");
    request.set_name(name);
    request.mutable_expression()->set_text(text);
    return request;
  }
  v1::Segment MustCreate(const std::string& name, const std::string& text) {
    const auto created = Answer(&CreateSegment, Creation(name, text));
    EXPECT_THAT(created, IsOk());
    return created.ok() ? created->segment() : v1::Segment();
  }
  absl::StatusOr<v1::UpdateSegmentResponse> Update(const std::string& name, const std::string& text,
                                                   const std::string& etag = "") {
    v1::UpdateSegmentRequest request;
    request.set_population("p");
    request.set_name(name);
    request.mutable_expression()->set_text(text);
    request.set_etag(etag);
    return Answer(&UpdateSegment, request);
  }
  absl::StatusOr<v1::DeleteSegmentResponse> Delete(const std::string& name, const std::string& etag = "") {
    v1::DeleteSegmentRequest request;
    request.set_population("p");
    request.set_name(name);
    request.set_etag(etag);
    return Answer(&DeleteSegment, request);
  }
  absl::StatusOr<v1::GetSegmentResponse> Get(const std::string& name) {
    v1::GetSegmentRequest request;
    request.set_population("p");
    request.set_name(name);
    return Answer(&GetSegment, request);
  }
  static v1::CountMembersRequest Question(const std::string& text, const std::string& snapshot = "") {
    v1::CountMembersRequest request;
    request.set_population("p");
    request.mutable_expression()->set_text(text);
    request.set_snapshot(snapshot);
    return request;
  }
};

TEST_F(SegmentAnswersTest, CreateSegmentSavesAndGetSegmentShows) {
  const v1::Segment created = MustCreate("loyal", "vip AND city='x' OR age>50");
  EXPECT_EQ(created.name(), "loyal");
  EXPECT_EQ(created.expression(), "vip AND city='x' OR age>50");
  EXPECT_EQ(created.canonical(), "age > 50 OR city = 'x' AND vip");
  EXPECT_EQ(created.version(), 1u);
  EXPECT_EQ(created.create_time(), "2026-11-22T12:00:00Z");
  EXPECT_THAT(created.etag(), SizeIs(16));
  const auto shown = Get("loyal");
  ASSERT_THAT(shown, IsOk());
  EXPECT_EQ(shown->segment().SerializeAsString(), created.SerializeAsString());
  MustCreate("outer", "SEGMENT 'loyal'");
  EXPECT_THAT(Get("outer")->segment().uses(), ElementsAre("loyal"));
  EXPECT_EQ(Answer(&CountMembers, Question("NOT SEGMENT 'outer'"))->count(), 2u);
}

TEST_F(SegmentAnswersTest, CreateSegmentTakesATree) {
  v1::CreateSegmentRequest request = Creation("t", "");
  request.mutable_expression()->mutable_tree()->mutable_negated()->mutable_flag()->set_tag("vip");
  const auto created = Answer(&CreateSegment, request);
  ASSERT_THAT(created, IsOk());
  EXPECT_EQ(created->segment().expression(), "NOT vip");
}

TEST_F(SegmentAnswersTest, CreateSegmentRefusesWithReasonAndPlace) {
  MustCreate("loyal", "vip");
  const absl::Status taken = Answer(&CreateSegment, Creation("loyal", "vip")).status();
  EXPECT_THAT(taken, StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_EQ(ReasonOf(taken), "ALREADY_EXISTS");
  const absl::Status wrong = Answer(&CreateSegment, Creation("new", "vip AND cty = 'x'")).status();
  EXPECT_THAT(wrong, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(ReasonOf(wrong), "UNKNOWN_TAG");
  EXPECT_EQ(FieldOf(wrong), "expression.text:1:9");
  EXPECT_EQ(ReasonOf(Answer(&CreateSegment, Creation("new", "vip AND")).status()), "SYNTAX");
  EXPECT_EQ(ReasonOf(Answer(&CreateSegment, Creation("new", "SEGMENT 'absent'")).status()),
            "UNKNOWN_SEGMENT");
  const absl::Status cycle = Answer(&CreateSegment, Creation("new", "SEGMENT 'new'")).status();
  EXPECT_EQ(ReasonOf(cycle), "SEGMENT_CYCLE");
  EXPECT_THAT(std::string(cycle.message()), HasSubstr("cycle: new → new"));
  EXPECT_EQ(FieldOf(Answer(&CreateSegment, Creation("", "vip")).status()), "name");
  EXPECT_EQ(ReasonOf(Answer(&CreateSegment, Creation("a\nb", "vip")).status()), "BAD_NAME");
  v1::CreateSegmentRequest nothing = Creation("new", "vip");
  nothing.clear_expression();
  EXPECT_EQ(FieldOf(Answer(&CreateSegment, nothing).status()), "expression");
  nothing.set_population("q");
  EXPECT_EQ(ReasonOf(Answer(&CreateSegment, nothing).status()), "UNKNOWN_POPULATION");
  EXPECT_EQ(ReasonOf(Get("new").status()), "UNKNOWN_SEGMENT");
}

// The seventeenth salt has no place: the segment is saved all the same, and answers by member ids.
TEST_F(SegmentAnswersTest, ASaltWithoutAPlaceIsAWarningWhereItStands) {
  std::string sixteen = "NOBODY";
  for (int i = 0; i < 16; ++i) absl::StrAppend(&sixteen, " OR BUCKET('s", i, "', 0, 9999)");
  const auto many = Answer(&CreateSegment, Creation("many", sixteen));
  ASSERT_THAT(many, IsOk());
  EXPECT_THAT(many->warnings(), IsEmpty());
  const auto more = Answer(&CreateSegment, Creation("more", "vip OR\n BUCKET('x', 0, 9999)"));
  ASSERT_THAT(more, IsOk());
  ASSERT_THAT(more->warnings(), SizeIs(1));
  const v1::Warning& warning = more->warnings(0);
  EXPECT_EQ(warning.reason(), v1::WARNING_REASON_SALT_NOT_STORED);
  EXPECT_EQ(warning.path(), "expression.text");
  EXPECT_EQ(warning.offset(), 15);
  EXPECT_EQ(warning.length(), 3);
  EXPECT_EQ(warning.line(), 2);
  EXPECT_EQ(warning.column(), 9);
  EXPECT_EQ(warning.value(), "x");
  EXPECT_THAT(warning.message(), HasSubstr("a population stores those of at most 16 salts"));
  EXPECT_EQ(Answer(&CountMembers, Question("SEGMENT 'more'"))->count(), 4u);
  v1::CreateSegmentRequest tree = Creation("tree", "");
  v1::Bucket& bucket = *tree.mutable_expression()->mutable_tree()->mutable_negated()->mutable_bucket();
  bucket.set_salt("x");
  bucket.set_high(5'000);
  const auto as_tree = Answer(&CreateSegment, tree);
  ASSERT_THAT(as_tree, IsOk());
  ASSERT_THAT(as_tree->warnings(), SizeIs(1));
  EXPECT_EQ(as_tree->warnings(0).path(), "expression.tree.negated.bucket");
  const v1::Segment shown = Get("more")->segment();
  ASSERT_THAT(shown.salts(), SizeIs(1));
  EXPECT_EQ(shown.salts(0).salt(), "x");
  EXPECT_EQ(shown.salts(0).state(), v1::SALT_STATE_NO_PLACE);
  EXPECT_EQ(shown.salts(0).stored_id_count(), 0u);
  EXPECT_THAT(Get("many")->segment().salts(), SizeIs(16));
  EXPECT_THAT(more->segment().salts(), IsEmpty()) << "only GetSegment looks";
  // An update warns, too, until there is a place.
  EXPECT_THAT(Update("more", "BUCKET('x', 0, 1)")->warnings(), SizeIs(1));
  EXPECT_THAT(Update("many", "BUCKET('s1', 0, 1)")->warnings(), IsEmpty());
  EXPECT_THAT(Update("more", "BUCKET('x', 0, 2)")->warnings(), IsEmpty());
}

TEST_F(SegmentAnswersTest, CreateSegmentWarnsAsACountDoes) {
  const auto created = Answer(&CreateSegment, Creation("none", "NOT city = 'nowhere' AS OF TODAY"));
  ASSERT_THAT(created, IsOk());
  EXPECT_THAT(created->warnings(), SizeIs(1));
  EXPECT_THAT(created->notices(), SizeIs(1));
}

TEST_F(SegmentAnswersTest, CreateSegmentChangesNothingInATurnThatIsTooShort) {
  WorkBudget small(nullptr, {.values = 0});
  EXPECT_FALSE(Answer(&CreateSegment, Creation("a", "city = 'x'"), small).ok());
  EXPECT_TRUE(small.ran_out());
  EXPECT_EQ(ReasonOf(Get("a").status()), "UNKNOWN_SEGMENT");
}

TEST_F(SegmentAnswersTest, ListSegmentsGoesOnByName) {
  for (int i = 0; i < 7; ++i) MustCreate(absl::StrCat("s", i), "vip");
  v1::ListSegmentsRequest request;
  request.set_population("p");
  request.set_page_size(3);
  std::vector<std::string> names;
  do {
    const auto page = Answer(&ListSegments, request);
    ASSERT_THAT(page, IsOk());
    for (const v1::Segment& segment : page->segments()) names.push_back(segment.name());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(names, ElementsAre("s0", "s1", "s2", "s3", "s4", "s5", "s6"));
  const std::string token = Answer(&ListSegments, request)->next_page_token();
  request.set_page_token(token + "x");
  EXPECT_EQ(ReasonOf(Answer(&ListSegments, request).status()), "BAD_PAGE_TOKEN");
  request.set_page_token("");
  request.set_page_size(-1);
  EXPECT_EQ(FieldOf(Answer(&ListSegments, request).status()), "page_size");
}

TEST_F(SegmentAnswersTest, UpdateSegmentKeepsAnotherChange) {
  const v1::Segment first = MustCreate("a", "vip");
  const auto second = Update("a", "NOT vip", first.etag());
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->segment().version(), 2u);
  for (const std::string& old : {first.etag(), std::string("nonsense"), std::string("0000000000000000")}) {
    EXPECT_THAT(Update("a", "EVERYONE", old), StatusIs(absl::StatusCode::kAborted));
    EXPECT_EQ(ReasonOf(Update("a", "EVERYONE", old).status()), "ETAG_MISMATCH");
    EXPECT_EQ(ReasonOf(Delete("a", old).status()), "ETAG_MISMATCH");
  }
  EXPECT_THAT(Update("a", "EVERYONE"), IsOk());
  EXPECT_EQ(ReasonOf(Update("b", "citty = 1").status()), "UNKNOWN_SEGMENT");
  EXPECT_THAT(Update("b", "vip"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(FieldOf(Update("a", "citty = 1").status()), "expression.text:1:1");
  MustCreate("user", "SEGMENT 'a'");
  EXPECT_EQ(ReasonOf(Update("a", "SEGMENT 'user'").status()), "SEGMENT_CYCLE");
  EXPECT_THAT(std::string(Update("a", "SEGMENT 'user'").status().message()), HasSubstr("a → user → a"));
}

TEST_F(SegmentAnswersTest, AnUpdateThatItsUsersCannotBearIsRefused) {
  MustCreate("c1", "vip");
  for (int i = 2; i <= 21; ++i) MustCreate(absl::StrCat("c", i), absl::StrCat("SEGMENT 'c", i - 1, "'"));
  MustCreate("base", "vip");
  const absl::Status deep = Update("c1", "SEGMENT 'base'").status();
  EXPECT_EQ(ReasonOf(deep), "LIMIT");
  EXPECT_THAT(std::string(deep.message()),
              HasSubstr("the segment 'c21' uses 'c1' and could not be evaluated any more: "));
  EXPECT_THAT(std::string(deep.message()), HasSubstr("more than 20 segments deep"));
  EXPECT_THAT(Update("c2", "vip"), IsOk());
  EXPECT_THAT(Update("c1", "SEGMENT 'base'"), IsOk()) << "nobody uses it any more";

  std::string wide = "SEGMENT 'base'";
  for (int i = 1; i < 200; ++i) absl::StrAppend(&wide, " OR SEGMENT 'base'");
  MustCreate("wide", wide);
  std::string many = "vip";
  for (int i = 1; i < 600; ++i) absl::StrAppend(&many, " OR vip");
  const absl::Status large = Update("base", many).status();
  EXPECT_EQ(ReasonOf(large), "LIMIT");
  EXPECT_THAT(std::string(large.message()), HasSubstr("the segment 'wide' uses 'base'"));
  EXPECT_THAT(std::string(large.message()), HasSubstr("100000 conditions"));
  EXPECT_EQ(Answer(&CountMembers, Question("SEGMENT 'wide'"))->count(),
            Answer(&CountMembers, Question("vip"))->count());
}

TEST_F(SegmentAnswersTest, DeleteSegmentSparesWhatIsUsed) {
  const v1::Segment base = MustCreate("base", "vip");
  MustCreate("user", "SEGMENT 'base'");
  const absl::Status used = Delete("base").status();
  EXPECT_THAT(used, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(ReasonOf(used), "SEGMENT_IN_USE");
  EXPECT_THAT(std::string(used.message()), HasSubstr("'user'"));
  EXPECT_THAT(Delete("user"), IsOk());
  const auto deleted = Delete("base", base.etag());
  ASSERT_THAT(deleted, IsOk());
  EXPECT_EQ(deleted->segment().SerializeAsString(), base.SerializeAsString());
  EXPECT_THAT(Delete("base"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(SegmentAnswersTest, AReceiptIsRefusedOnceItsSegmentHasChanged) {
  MustCreate("inner", "vip");
  MustCreate("x", "SEGMENT 'inner' OR age > 55");
  const auto counted = Answer(&CountMembers, Question("SEGMENT 'x'"));
  ASSERT_THAT(counted, IsOk());
  const v1::Receipt& receipt = counted->receipt();
  EXPECT_EQ(receipt.expression(), "SEGMENT 'x'");
  Load({{"a", "x", "1", "0"}});
  EXPECT_EQ(Answer(&CountMembers, Question(receipt.expression(), receipt.snapshot()))->count(),
            receipt.count());
  ASSERT_THAT(Update("inner", "NOT vip"), IsOk());
  const absl::Status changed =
      Answer(&CountMembers, Question(receipt.expression(), receipt.snapshot())).status();
  EXPECT_THAT(changed, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(ReasonOf(changed), "SNAPSHOT_EXPIRED");
  EXPECT_THAT(std::string(changed.message()), HasSubstr("'inner'"));
}

TEST_F(SegmentAnswersTest, EveryAnswerThatCanBeRepeatedPinsItsSegments) {
  MustCreate("x", "age >= 30");
  v1::ListMembersRequest listing;
  listing.set_population("p");
  listing.mutable_expression()->set_text("SEGMENT 'x'");
  listing.set_page_size(2);
  const auto page = Answer(&ListMembers, listing);
  ASSERT_THAT(page, IsOk());
  listing.set_page_token(page->next_page_token());
  EXPECT_EQ(Answer(&ListMembers, listing)->ids().lines(), "c\nd\n");
  v1::BatchCountMembersRequest batch;
  batch.set_population("p");
  batch.add_expressions()->mutable_expression()->set_text("SEGMENT 'x'");
  batch.add_expressions()->mutable_expression()->set_text("vip");
  const auto counted = Answer(&BatchCountMembers, batch);
  ASSERT_THAT(counted, IsOk());
  EXPECT_EQ(counted->results(0).counted().count(), 4u);
  v1::SummarizeNumberRequest summary;
  summary.set_population("p");
  summary.set_tag("age");
  summary.mutable_expression()->set_text("SEGMENT 'x' AND vip");
  const auto summarized = Answer(&SummarizeNumber, summary);
  ASSERT_THAT(summarized, IsOk());
  EXPECT_EQ(summarized->member_count(), 2u);
  const std::string tokens[] = {counted->snapshot(), counted->results(0).counted().receipt().snapshot(),
                                summarized->snapshot()};
  for (const std::string& token : tokens)
    EXPECT_EQ(Answer(&CountMembers, Question("SEGMENT 'x'", token))->count(), 4u);
  ASSERT_THAT(Delete("x"), IsOk());
  for (const std::string& token : tokens) {
    const absl::Status gone = Answer(&CountMembers, Question("SEGMENT 'x'", token)).status();
    EXPECT_EQ(ReasonOf(gone), "SNAPSHOT_EXPIRED");
    EXPECT_THAT(std::string(gone.message()), HasSubstr("'x' was deleted"));
  }
  EXPECT_EQ(ReasonOf(Answer(&ListMembers, listing).status()), "SNAPSHOT_EXPIRED");
  const std::string& other = counted->results(1).counted().receipt().snapshot();
  EXPECT_EQ(Answer(&CountMembers, Question("vip", other))->count(), 2u);
}

TEST_F(SegmentAnswersTest, ExplanationsAndParsesKnowThem) {
  MustCreate("inner", "vip");
  MustCreate("outer", "SEGMENT 'inner' AND age > 3");
  v1::ExplainExpressionRequest explain;
  explain.set_population("p");
  explain.mutable_expression()->set_text("NOT SEGMENT 'outer'");
  const auto explained = Answer(&ExplainExpression, explain);
  ASSERT_THAT(explained, IsOk());
  EXPECT_EQ(explained->canonical(), "NOT SEGMENT 'outer'");
  ASSERT_THAT(explained->segments(), SizeIs(2));
  EXPECT_EQ(explained->segments(0).name(), "inner");
  EXPECT_EQ(explained->segments(1).canonical(), "SEGMENT 'inner' AND age > 3");
  v1::ParseExpressionRequest parse;
  parse.set_population("p");
  parse.mutable_expression()->set_text("SEGMENT 'outr'");
  auto parsed = Answer(&ParseExpression, parse);
  ASSERT_THAT(parsed, IsOk());
  ASSERT_THAT(parsed->problems(), SizeIs(1));
  EXPECT_EQ(parsed->problems(0).problem().reason(), v1::ERROR_REASON_UNKNOWN_SEGMENT);
  EXPECT_EQ(parsed->problems(0).problem().segment(), "outr");
  EXPECT_THAT(parsed->problems(0).problem().nearest(), ElementsAre("outer"));
  parse.mutable_expression()->set_text("SEGMENT 'outer'");
  parsed = Answer(&ParseExpression, parse);
  EXPECT_THAT(parsed->problems(), IsEmpty());
  EXPECT_EQ(parsed->tree().segment().name(), "outer");
}

}  // namespace
}  // namespace muster::server
