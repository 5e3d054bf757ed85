// Rule 20: a load's business date is today unless it names another; of two loads for one day the later
// counts.
#include <filesystem>
#include <fstream>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kSchema[] = "tags:\n  - {name: city, kind: SINGLE}\n";

std::string Day(int from_today, absl::TimeZone zone = absl::UTCTimeZone()) {
  return absl::FormatCivilTime(absl::ToCivilDay(absl::Now(), zone) + from_today);
}

TEST(Rule20, TheDateIsTodayInThePopulationsZone) {
  const TinyServer server;
  const std::string before = Day(0);
  const Finished load = server.MustLoad("id,city\na,X\n", kSchema);
  EXPECT_THAT(load.out, ::testing::AnyOf(HasSubstr("as of " + before), HasSubstr("as of " + Day(0))));
  // The easternmost zone is a day ahead of the westernmost, at any hour.
  for (const char* name : {"Pacific/Kiritimati", "Pacific/Pago_Pago"}) {
    absl::TimeZone zone;
    ASSERT_TRUE(absl::LoadTimeZone(name, &zone));
    const std::string yaml = std::string("time_zone: ") + name + "\n" + kSchema;
    const std::string population = std::string(name[8] == 'K' ? "east" : "west");
    const std::string then = Day(0, zone);
    const Finished there = server.Load("id,city\na,X\n", yaml, {"--population", population});
    EXPECT_EQ(there.exit_code, 0) << there.err;
    EXPECT_THAT(there.out, ::testing::AnyOf(HasSubstr("as of " + then), HasSubstr("as of " + Day(0, zone))));
  }
}

TEST(Rule20, OfSeveralDaysTheGreatestCountsWhateverTheOrder) {
  const TinyServer server;
  for (const char* day : {"03", "09", "01", "07"}) {
    server.MustLoad(std::string("id,city\na,d") + day + "\n", kSchema,
                    {"--date", std::string("2026-01-") + day});
  }
  ExpectSelects(server, {{"city = 'd09'", "a"}, {"HAS city", "a"}});
}

TEST(Rule20, APartitionOfThePathIsTheDate) {
  const TinyServer server;
  const std::string folder = server.folder() + "/lake/dt=2026-01-31";
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/part-0.csv") << "id,city\na,X\n";
  const std::string schema = server.scratch().Write("tags.yaml", "tags:\n  - {name: city, kind: SINGLE}\n");
  const std::vector<std::string> load = {"load", folder, "-p", "p", "--id-column", "id", "--schema", schema};
  const auto with = [&load](std::vector<std::string> more) {
    more.insert(more.begin(), load.begin(), load.end());
    return more;
  };
  const Finished asked = server.Cli(with({"--success-file"}));
  EXPECT_EQ(asked.exit_code, 1);
  EXPECT_THAT(asked.err, ::testing::HasSubstr("has no file _SUCCESS"));
  const Finished loaded = server.Cli(load);
  EXPECT_EQ(loaded.exit_code, 0) << loaded.err;
  EXPECT_THAT(loaded.out, ::testing::HasSubstr("as of 2026-01-31"));
  EXPECT_EQ(server.Cli(with({"--date", "2026-01-31"})).exit_code, 0);
  const Finished other = server.Cli(with({"--date", "2026-02-01"}));
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.err,
              ::testing::HasSubstr("--date 2026-02-01 contradicts the date 2026-01-31 in the path"));
}

}  // namespace
}  // namespace muster::testing
