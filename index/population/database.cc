#include "index/population/database.h"

#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "index/catalog/names.h"
#include "index/concurrency/mutex.h"
#include "index/dictionary/sentence.h"
#include "index/population/durable_folder.h"
#include "index/population/format_marker.h"
#include "index/population/population_folder.h"
#include "index/population/stored_population.h"
#include "index/population/zone.h"
#include "index/status_facts.h"
#include "index/status_reason.h"
#include "index/storage/databases.h"
#include "index/storage/directory_lock.h"
#include "index/text/nearest_names.h"

namespace muster::index {
namespace {

namespace fs = std::filesystem;

// `<directory>/populations/<name>`; the directory's lock is held until everything is closed.
class StoredDatabase final : public Database {
 public:
  StoredDatabase(DatabaseOptions options, DirectoryLock lock)
      : lock_(std::move(lock)), options_(std::move(options)) {}

  absl::Status OpenPopulations() {
    if (absl::Status made = MakeFolder(Folder()); !made.ok()) return made;
    const absl::StatusOr<std::vector<std::string>> names = ListFolder(Folder());
    if (!names.ok()) return names.status();
    for (const std::string& name : *names) {
      if (absl::EndsWith(name, kUnfinishedSuffix)) {
        if (absl::Status removed = RemoveFolder(FolderOf(name)); !removed.ok()) return removed;
      }
      if (!CheckPopulationName(name).ok()) continue;
      if (absl::Status opened = OpenOne(name); !opened.ok()) return opened;
    }
    return absl::OkStatus();
  }

  absl::StatusOr<Population*> FindPopulation(std::string_view name) override {
    std::vector<std::string> names;
    {
      MutexLock lock(mutex_);
      const auto found = populations_.find(name);
      if (found != populations_.end() && found->second->visible()) return found->second.get();
      for (const auto& [known, population] : populations_) {
        if (population->visible()) names.push_back(known);
      }
    }
    const std::vector<std::string> nearest = NearestNames(name, names, 3);
    const absl::Status unknown =
        WithReason(absl::NotFoundError(Sentence("there is no population '", name.substr(0, kShownNameBytes),
                                                "'", DidYouMean(nearest))),
                   Reason::kUnknownPopulation);
    return WithFact(unknown, kFactNearest, nearest.empty() ? "" : nearest.front());
  }

  std::vector<Population*> ListPopulations() override {
    MutexLock lock(mutex_);
    std::vector<Population*> list;
    for (const auto& [name, population] : populations_) {
      if (population->visible()) list.push_back(population.get());
    }
    return list;
  }

  absl::StatusOr<Population*> CreatePopulation(std::string_view name, std::string_view time_zone) override {
    if (absl::Status fits = CheckPopulationName(name); !fits.ok()) return fits;
    if (absl::StatusOr<absl::TimeZone> zone = LoadZone(std::string(time_zone)); !zone.ok())
      return zone.status();
    MutexLock lock(mutex_);
    absl::StatusOr<StoredPopulation*> population = FindOrMake(std::string(name));
    if (!population.ok()) return population.status();
    if ((*population)->visible()) {
      return WithReason(absl::AlreadyExistsError(Sentence("there is a population '", name, "' already")),
                        Reason::kAlreadyExists);
    }
    if (absl::Status seen = (*population)->SetVisible(std::string(time_zone)); !seen.ok()) return seen;
    return *population;
  }

  absl::StatusOr<std::unique_ptr<Load>> BeginLoad(const LoadSpec& spec) override {
    absl::StatusOr<LoadSpec> checked = CheckLoadSpec(spec);
    if (!checked.ok()) return checked.status();
    StoredPopulation* population = nullptr;
    {
      MutexLock lock(mutex_);
      if (absl::Status meant = CheckMeant(*checked); !meant.ok()) return meant;
      absl::StatusOr<StoredPopulation*> found = FindOrMake(spec.population);
      if (!found.ok()) return found.status();
      population = *found;
    }
    return population->BeginLoad(*std::move(checked));
  }

 private:
  static constexpr size_t kShownNameBytes = 200;

  std::string Folder() const { return (fs::path(options_.directory) / "populations").string(); }
  std::string FolderOf(const std::string& name) const { return (fs::path(Folder()) / name).string(); }

  // Opens a population that was there. One that never became visible is left of a load that ended with the
  // last server: it goes.
  absl::Status OpenOne(const std::string& name) {
    MutexLock lock(mutex_);
    absl::StatusOr<std::unique_ptr<StoredPopulation>> population =
        StoredPopulation::Open(name, FolderOf(name), options_);
    if (!population.ok()) return population.status();
    if ((*population)->visible()) {
      populations_.emplace(name, *std::move(population));
      return absl::OkStatus();
    }
    population->reset();
    return RemovePopulationFolder(FolderOf(name));
  }

  // Whether a load may make its population: a slip in the name of another would begin a second one.
  absl::Status CheckMeant(const LoadSpec& spec) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (spec.create_population) return absl::OkStatus();
    std::vector<std::string> names;
    for (const auto& [known, population] : populations_) {
      if (!population->visible()) continue;
      if (known == spec.population) return absl::OkStatus();
      names.push_back(known);
    }
    const std::vector<std::string> near = NamesASlipAway(spec.population, names, 1);
    if (near.empty()) return absl::OkStatus();
    return WithReason(absl::FailedPreconditionError(Sentence(
                          "there is no population '", spec.population, "', but there is '", near.front(),
                          "': name that one, or make a new one with create_population")),
                      Reason::kSimilarPopulation);
  }

  absl::StatusOr<StoredPopulation*> FindOrMake(const std::string& name)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const auto found = populations_.find(name);
    if (found != populations_.end()) return found->second.get();
    if (std::error_code error; !fs::exists(FolderOf(name), error)) {
      absl::Status folder = MakePopulationFolder(FolderOf(name), options_.map_size);
      if (!folder.ok()) return folder;
    }
    absl::StatusOr<std::unique_ptr<StoredPopulation>> made =
        StoredPopulation::Open(name, FolderOf(name), options_);
    if (!made.ok()) return made.status();
    return populations_.emplace(name, *std::move(made)).first->second.get();
  }

  const DirectoryLock lock_;
  const DatabaseOptions options_;
  Mutex mutex_;
  std::map<std::string, std::unique_ptr<StoredPopulation>, std::less<>> populations_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> Database::Open(DatabaseOptions options) {
  std::error_code error;
  fs::create_directories(options.directory, error);
  if (error) {
    return absl::FailedPreconditionError(
        Sentence("can't make the data directory ", options.directory, ": ", error.message()));
  }
  absl::StatusOr<DirectoryLock> lock = DirectoryLock::Take(options.directory);
  if (!lock.ok()) return lock.status();
  const absl::StatusOr<uint32_t> format = CheckFormatMarker(options.directory);
  if (!format.ok()) return format.status();
  if (*format != kFormatVersion && options.format_raised) options.format_raised(*format, kFormatVersion);
  auto database = std::make_unique<StoredDatabase>(std::move(options), *std::move(lock));
  if (absl::Status opened = database->OpenPopulations(); !opened.ok()) return opened;
  return database;
}

}  // namespace muster::index
