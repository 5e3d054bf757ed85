// The limit of the number of populations.
#include <unistd.h>

#include <filesystem>
#include <string>

#include "gmock/gmock.h"
#include "index/status/status_reason.h"
#include "tests/index/population/test_database.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::HasSubstr;

TEST(PopulationLimitTest, WhatWasDroppedAndIsStillReadCounts) {
  const std::string folder = ::testing::TempDir() + "/muster_making_" + std::to_string(::getpid());
  DatabaseOptions options;
  options.directory = folder;
  options.map_size = size_t{1} << 30;
  options.max_populations = 2;
  options.open_files = 1'024;
  auto database = Database::Open(options);
  ASSERT_THAT(database, IsOk());
  ASSERT_THAT((*database)->CreatePopulation("first", ""), IsOk());
  ASSERT_THAT((*database)->CreatePopulation("other", ""), IsOk());
  auto reader = (*database)->FindPopulation("first");
  ASSERT_THAT(reader, IsOk());
  ASSERT_THAT((*database)->DropPopulation("first"), IsOk());
  const absl::Status refused = (*database)->CreatePopulation("third", "").status();
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(ReasonOf(refused), Reason::kLimit);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("1024 open files"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("ulimit -Hn"));
  reader->reset();
  const absl::Status made = (*database)->CreatePopulation("third", "").status();
  EXPECT_THAT(made, IsOk());
  database->reset();
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace muster::index
