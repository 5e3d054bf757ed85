#include "server/wire/listed_members.h"

#include "gtest/gtest.h"
#include "muster/v1/query_service.pb.h"

namespace muster::server {
namespace {

TEST(ListedMembers, AreMessagesThatAnyClientParses) {
  for (const size_t size :
       {size_t{0}, size_t{2}, size_t{127}, size_t{128}, size_t{70'000}, size_t{3} << 20}) {
    const std::string text(size, 'x');
    v1::StreamMembersResponse expected;
    expected.mutable_ids()->set_count(static_cast<uint32_t>(size / 2));
    expected.mutable_ids()->set_lines(text);
    v1::StreamMembersResponse parsed;
    ListedMembers listed = ListIds(static_cast<uint32_t>(size / 2), text);
    ASSERT_TRUE(parsed.ParseFromString(listed.head + listed.body));
    EXPECT_EQ(parsed.ids().lines(), text);
    EXPECT_EQ(parsed.ids().count(), size / 2);
    EXPECT_EQ(parsed.SerializeAsString(), expected.SerializeAsString());
    listed = ListBitmap(text);
    ASSERT_TRUE(parsed.ParseFromString(listed.head + listed.body));
    EXPECT_EQ(parsed.bitmap(), text);
    EXPECT_FALSE(parsed.has_ids());
  }
}

}  // namespace
}  // namespace muster::server
