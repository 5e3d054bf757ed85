// How many populations there may be.
#include <unistd.h>

#include <filesystem>
#include <string>

#include "gmock/gmock.h"
#include "index/status_reason.h"
#include "tests/index/population/test_database.h"

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
  ASSERT_TRUE(database.ok()) << database.status();
  ASSERT_TRUE((*database)->CreatePopulation("first", "").ok());
  ASSERT_TRUE((*database)->CreatePopulation("other", "").ok());
  auto reader = (*database)->FindPopulation("first");
  ASSERT_TRUE(reader.ok());
  ASSERT_TRUE((*database)->DropPopulation("first").ok());
  const absl::Status refused = (*database)->CreatePopulation("third", "").status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused), Reason::kLimit);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("1024 open files"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("ulimit -Hn"));
  reader->reset();
  const absl::Status made = (*database)->CreatePopulation("third", "").status();
  EXPECT_TRUE(made.ok()) << made;
  database->reset();
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace muster::index
