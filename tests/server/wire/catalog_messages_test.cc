#include "server/wire/catalog_messages.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/wire/error_status.h"
#include "tests/matchers/status.h"
#include "tests/server/wire/rpc_details.h"

namespace muster::server {
namespace {

using ::muster::testing::DetailsOf;
using ::testing::HasSubstr;

v1::UpdateTagRequest Request(const std::vector<std::string>& paths) {
  v1::UpdateTagRequest request;
  request.mutable_tag()->set_name("amount");
  request.mutable_tag()->set_kind(v1::TAG_KIND_NUMBER);
  request.mutable_tag()->set_scale(2);
  request.mutable_tag()->set_owner("crm");
  for (const std::string& path : paths) request.mutable_update_mask()->add_paths(path);
  return request;
}

TEST(CatalogMessages, AnUpdateChangesWhatItsMaskNames) {
  const index::TagChange scale = *DecodeTagChange(Request({"scale"}));
  EXPECT_EQ(scale.scale, 2);
  EXPECT_FALSE(scale.owner || scale.description || scale.source);
  const index::TagChange notes = *DecodeTagChange(Request({"description", "owner"}));
  EXPECT_EQ(notes.owner, "crm");
  EXPECT_EQ(notes.description, "");  // named and empty: taken away
  EXPECT_FALSE(notes.scale || notes.source);
}

TEST(CatalogMessages, WithoutAMaskWhatIsSetChanges) {
  const index::TagChange set = *DecodeTagChange(Request({}));
  EXPECT_EQ(set.scale, 2);
  EXPECT_EQ(set.owner, "crm");
  EXPECT_FALSE(set.description || set.source);
  v1::UpdateTagRequest nothing;
  nothing.mutable_tag()->set_name("amount");
  const index::TagChange none = *DecodeTagChange(nothing);
  EXPECT_FALSE(none.scale || none.owner || none.description || none.source);
}

TEST(CatalogMessages, AStarIsEverything) {
  const index::TagChange all = *DecodeTagChange(Request({"*"}));
  EXPECT_EQ(all.scale, 2);
  EXPECT_EQ(all.description, "");
  EXPECT_EQ(all.owner, "crm");
  EXPECT_EQ(all.source, "");
}

TEST(CatalogMessages, WhatCannotChangeIsRefusedAtItsField) {
  for (const char* path : {"name", "kind", "weighted", "weight_scale", "member_count", "tag.scale", "x"}) {
    const absl::Status refused = DecodeTagChange(Request({path})).status();
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument)) << path;
    const auto details = DetailsOf(ToRpcStatus(refused));
    EXPECT_EQ(details.bad.field_violations(0).field(), "update_mask") << path;
    EXPECT_THAT(std::string(refused.message()), HasSubstr(path));
  }
  v1::UpdateTagRequest wide = Request({"scale"});
  wide.mutable_tag()->set_scale(19);
  EXPECT_THAT(std::string(DecodeTagChange(wide).status().message()), HasSubstr("0 to 18"));
}

}  // namespace
}  // namespace muster::server
