// Loads every data set with `muster load`, each into a server of its own: the fixture of the questions.
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "tests/data_sets/data_set.h"
#include "tests/processes/child_process.h"
#include "tests/processes/server_process.h"

namespace muster::testing {
namespace {

class Load : public ::testing::TestWithParam<DataSet> {};

TEST_P(Load, TakesTheWholeFile) {
  const DataSet& set = GetParam();
  if (DataSetsFolder().empty()) GTEST_SKIP() << "the data sets are not beside the project (../shared/data)";
  std::filesystem::remove_all(LoadedFolder(set));
  std::filesystem::create_directories(std::filesystem::path(LoadedFolder(set)).parent_path());
  ServerProcess server(LoadedFolder(set));
  ASSERT_TRUE(server.up());
  const ScratchFolder scratch;
  std::vector<std::string> arguments = {
      "--server",     server.address(),
      "load",         absl::StrCat(DataSetsFolder(), "/", set.name, "/", set.file),
      "--population", "p",
      "--id-column",  set.id_column,
      "--schema",     scratch.Write("tags.yaml", SchemaOf(set))};
  arguments.insert(arguments.end(), set.load_options.begin(), set.load_options.end());
  const Finished load = testing::Run("muster", arguments);
  EXPECT_EQ(load.exit_code, 0) << load.err;
  EXPECT_EQ(server.Stop(), 0);
}

INSTANTIATE_TEST_SUITE_P(DataSets, Load, ::testing::ValuesIn(DataSets()), [](const auto& info) {
  return absl::StrReplaceAll(info.param.name, {{"-", "_"}, {".", "_"}});
});

}  // namespace
}  // namespace muster::testing
