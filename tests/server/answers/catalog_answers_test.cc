#include "server/answers/catalog_answers.h"

#include "tests/server/answers/answers_fixture.h"

namespace muster::server {
namespace {

using ::testing::Not;
using ::testing::SizeIs;

class CatalogAnswersTest : public AnswersFixture {
 protected:
  absl::StatusOr<v1::CreatePopulationResponse> Create(const std::string& name, const std::string& zone = "") {
    v1::CreatePopulationRequest request;
    request.mutable_population()->set_name(name);
    request.mutable_population()->set_time_zone(zone);
    return Answer(&CreatePopulation, request);
  }
  static v1::GetTagRequest TagOf(const std::string& population, const std::string& tag) {
    v1::GetTagRequest request;
    request.set_population(population);
    request.set_tag(tag);
    return request;
  }
};

TEST_F(CatalogAnswersTest, CreatePopulationAndGetPopulation) {
  const auto created = Create("shop", "Asia/Shanghai");
  ASSERT_THAT(created, IsOk());
  EXPECT_EQ(created->population().time_zone(), "Asia/Shanghai");
  EXPECT_EQ(ReasonOf(Create("shop").status()), "ALREADY_EXISTS");
  EXPECT_EQ(FieldOf(Create("").status()), "population.name");
  EXPECT_EQ(FieldOf(Create("Shop!").status()), "population.name");
  EXPECT_EQ(FieldOf(Create("other", "Nowhere/Land").status()), "population.time_zone");
  v1::GetPopulationRequest request;
  request.set_population("shop");
  EXPECT_EQ(Answer(&GetPopulation, request)->population().name(), "shop");
  request.set_population("shap");
  EXPECT_EQ(ReasonOf(Answer(&GetPopulation, request).status()), "UNKNOWN_POPULATION");
}

TEST_F(CatalogAnswersTest, GetPopulationSaysWhatItHolds) {
  LoadFour();
  v1::GetPopulationRequest request;
  request.set_population("p");
  const auto answer = Answer(&GetPopulation, request);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->population().member_count(), 4u);
  EXPECT_EQ(answer->population().tag_count(), 3u);
  EXPECT_EQ(answer->population().current_date(), "2026-11-22");
  EXPECT_GT(answer->population().disk_bytes(), 0u);
}

TEST_F(CatalogAnswersTest, ListPopulationsGoesPageByPage) {
  for (const char* name : {"c", "a", "b"}) ASSERT_THAT(Create(name), IsOk());
  v1::ListPopulationsRequest request;
  request.set_page_size(2);
  const auto first = Answer(&ListPopulations, request);
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(first->populations(), SizeIs(2));
  EXPECT_EQ(first->populations(0).name(), "a");
  request.set_page_token(first->next_page_token());
  const auto last = Answer(&ListPopulations, request);
  ASSERT_THAT(last, IsOk());
  ASSERT_THAT(last->populations(), SizeIs(1));
  EXPECT_EQ(last->populations(0).name(), "c");
  EXPECT_EQ(last->next_page_token(), "");
  request.set_page_token("foreign");
  EXPECT_EQ(ReasonOf(Answer(&ListPopulations, request).status()), "BAD_PAGE_TOKEN");
}

TEST_F(CatalogAnswersTest, DeletePopulationTakesALongTurnAndSaysWhatIsGone) {
  LoadFour();
  v1::DeletePopulationRequest request;
  request.set_population("p");
  WorkBudget turn(nullptr, {.chunks = 1'000});
  EXPECT_THAT(Answer(&DeletePopulation, request, turn), Not(IsOk()));
  EXPECT_TRUE(turn.ran_out());
  EXPECT_THAT(database_->FindPopulation("p"), IsOk()) << "a turn that was too short changes nothing";
  EXPECT_EQ(Answer(&DeletePopulation, request)->population().member_count(), 4u);
  EXPECT_EQ(ReasonOf(Answer(&DeletePopulation, request).status()), "UNKNOWN_POPULATION");
}

TEST_F(CatalogAnswersTest, CreateTagUpdateTagAndGetTag) {
  ASSERT_THAT(Create("shop"), IsOk());
  v1::CreateTagRequest create;
  create.set_population("shop");
  EXPECT_EQ(FieldOf(Answer(&CreateTag, create).status()), "tag.name");
  create.mutable_tag()->set_name("price");
  create.mutable_tag()->set_kind(v1::TAG_KIND_NUMBER);
  EXPECT_EQ(Answer(&CreateTag, create)->tag().name(), "price");
  EXPECT_EQ(ReasonOf(Answer(&CreateTag, create).status()), "ALREADY_EXISTS");
  v1::UpdateTagRequest update;
  update.set_population("shop");
  update.mutable_tag()->set_name("price");
  update.mutable_tag()->set_description("in yuan");
  update.mutable_update_mask()->add_paths("description");
  EXPECT_EQ(Answer(&UpdateTag, update)->tag().description(), "in yuan");
  EXPECT_EQ(Answer(&GetTag, TagOf("shop", "price"))->tag().description(), "in yuan");
  update.mutable_update_mask()->add_paths("kind");
  EXPECT_EQ(FieldOf(Answer(&UpdateTag, update).status()), "update_mask");
  const absl::Status unknown = Answer(&GetTag, TagOf("shop", "prise")).status();
  EXPECT_EQ(ReasonOf(unknown), "UNKNOWN_TAG");
  EXPECT_EQ(testing::DetailsOf(ToRpcStatus(unknown)).info.metadata().at("nearest"), "price");
}

TEST_F(CatalogAnswersTest, ListTagsGoesPageByPageOnItsSnapshot) {
  LoadFour();
  v1::ListTagsRequest request;
  request.set_population("p");
  request.set_page_size(2);
  const auto first = Answer(&ListTags, request);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->population_member_count(), 4u);
  EXPECT_EQ(first->tags(0).name(), "age");
  EXPECT_EQ(first->tags(1).name(), "city");
  EXPECT_EQ(first->tags(1).member_count(), 3u);
  EXPECT_EQ(first->tags(1).value_count(), 2u);
  Load({{"e", "z", "1", "1"}});
  request.set_page_token(first->next_page_token());
  const auto last = Answer(&ListTags, request);
  ASSERT_THAT(last, IsOk());
  ASSERT_THAT(last->tags(), SizeIs(1));
  EXPECT_EQ(last->tags(0).member_count(), 3u) << "before the second load";
}

TEST_F(CatalogAnswersTest, ListTagValuesMostMembersFirst) {
  LoadFour();
  v1::ListTagValuesRequest request;
  request.set_population("p");
  request.set_tag("city");
  request.set_page_size(1);
  const auto first = Answer(&ListTagValues, request);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->values(0).value(), "x");
  EXPECT_EQ(first->values(0).member_count(), 2u);
  request.set_page_token(first->next_page_token());
  EXPECT_EQ(Answer(&ListTagValues, request)->values(0).value(), "y");
  request.clear_page_token();
  request.set_search("Y");
  EXPECT_EQ(Answer(&ListTagValues, request)->values(0).value(), "y");
  request.set_search(std::string(401, 'y'));
  EXPECT_EQ(ReasonOf(Answer(&ListTagValues, request).status()), "LIMIT");
  request.clear_search();
  request.set_tag("age");
  EXPECT_EQ(FieldOf(Answer(&ListTagValues, request).status()), "tag");
}

}  // namespace
}  // namespace muster::server
