#include "index/population/record_owners.h"

#include <gtest/gtest.h>

#include "index/storage/pages/keys.h"

namespace muster::index {
namespace {

// The key of a record with a wrong checksum says what it belongs to.
TEST(RecordOwnersTest, KeysNameTheirSubjects) {
  EXPECT_EQ(SubjectOfRecord(DatabaseId::kFragments, MakeKey(3, 256, 0)), Subject::OfStore(3));
  EXPECT_EQ(SubjectOfRecord(DatabaseId::kStores, MakeKey(3)), Subject::OfStore(3));
  EXPECT_EQ(SubjectOfRecord(DatabaseId::kEdgeStats, MakeKey(12, 256)), Subject::OfEdge(12));
  EXPECT_EQ(SubjectOfRecord(DatabaseId::kVersions, MakeKey(7, 1)), Subject::OfTag(7));
  EXPECT_EQ(SubjectOfRecord(DatabaseId::kIdLists, "spring"), Subject::OfIdList("spring"));
  EXPECT_EQ(SubjectOfRecord(DatabaseId::kSalts, "x"), Subject::OfSalt("x"));
  EXPECT_EQ(SubjectOfRecord(DatabaseId::kSegments, "loyal"), Subject::OfSegment("loyal"));
  EXPECT_EQ(SubjectText(SubjectOfRecord(DatabaseId::kTagNames, "city")), "tag 'city'");
  for (const DatabaseId database : {DatabaseId::kMemberIds, DatabaseId::kFragments, DatabaseId::kSegments})
    EXPECT_EQ(SubjectOfRecord(database, ""), Subject());
  EXPECT_EQ(SubjectOfRecord(DatabaseId::kFragments, "abc"), Subject());
  EXPECT_EQ(SubjectOfRecord(DatabaseId::kMemberIds, MakeKey(7, 1)), Subject());
}

}  // namespace
}  // namespace muster::index
