#include "server/answers/saved/load_listings.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/server/answers/answers_fixture.h"

namespace muster::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class LoadListingsTest : public AnswersFixture {
 protected:
  static index::LoadSpec Spec(const std::string& label) {
    index::LoadSpec spec;
    spec.population = "p";
    spec.label = label;
    spec.tags = {index::TagSpec("age", index::TagKind::kNumber),
                 index::TagSpec("vip", index::TagKind::kFlag)};
    return spec;
  }
  absl::StatusOr<v1::Load> Get(const std::string& label) const {
    v1::GetLoadRequest request;
    request.set_population("p");
    request.set_label(label);
    ASSIGN_OR_RETURN(v1::GetLoadResponse response, Answer(&GetLoad, request));
    return response.load();
  }
  // The labels of each page.
  std::vector<std::vector<std::string>> Pages(int page_size) const {
    std::vector<std::vector<std::string>> pages;
    v1::ListLoadsRequest request;
    request.set_population("p");
    request.set_page_size(page_size);
    do {
      const absl::StatusOr<v1::ListLoadsResponse> page = Answer(&ListLoads, request);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) break;
      pages.emplace_back();
      for (const v1::Load& load : page->loads()) pages.back().push_back(load.label());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return pages;
  }
};

TEST_F(LoadListingsTest, APublishedLoadIsShownAsItWas) {
  index::LoadSpec spec = Spec("first");
  spec.mode = index::LoadMode::kReplace;
  spec.max_rejected = 0.5;
  spec.business_date = absl::CivilDay(2026, 11, 20);
  ASSERT_THAT(index::LoadText(*database_, spec, {{"a", "30", "1"}, {"b", "x", "1"}, {"c", "", "1"}}), IsOk());
  const absl::StatusOr<v1::Load> load = Get("first");
  ASSERT_THAT(load, IsOk());
  EXPECT_EQ(load->state(), v1::LOAD_STATE_PUBLISHED);
  EXPECT_EQ(load->mode(), v1::LOAD_MODE_REPLACE);
  EXPECT_EQ(load->cells().changed(), 3u);
  EXPECT_EQ(load->cells().unchanged(), 0u);
  EXPECT_EQ(load->cells().dropped(), 2u);
  EXPECT_EQ(load->business_date(), "2026-11-20");
  EXPECT_THAT(load->published_at(), HasSubstr("2026-11-22T12:00:00"));
  EXPECT_THAT(load->tags(), ElementsAre("age", "vip"));
  EXPECT_EQ(load->records(), 3u);
  EXPECT_EQ(load->rejected(), 1u);
  EXPECT_EQ(load->new_members(), 2u);
  ASSERT_EQ(load->results_size(), 2);
  EXPECT_EQ(load->results(0).member_count(), 1u);
  EXPECT_EQ(load->results(1).member_count(), 2u);
  EXPECT_EQ(load->results(1).coverage(), 1);
  ASSERT_EQ(load->first_rejected_size(), 1);
  EXPECT_EQ(load->first_rejected(0).line(), 2u);
  EXPECT_EQ(load->rejections_size(), 1);
  EXPECT_THAT(load->content(), HasSubstr("REPLACE"));
}

TEST_F(LoadListingsTest, TheLatestComesFirstAndOpenOnesBeforeAll) {
  for (int i = 0; i < 7; ++i) {
    index::LoadSpec spec = Spec(absl::StrCat("load ", i));
    // The dates descend: the order is that of the loads.
    spec.business_date = absl::CivilDay(2026, 11, 20 - i);
    ASSERT_THAT(index::LoadText(*database_, spec, {{absl::StrCat("m", i), "1", "1"}}), IsOk());
    // A refused load leaves no trace.
    EXPECT_FALSE(index::LoadText(*database_, Spec("refused"), {{"a", "x", "1"}}).ok());
  }
  const absl::StatusOr<std::unique_ptr<index::Load>> open = database_->BeginLoad(Spec("open one"));
  ASSERT_THAT(open, IsOk());
  EXPECT_THAT(Pages(3), ElementsAre(ElementsAre("open one", "load 6", "load 5", "load 4"),
                                    ElementsAre("load 3", "load 2", "load 1"), ElementsAre("load 0")));
  EXPECT_THAT(Pages(7).size(), 1u);
  const absl::StatusOr<v1::Load> shown = Get("open one");
  ASSERT_THAT(shown, IsOk());
  EXPECT_EQ(shown->state(), v1::LOAD_STATE_OPEN);
  EXPECT_EQ(shown->published_at(), "");
  EXPECT_THAT(shown->tags(), ElementsAre("age", "vip"));
}

TEST_F(LoadListingsTest, LoadsOfIdListsAreNotAmongThem) {
  LoadFour();
  index::IdListSpec list;
  list.name = "l";
  const auto population = *database_->FindPopulation("p");
  const auto open = population->BeginListLoad(list);
  ASSERT_THAT(open, IsOk());
  ASSERT_EQ(Pages(0).size(), 1u);
  EXPECT_EQ(Pages(0).front().size(), 1u);
}

TEST_F(LoadListingsTest, WhatThereIsNotIsSaid) {
  LoadFour();
  const absl::Status unknown = Get("nothing").status();
  EXPECT_THAT(unknown, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(ReasonOf(unknown), "UNKNOWN_LOAD");
  EXPECT_EQ(FieldOf(Get("").status()), "label");
  v1::ListLoadsRequest request;
  request.set_population("p");
  request.set_page_token("made up");
  EXPECT_EQ(ReasonOf(Answer(&ListLoads, request).status()), "BAD_PAGE_TOKEN");
  request.set_population("q");
  EXPECT_EQ(ReasonOf(Answer(&ListLoads, request).status()), "UNKNOWN_POPULATION");
}

}  // namespace
}  // namespace muster::server
