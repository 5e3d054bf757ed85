// CatalogService, with health and reflection.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/integration/server_fixture.h"
#include "tests/matchers/status.h"

namespace muster::server {
namespace {

using ::muster::testing::DetailsOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class CatalogTest : public ServerFixture {
 protected:
  grpc::Status CreatePopulation(const std::string& name, const std::string& zone,
                                v1::Population* created = nullptr) {
    v1::CreatePopulationRequest request;
    request.mutable_population()->set_name(name);
    request.mutable_population()->set_time_zone(zone);
    v1::CreatePopulationResponse response;
    grpc::ClientContext context;
    const grpc::Status status = catalog_->CreatePopulation(&context, request, &response);
    if (created != nullptr) *created = response.population();
    return status;
  }
  grpc::Status GetPopulation(const std::string& name, v1::Population& population) {
    v1::GetPopulationRequest request;
    request.set_population(name);
    v1::GetPopulationResponse response;
    grpc::ClientContext context;
    const grpc::Status status = catalog_->GetPopulation(&context, request, &response);
    population = response.population();
    return status;
  }
  grpc::Status CreateTag(const v1::Tag& tag) {
    v1::CreateTagRequest request;
    request.set_population("p");
    *request.mutable_tag() = tag;
    v1::CreateTagResponse response;
    grpc::ClientContext context;
    return catalog_->CreateTag(&context, request, &response);
  }
  grpc::Status GetTag(const std::string& name, v1::Tag& tag) {
    v1::GetTagRequest request;
    request.set_population("p");
    request.set_tag(name);
    v1::GetTagResponse response;
    grpc::ClientContext context;
    const grpc::Status status = catalog_->GetTag(&context, request, &response);
    tag = response.tag();
    return status;
  }
  grpc::Status ListTags(const v1::ListTagsRequest& request, v1::ListTagsResponse& response) {
    grpc::ClientContext context;
    return catalog_->ListTags(&context, request, &response);
  }
  grpc::Status ListValues(const v1::ListTagValuesRequest& request, v1::ListTagValuesResponse& response) {
    grpc::ClientContext context;
    return catalog_->ListTagValues(&context, request, &response);
  }
  static v1::ListTagValuesRequest ValuesOf(const std::string& tag, int page_size) {
    v1::ListTagValuesRequest request;
    request.set_population("p");
    request.set_tag(tag);
    request.set_page_size(page_size);
    return request;
  }
};

TEST_F(CatalogTest, APopulationIsCreatedOnceAndSurvivesARestart) {
  v1::Population created;
  ASSERT_THAT(CreatePopulation("shop", "Asia/Shanghai", &created), IsOk());
  EXPECT_EQ(created.name(), "shop");
  EXPECT_EQ(created.time_zone(), "Asia/Shanghai");
  EXPECT_EQ(created.member_count(), 0u);
  ExpectRefused(CreatePopulation("shop", ""), grpc::StatusCode::ALREADY_EXISTS, "ALREADY_EXISTS");
  StopServer();
  StartServer();
  v1::Population found;
  ASSERT_THAT(GetPopulation("shop", found), IsOk());
  EXPECT_EQ(found.time_zone(), "Asia/Shanghai");
  EXPECT_EQ(found.current_date(), "");
}

TEST_F(CatalogTest, NamesAndZonesAreChecked) {
  const auto bad = grpc::StatusCode::INVALID_ARGUMENT;
  ExpectRefused(CreatePopulation("Shop", ""), bad, "BAD_NAME");
  ExpectRefused(CreatePopulation("../etc", ""), bad, "BAD_NAME");
  ExpectRefused(CreatePopulation(std::string(64, 'a'), ""), bad, "BAD_NAME");
  ExpectRefused(CreatePopulation("", ""), bad, "BAD_REQUEST");
  ExpectRefused(CreatePopulation("shop", "Mars/Olympus"), bad, "BAD_REQUEST");
  EXPECT_EQ(DetailsOf(CreatePopulation("Shop", "")).bad.field_violations(0).field(), "population.name");
  EXPECT_EQ(DetailsOf(CreatePopulation("shop", "Mars/Olympus")).bad.field_violations(0).field(),
            "population.time_zone");
  v1::Population none;
  ExpectRefused(GetPopulation("shop", none), grpc::StatusCode::NOT_FOUND, "UNKNOWN_POPULATION");
}

TEST_F(CatalogTest, PopulationsArePagedByName) {
  for (const char* name : {"c", "a", "e", "b", "d"}) ASSERT_THAT(CreatePopulation(name, ""), IsOk());
  v1::ListPopulationsRequest request;
  request.set_page_size(2);
  std::vector<std::string> names;
  std::string token;
  do {
    request.set_page_token(token);
    v1::ListPopulationsResponse response;
    grpc::ClientContext context;
    ASSERT_THAT(catalog_->ListPopulations(&context, request, &response), IsOk());
    EXPECT_LE(response.populations_size(), 2);
    for (const v1::Population& population : response.populations()) names.push_back(population.name());
    token = response.next_page_token();
  } while (!token.empty());
  EXPECT_THAT(names, ElementsAre("a", "b", "c", "d", "e"));
}

TEST_F(CatalogTest, APopulationSaysWhatItHolds) {
  v1::LoadSpec spec = Spec({Tag("vip", v1::TAG_KIND_FLAG)});
  spec.set_business_date("2024-05-06");
  MustLoad(spec, {{"a", "yes"}, {"b", ""}});
  v1::Population population;
  ASSERT_THAT(GetPopulation("p", population), IsOk());
  EXPECT_EQ(population.member_count(), 2u);
  EXPECT_EQ(population.tag_count(), 1u);
  EXPECT_EQ(population.current_date(), "2024-05-06");
  EXPECT_EQ(population.time_zone(), "UTC");
}

TEST_F(CatalogTest, ALoadWithoutTagsDatesThePopulation) {
  v1::LoadSpec spec = Spec({});
  spec.set_business_date("2024-05-06");
  MustLoad(spec, {{"a"}});
  v1::Population population;
  ASSERT_THAT(GetPopulation("p", population), IsOk());
  EXPECT_EQ(population.current_date(), "2024-05-06");
  spec.set_business_date("2024-04-01");  // into history: the latest date stays
  MustLoad(spec, {{"b"}});
  ASSERT_THAT(GetPopulation("p", population), IsOk());
  EXPECT_EQ(population.current_date(), "2024-05-06");
}

TEST_F(CatalogTest, ATagIsDeclaredThenLoaded) {
  ASSERT_THAT(CreatePopulation("p", ""), IsOk());
  v1::Tag tag;
  tag.set_name("spent");
  tag.set_kind(v1::TAG_KIND_NUMBER);
  tag.set_scale(2);
  tag.set_description("what they spent");
  tag.set_owner("finance");
  ASSERT_THAT(CreateTag(tag), IsOk());
  ExpectRefused(CreateTag(tag), grpc::StatusCode::ALREADY_EXISTS, "ALREADY_EXISTS");
  v1::Tag declared;
  ASSERT_THAT(GetTag("spent", declared), IsOk());
  EXPECT_EQ(declared.version(), 0u);
  EXPECT_EQ(declared.scale(), 2u);
  EXPECT_EQ(declared.owner(), "finance");
  v1::LoadSpec spec = Spec({Tag("spent", v1::TAG_KIND_UNSPECIFIED)});
  spec.set_business_date("2024-01-31");
  MustLoad(spec, {{"a", "1.25"}, {"b", ""}});
  v1::Tag loaded;
  ASSERT_THAT(GetTag("spent", loaded), IsOk());
  EXPECT_EQ(loaded.version(), 1u);
  EXPECT_EQ(loaded.member_count(), 1u);
  EXPECT_EQ(loaded.coverage(), 0.5);
  EXPECT_EQ(loaded.business_date(), "2024-01-31");
  EXPECT_EQ(loaded.description(), "what they spent");
}

TEST_F(CatalogTest, TagsAreChecked) {
  ASSERT_THAT(CreatePopulation("p", ""), IsOk());
  const auto bad = grpc::StatusCode::INVALID_ARGUMENT;
  v1::Tag tag;
  ExpectRefused(CreateTag(tag), bad, "BAD_REQUEST");
  tag.set_name("a\tb");
  tag.set_kind(v1::TAG_KIND_FLAG);
  ExpectRefused(CreateTag(tag), bad, "BAD_NAME");
  tag.set_name("vip");
  tag.set_scale(2);
  ExpectRefused(CreateTag(tag), bad, "BAD_REQUEST");
  v1::Tag none;
  ExpectRefused(GetTag("", none), bad, "BAD_REQUEST");
  tag.set_scale(0);
  ASSERT_THAT(CreateTag(tag), IsOk());
  const grpc::Status near = GetTag("vipp", none);
  ExpectRefused(near, grpc::StatusCode::NOT_FOUND, "UNKNOWN_TAG");
  EXPECT_EQ(::muster::testing::DetailsOf(near).info.metadata().count("tag"), 1u);
  EXPECT_EQ(::muster::testing::DetailsOf(near).info.metadata().count("nearest"), 1u);
  EXPECT_THAT(near.error_message(), HasSubstr("'vip'"));
}

TEST_F(CatalogTest, TagsArePagedOnOneSnapshot) {
  LoadCustomers(30);
  v1::ListTagsRequest request;
  request.set_population("p");
  request.set_page_size(1);
  std::vector<std::string> seen;
  for (int page = 0;; ++page) {
    v1::ListTagsResponse response;
    const grpc::Status status = ListTags(request, response);
    ASSERT_THAT(status, IsOk());
    EXPECT_EQ(response.population_member_count(), 30u);
    for (const v1::Tag& tag : response.tags())
      seen.push_back(absl::StrCat(tag.name(), " ", tag.member_count()));
    if (response.next_page_token().empty()) break;
    request.set_page_token(response.next_page_token());
    MustLoad(Spec({Tag("vip", v1::TAG_KIND_FLAG), Tag("city", v1::TAG_KIND_SINGLE)}),
             {{absl::StrCat("new", page), "true", "Rome"}});
  }
  EXPECT_THAT(seen, ElementsAre("age 30", "city 30", "vip 3"));
  v1::ListTagsRequest elsewhere = request;
  elsewhere.set_population("q");
  v1::ListTagsResponse ignored;
  ExpectRefused(ListTags(elsewhere, ignored), grpc::StatusCode::INVALID_ARGUMENT, "BAD_PAGE_TOKEN");
}

TEST_F(CatalogTest, ValuesComeMostMembersFirstAndArePagedOnOneSnapshot) {
  MustLoad(Spec({Tag("city", v1::TAG_KIND_SINGLE)}), {{"a", "Oslo"},
                                                      {"b", "Berlin"},
                                                      {"c", "Oslo"},
                                                      {"d", "Bern"},
                                                      {"e", "上海"},
                                                      {"f", "Bern"},
                                                      {"g", "Oslo"}});
  v1::ListTagValuesRequest request = ValuesOf("city", 1);
  std::vector<std::string> seen;
  for (;;) {
    v1::ListTagValuesResponse response;
    const grpc::Status status = ListValues(request, response);
    ASSERT_THAT(status, IsOk());
    for (const v1::TagValue& value : response.values()) {
      seen.push_back(absl::StrCat(value.value(), " ", value.member_count()));
    }
    if (response.next_page_token().empty()) break;
    request.set_page_token(response.next_page_token());
    MustLoad(Spec({Tag("city", v1::TAG_KIND_SINGLE)}), {{absl::StrCat("new", seen.size()), "Berlin"}});
  }
  EXPECT_THAT(seen, ElementsAre("Oslo 3", "Bern 2", "Berlin 1", "上海 1"));
  v1::ListTagValuesRequest of_ber = ValuesOf("city", 0);
  of_ber.set_prefix("Ber");
  v1::ListTagValuesResponse response;
  ASSERT_THAT(ListValues(of_ber, response), IsOk());
  ASSERT_EQ(response.values_size(), 2);
  EXPECT_EQ(response.values(0).value(), "Berlin");
  EXPECT_EQ(response.values(0).member_count(), 4u);
}

TEST_F(CatalogTest, ValuesAreSearchedForAPartInAnyCase) {
  MustLoad(Spec({Tag("city", v1::TAG_KIND_SINGLE)}),
           {{"a", "Göteborg"}, {"b", "GÖTTINGEN"}, {"c", "Bogotá"}, {"d", "苏州"}});
  const auto found = [this](const std::string& search, int page_size) {
    v1::ListTagValuesRequest request = ValuesOf("city", page_size);
    request.set_search(search);
    std::vector<std::string> values;
    do {
      v1::ListTagValuesResponse response;
      const grpc::Status status = ListValues(request, response);
      EXPECT_THAT(status, IsOk());
      for (const v1::TagValue& value : response.values()) values.push_back(value.value());
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return values;
  };
  for (const int page_size : {1, 2, 0}) {
    EXPECT_THAT(found("göt", page_size), UnorderedElementsAre("Göteborg", "GÖTTINGEN"));
    EXPECT_THAT(found("GO", page_size), ElementsAre("Bogotá"));
    EXPECT_THAT(found("州", page_size), ElementsAre("苏州"));
    EXPECT_THAT(found("", page_size), SizeIs(4));
    EXPECT_THAT(found("nowhere", page_size), IsEmpty());
  }
  v1::ListTagValuesRequest request = ValuesOf("city", 0);
  request.set_search(std::string(401, 'x'));
  v1::ListTagValuesResponse response;
  ExpectRefused(ListValues(request, response), grpc::StatusCode::INVALID_ARGUMENT, "LIMIT");
}

TEST_F(CatalogTest, FlagsHaveTwoValuesAndNumbersNone) {
  MustLoad(Spec({Tag("vip", v1::TAG_KIND_FLAG), Tag("age", v1::TAG_KIND_NUMBER)}),
           {{"a", "yes", "1"}, {"b", "no", "2"}, {"c", "no", "3"}, {"d", "", "4"}});
  v1::ListTagValuesResponse response;
  ASSERT_THAT(ListValues(ValuesOf("vip", 0), response), IsOk());
  ASSERT_EQ(response.values_size(), 2);
  EXPECT_EQ(response.values(0).value(), "false");
  EXPECT_EQ(response.values(0).member_count(), 2u);
  EXPECT_EQ(response.values(1).value(), "true");
  const grpc::Status numbers = ListValues(ValuesOf("age", 0), response);
  ExpectRefused(numbers, grpc::StatusCode::INVALID_ARGUMENT, "BAD_REQUEST");
  EXPECT_THAT(numbers.error_message(), HasSubstr("NUMBER"));
  ExpectRefused(ListValues(ValuesOf("none", 0), response), grpc::StatusCode::NOT_FOUND, "UNKNOWN_TAG");
}

}  // namespace
}  // namespace muster::server
