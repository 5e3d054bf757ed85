// The time zones that a population may have, and a zone that the system no longer knows.
#include "index/population/zone.h"

#include <sys/stat.h>

#include "gmock/gmock.h"
#include "index/catalog/catalogue.h"
#include "index/status/status_reason.h"
#include "index/storage/environment.h"
#include "index/storage/writer_queue.h"
#include "tests/index/population/test_database.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(ZoneNames, IanaNamesAreLoaded) {
  for (const std::string name : {"UTC", "Asia/Shanghai", "America/Argentina/Buenos_Aires", "Etc/GMT+10",
                                 "Etc/GMT-14", "America/Port-au-Prince"}) {
    EXPECT_THAT(LoadZone(name), IsOk()) << name;
  }
  EXPECT_EQ(*LoadZone(""), absl::UTCTimeZone());
}

TEST(ZoneNames, FilesAreNotZones) {
  const TestDatabase database;
  const std::string pipe = database.folder() + "/pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);  // opening it would wait for ever
  for (const std::string& name :
       {pipe, "file:" + pipe, std::string("/usr/share/zoneinfo/Asia/Shanghai"), std::string("libc:localtime"),
        std::string("libc:UTC"), std::string("localtime"), std::string("posixrules"),
        std::string("Asia/../Asia/Shanghai"), std::string("posix/Asia/Shanghai"), std::string("right/UTC"),
        std::string("Asia/"), std::string("/Asia"), std::string("Asia//Shanghai"), std::string("UTC\0", 4),
        std::string("Asia"), std::string(65, 'a'), std::string("tzdata.zi")}) {
    const absl::Status refused = LoadZone(name).status();
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument)) << name;
    EXPECT_EQ(ReasonOf(refused), Reason::kBadRequest) << name;
    EXPECT_THAT(std::string(refused.message()), HasSubstr("IANA name such as Asia/Shanghai"));
  }
}

// Puts another zone into a closed population's catalogue, as a machine without that zone would see it.
void StoreZone(const std::string& population_folder, const std::string& name, const std::string& zone) {
  auto index = Environment::Open({.directory = population_folder + "/index", .map_size = size_t{1} << 30});
  ASSERT_THAT(index, IsOk());
  WriterQueue writer(**index);
  const auto catalogue = Catalogue::Open(writer);
  ASSERT_THAT(catalogue, IsOk());
  ASSERT_THAT(writer.Run(WriteClass::kPublish,
                         [&](WriteTransaction& transaction) {
                           return (*catalogue)->PutPopulation(transaction, {name, zone, true});
                         }),
              IsOk());
}

TEST(StoredZone, APopulationWhoseZoneIsGoneIsNotOpened) {
  TestDatabase database;
  ASSERT_THAT(database->CreatePopulation("shop", "Asia/Shanghai"), IsOk());
  database.Close();
  StoreZone(database.folder() + "/populations/shop", "shop", "Mars/Olympus");
  DatabaseOptions options;
  options.directory = database.folder();
  options.map_size = size_t{1} << 30;
  absl::StatusOr<std::unique_ptr<Database>> opened = Database::Open(options);
  ASSERT_THAT(opened, IsOk());
  EXPECT_THAT((*opened)->CreatePopulation("another", ""), IsOk()) << "the others are served";
  const absl::Status refused = (*opened)->FindPopulation("shop").status();
  opened->reset();
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(refused.message()),
              AllOf(HasSubstr("'shop' is offline: "), HasSubstr("Mars/Olympus"), HasSubstr("tzdata")));
  StoreZone(database.folder() + "/populations/shop", "shop", "Asia/Shanghai");
  database.Open();
  EXPECT_EQ((*database->FindPopulation("shop"))->time_zone_name(), "Asia/Shanghai");
}

}  // namespace
}  // namespace muster::index
