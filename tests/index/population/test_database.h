// A database in its own folder, and short functions for loads, for tests of the facade.
#ifndef MUSTER_TESTS_INDEX_POPULATION_TEST_DATABASE_H_
#define MUSTER_TESTS_INDEX_POPULATION_TEST_DATABASE_H_

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "index/concurrency/work_budget.h"
#include "index/population/database.h"
#include "index/population/stored_population.h"
#include "index/status/status_macros.h"
#include "tests/matchers/status.h"

namespace muster::index {

// Records as rows of text: the member id, then one cell for each tag.
using TextRecords = std::vector<std::vector<std::string>>;

// A database in a temporary folder, which the destructor removes.
class TestDatabase {
 public:
  TestDatabase() {
    std::string pattern = (std::filesystem::temp_directory_path() / "muster_population_XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    Open();
  }
  ~TestDatabase() {
    database_.reset();
    std::filesystem::remove_all(folder_);
  }

  void Open() {
    DatabaseOptions options;
    options.directory = folder_;
    options.map_size = map_size;
    options.settle = settle;
    options.clock = [this] { return now; };
    options.spool = spool;
    absl::StatusOr<std::unique_ptr<Database>> opened = Database::Open(options);
    ASSERT_THAT(opened, IsOk());
    database_ = *std::move(opened);
  }
  void Close() { database_.reset(); }
  void Reopen() {
    Close();
    Open();
  }

  Database& operator*() { return *database_; }
  Database* operator->() { return database_.get(); }
  const std::string& folder() const { return folder_; }

  bool settle = true;
  size_t map_size = size_t{16} << 30;
  SpoolOptions spool;  // of loads, from the next Open on
  absl::Time now = absl::FromCivil(absl::CivilSecond(2026, 11, 22, 12, 0, 0), absl::UTCTimeZone());

 private:
  std::string folder_;
  std::unique_ptr<Database> database_;
};

// Every record goes to a file, and is committed in pieces as small as possible.
inline SpoolOptions SpillEverything() {
  SpoolOptions spool;
  spool.spill_beyond = 0;
  spool.commit_bytes = 1;
  return spool;
}

// Assigns ordinals to ids of no member until the next new member has the ordinal `next`, so that members lie
// in different fragments.
inline void SkipOrdinals(Population& population, Ordinal next) {
  MemberDictionary& members = static_cast<StoredPopulation&>(population).ListTarget().members;
  std::vector<std::string> ids;
  for (Ordinal i = members.Stored().end; i < next; ++i) ids.push_back("no member " + std::to_string(i));
  std::vector<std::string_view> views(ids.begin(), ids.end());
  std::vector<Ordinal> ordinals(ids.size());
  ASSERT_THAT(members.Assign(views, absl::MakeSpan(ordinals)), IsOk());
  ASSERT_THAT(members.Flush(), IsOk());
}

// One column of text records, in the form of a batch.
struct TextColumn {
  std::string text;
  std::vector<uint32_t> ends;
  CellsView View() const { return {text, ends}; }
};

// Feeds records, numbered from 1 over all calls.
inline absl::Status FeedText(Load& load, const TextRecords& records, size_t tags) {
  std::vector<TextColumn> columns(tags + 1);
  for (const std::vector<std::string>& record : records) {
    for (size_t i = 0; i <= tags; ++i) {
      columns[i].text += record[i];
      columns[i].ends.push_back(static_cast<uint32_t>(columns[i].text.size()));
    }
  }
  RecordBatchView batch;
  batch.member_ids = columns[0].View();
  for (size_t i = 1; i <= tags; ++i) batch.cells.push_back(columns[i].View());
  return load.Feed(batch);
}

// A whole load.
inline absl::StatusOr<LoadResult> LoadText(Database& database, const LoadSpec& spec,
                                           const TextRecords& records) {
  ASSIGN_OR_RETURN(std::unique_ptr<Load> load, database.BeginLoad(spec));
  RETURN_IF_ERROR(FeedText(*load, records, spec.tags.size()));
  return load->Commit(records.size(), WorkBudget::Unlimited());
}

inline LoadTagSpec TagSpec(std::string name, TagKind kind) {
  LoadTagSpec spec;
  spec.name = std::move(name);
  spec.kind = kind;
  return spec;
}

// The view of these versions, as no token names them.
inline std::shared_ptr<const PopulationView> ViewOf(Population& population, const VersionVector& versions) {
  auto& stored = static_cast<StoredPopulation&>(population);
  return *stored.ViewOf(stored.versions().OpenSnapshot(versions));
}

// The problems that a verification finds beside the server.
inline std::vector<std::string> ProblemsOf(const Population& population) {
  std::vector<std::string> problems;
  EXPECT_THAT(population.Verify([&problems](const Check& check, bool ended) {
    if (!ended) return true;
    for (const Finding& finding : check.first_problems) problems.push_back(finding.text);
    return true;
  }),
              IsOk());
  return problems;
}

// The values of one member, "value" or "value:weight", comma between; "" when unknown.
inline std::string ValuesOf(const PopulationView& view, const std::string& member, const std::string& tag) {
  const absl::StatusOr<std::optional<Ordinal>> ordinal = view.members().Find(member);
  if (!ordinal.ok() || !*ordinal) return "(no member)";
  const absl::StatusOr<MemberProfile> profile =
      view.members().Profile(**ordinal, view.population().time_zone(), WorkBudget::Unlimited());
  if (!profile.ok()) return std::string(profile.status().message());
  for (const MemberTag& known : profile->tags) {
    if (known.tag.name != tag) continue;
    std::string text;
    for (const MemberValue& value : known.values) {
      text += (text.empty() ? "" : ",") + value.text + (value.weight.empty() ? "" : ":" + value.weight);
    }
    return text;
  }
  return "(no tag)";
}

}  // namespace muster::index

#endif  // MUSTER_TESTS_INDEX_POPULATION_TEST_DATABASE_H_
