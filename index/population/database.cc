#include "index/population/database.h"

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "index/catalog/names.h"
#include "index/concurrency/mutex.h"
#include "index/disk/disk_room.h"
#include "index/population/feeds/lease_sweeper.h"
#include "index/population/format_marker.h"
#include "index/population/offline.h"
#include "index/population/population_folder.h"
#include "index/population/scrubber.h"
#include "index/population/stored_population.h"
#include "index/population/zone.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/files/address_space.h"
#include "index/storage/files/directory_lock.h"
#include "index/storage/files/durable_folder.h"
#include "text/nearest_names.h"
#include "text/quoted.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

namespace fs = std::filesystem;

// `<directory>/populations/<name>`; the directory's lock is held until everything is closed.
class StoredDatabase final : public Database {
 public:
  StoredDatabase(DatabaseOptions options, DirectoryLock lock)
      : lock_(std::move(lock)), options_(std::move(options)) {}

  absl::Status OpenPopulations() {
    RETURN_IF_ERROR(MakeFolder(Folder()));
    ASSIGN_OR_RETURN(const std::vector<std::string> names, ListFolder(Folder()));
    for (const std::string& name : names) {
      RETURN_IF_ERROR(OpenEntry(name));
    }
    return absl::OkStatus();
  }

  bool read_only() const override { return options_.read_only; }

  absl::StatusOr<std::shared_ptr<Population>> FindPopulation(std::string_view name) override {
    MutexLock lock(mutex_);
    if (const auto offline = offline_.find(name); offline != offline_.end()) return offline->second;
    const auto found = populations_.find(name);
    if (found != populations_.end() && found->second->visible()) return found->second;
    return Unknown(name);
  }

  std::vector<std::shared_ptr<Population>> ListPopulations() override {
    MutexLock lock(mutex_);
    std::vector<std::shared_ptr<Population>> list;
    for (const auto& [name, population] : populations_) {
      if (population->visible() && !offline_.contains(name)) list.push_back(population);
    }
    return list;
  }

  std::vector<OfflinePopulation> ListOffline() override {
    MutexLock lock(mutex_);
    std::vector<OfflinePopulation> list;
    for (const auto& [name, why] : offline_) list.push_back({name, why});
    return list;
  }

  // Removes loads that nobody feeds any more, on a thread of its own.
  void StartSweeping() {
    constexpr std::chrono::seconds kInterval(30);
    if (!options_.read_only)
      sweeper_ = std::make_unique<LeaseSweeper>(kInterval, [this] { SweepFedLoads(); });
  }

  // Reads the stored bytes of all populations on a thread of its own, until done or until destruction.
  void StartScrub() {
    if (options_.scrub_bytes_per_second == 0) return;
    scrubber_ = std::make_unique<Scrubber>(options_.scrub_bytes_per_second, [this](Scrubber& scrubber) {
      std::vector<std::weak_ptr<StoredPopulation>> all;  // weak: a dropped population is skipped
      {
        MutexLock lock(mutex_);
        for (const auto& [name, population] : populations_) all.push_back(population);
      }
      // First the branch pages of all populations, which slow the first question to each; then everything.
      for (const std::weak_ptr<StoredPopulation>& one : all) {
        if (const std::shared_ptr<StoredPopulation> population = one.lock())
          population->LookAtBranches(StillServed(scrubber, *population));
      }
      for (const std::weak_ptr<StoredPopulation>& one : all) {
        if (const std::shared_ptr<StoredPopulation> population = one.lock()) ScrubOne(scrubber, *population);
      }
    });
  }

  absl::StatusOr<std::shared_ptr<Population>> CreatePopulation(std::string_view name,
                                                               std::string_view time_zone) override {
    RETURN_IF_ERROR(CheckPopulationName(name));
    RETURN_IF_ERROR(LoadZone(std::string(time_zone)).status());
    MutexLock one_at_a_time(making_mutex_);
    ASSIGN_OR_RETURN(std::shared_ptr<StoredPopulation> population, FindOrMake(std::string(name)));
    if (population->visible()) {
      return WithReason(absl::AlreadyExistsError(Sentence("there is a population '", name, "' already")),
                        Reason::kAlreadyExists);
    }
    RETURN_IF_ERROR(population->SetVisible(std::string(time_zone)));
    return population;
  }

  absl::Status DropPopulation(std::string_view name) override {
    if (options_.read_only) return ReadOnly(Sentence("dropping the population '", name, "'"));
    std::shared_ptr<StoredPopulation> dropped;  // null: it was never opened
    absl::StatusOr<std::string> aside;
    {
      MutexLock one_at_a_time(making_mutex_);
      {
        MutexLock lock(mutex_);
        const auto found = populations_.find(name);
        if (found != populations_.end()) dropped = found->second;
        const bool there = dropped != nullptr ? dropped->visible() : offline_.contains(name);
        if (!there) return Unknown(name);
      }
      aside = SetAside(std::string(name), dropped.get());
      RETURN_IF_ERROR(aside.status());
    }
    dropped.reset();  // its files are closed when the last answer has ended
    // The population is gone even if its files can't be removed: the next start removes the rest.
    if (absl::Status removed = RemoveFolder(*aside); !removed.ok())
      options_.warn(std::string(removed.message()));
    return absl::OkStatus();
  }

  absl::StatusOr<std::unique_ptr<Load>> BeginLoad(const LoadSpec& spec) override {
    ASSIGN_OR_RETURN(LoadSpec checked, CheckLoadSpec(spec));
    return BeginIn<std::unique_ptr<Load>>(checked, [&checked](StoredPopulation& population) {
      return population.BeginLoad(std::move(checked));
    });
  }

  absl::StatusOr<BegunFedLoad> BeginFedLoad(const LoadSpec& spec, std::string encoded) override {
    ASSIGN_OR_RETURN(LoadSpec checked, CheckLoadSpec(spec));
    return BeginIn<BegunFedLoad>(checked, [&](StoredPopulation& population) {
      return population.BeginFedLoad(std::move(checked), std::move(encoded));
    });
  }

  absl::StatusOr<std::shared_ptr<FedLoad>> FindFedLoad(std::string_view population,
                                                       const std::string& label) override {
    ASSIGN_OR_RETURN(const std::shared_ptr<StoredPopulation> there, FindWithLoads(population));
    std::shared_ptr<FedLoad> load = there->FindFedLoad(label);
    if (load != nullptr) return load;
    return WithReason(
        absl::NotFoundError(Sentence("no load ", Quoted(label), " of the population '", population,
                                     "' is open to be fed; begin it, since it ended or its lease ran out")),
        Reason::kUnknownLoad);
  }

  absl::Status AbortLoad(std::string_view population, const std::string& label) override {
    ASSIGN_OR_RETURN(const std::shared_ptr<StoredPopulation> there, FindWithLoads(population));
    return there->AbortLoad(label);
  }

  void SweepFedLoads() override {
    std::vector<std::shared_ptr<StoredPopulation>> all;
    {
      MutexLock lock(mutex_);
      for (const auto& [name, population] : populations_) all.push_back(population);
    }
    for (const std::shared_ptr<StoredPopulation>& population : all) population->SweepFedLoads();
  }

 private:
  static constexpr size_t kShownNameBytes = 200;

  std::string Folder() const { return (fs::path(options_.directory) / "populations").string(); }
  std::string FolderOf(const std::string& name) const { return (fs::path(Folder()) / name).string(); }

  // Calls `begin` with the population of the load, which is made if it isn't there.
  template <typename Begun, typename Begin>
  absl::StatusOr<Begun> BeginIn(const LoadSpec& checked, const Begin& begin)
      ABSL_LOCKS_EXCLUDED(making_mutex_) {
    const std::shared_ptr<StoredPopulation> there = FindVisible(checked.population);
    if (there != nullptr && !options_.read_only) return begin(*there);
    // A load that makes no members can't begin a population.
    if (there == nullptr && !checked.makes_members()) return FindPopulation(checked.population).status();
    // The check and the creation are one step: of two concurrent loads that begin populations of similar
    // names, the second one finds the first.
    MutexLock one_at_a_time(making_mutex_);
    RETURN_IF_ERROR(CheckMeant(checked));
    ASSIGN_OR_RETURN(std::shared_ptr<StoredPopulation> population, FindOrMake(checked.population));
    return begin(*population);
  }

  // One that is visible, or that an open load is making.
  absl::StatusOr<std::shared_ptr<StoredPopulation>> FindWithLoads(std::string_view name) {
    MutexLock lock(mutex_);
    if (const auto offline = offline_.find(name); offline != offline_.end()) return offline->second;
    const auto found = populations_.find(name);
    if (found == populations_.end()) return Unknown(name);
    if (!found->second->visible() && !found->second->has_open_loads()) return Unknown(name);
    return found->second;
  }

  // Null when there is none, or it is offline.
  std::shared_ptr<StoredPopulation> FindVisible(std::string_view name) const {
    MutexLock lock(mutex_);
    const auto found = populations_.find(name);
    if (found == populations_.end() || offline_.contains(name) || !found->second->visible()) return nullptr;
    return found->second;
  }

  std::vector<std::string> VisibleNames() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    std::vector<std::string> names;
    for (const auto& [name, population] : populations_) {
      if (population->visible()) names.push_back(name);
    }
    return names;
  }

  // Populations that only loads have made so far, whether those are open or ended without publishing.
  std::vector<std::shared_ptr<StoredPopulation>> Unmade() const {
    MutexLock lock(mutex_);
    std::vector<std::shared_ptr<StoredPopulation>> unmade;
    for (const auto& [name, population] : populations_) {
      if (!population->visible()) unmade.push_back(population);
    }
    return unmade;
  }

  // Whether it is the population served under its name.
  bool IsServed(const StoredPopulation& population) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const auto found = populations_.find(population.name());
    return found != populations_.end() && found->second.get() == &population;
  }

  // NOT_FOUND, with the nearest names.
  absl::Status Unknown(std::string_view name) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const std::vector<std::string> nearest = NearestNames(name, VisibleNames(), 3);
    const absl::Status unknown =
        WithReason(absl::NotFoundError(Sentence("there is no population '", name.substr(0, kShownNameBytes),
                                                "'", DidYouMean(nearest))),
                   Reason::kUnknownPopulation);
    return WithFact(unknown, kFactNearest, nearest.empty() ? "" : nearest.front());
  }

  absl::Status OpenEntry(const std::string& name) {
    switch (EntryAt(FolderOf(name))) {
      case FolderEntry::kUnfinished:
        return options_.read_only ? absl::OkStatus() : RemoveFolder(FolderOf(name));
      case FolderEntry::kStray:
        options_.warn(Sentence(FolderOf(name), " is not a population, and is left alone; move it away"));
        return absl::OkStatus();
      case FolderEntry::kPopulation:
        return OpenOne(name);
    }
    return absl::OkStatus();
  }

  // Opens an existing population. A problem with one doesn't keep the others from being served. But the
  // server doesn't start when another process has its files, when another release wrote them, or when this
  // process has no room for all. One that never became visible was left by a load that ended with the last
  // server; it is removed, unless a load that goes on is making it.
  absl::Status OpenOne(const std::string& name) {
    MutexLock lock(mutex_);
    if (std::optional<absl::Status> crashed = WhyMarked(name, FolderOf(name), options_.directory)) {
      TakeOffline(name, *std::move(crashed));
      return absl::OkStatus();
    }
    absl::StatusOr<std::shared_ptr<StoredPopulation>> population =
        StoredPopulation::Open(name, FolderOf(name), options_);
    const absl::Status& opened = population.status();
    if (absl::IsResourceExhausted(opened) || absl::IsUnavailable(opened) || absl::IsUnimplemented(opened))
      return opened;
    if (!population.ok()) {
      TakeOffline(name, WhyOffline(name, population.status()));
      return absl::OkStatus();
    }
    if ((*population)->visible() || (*population)->has_open_loads()) {
      populations_.emplace(name, *std::move(population));
      return absl::OkStatus();
    }
    population->reset();
    if (options_.read_only) return absl::OkStatus();
    const absl::StatusOr<std::string> aside = SetPopulationAside(FolderOf(name));
    return aside.ok() ? RemoveFolder(*aside) : aside.status();
  }

  void TakeOffline(const std::string& name, absl::Status why) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    options_.warn(std::string(why.message()));
    offline_.emplace(name, std::move(why));
  }

  // Renames the folder to a name that no population can have, and forgets `population` (null: it was never
  // opened). ABORTED, kLoadConflict, while a load of it is open. Returns the new path, for RemoveFolder.
  absl::StatusOr<std::string> SetAside(const std::string& name, StoredPopulation* population)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(making_mutex_) {
    if (population != nullptr) {
      RETURN_IF_ERROR(population->CloseToLoads());
    }
    absl::StatusOr<std::string> aside = SetPopulationAside(FolderOf(name));
    if (!aside.ok()) {
      if (population != nullptr) population->OpenToLoads();
      return aside;
    }
    if (population != nullptr) population->Abandon();
    MutexLock lock(mutex_);
    offline_.erase(name);
    if (const auto served = populations_.find(name); served != populations_.end()) {
      leaving_.push_back(served->second);
      populations_.erase(served);
    }
    return aside;
  }

  // Throttles reading. The function returns false once the population is dropped: another one may have its
  // name by then. Lifetime: the population outlives the function.
  std::function<bool(size_t)> StillServed(Scrubber& scrubber, const StoredPopulation& population) {
    return [this, &scrubber, &population](size_t bytes) {
      if (!scrubber.Wait(bytes)) return false;
      MutexLock lock(mutex_);
      return IsServed(population);
    };
  }

  // A population that was closed cleanly stays online when damage is found: only questions that read it fail.
  // One that was not closed may have more damage than the checks can see, so it goes offline.
  void ScrubOne(Scrubber& scrubber, StoredPopulation& population) {
    const absl::Status damage = population.Scrub(StillServed(scrubber, population));
    if (!absl::IsDataLoss(damage) || population.was_closed()) return;
    MutexLock lock(mutex_);
    if (IsServed(population)) TakeOffline(population.name(), WhyOffline(population.name(), damage));
  }

  // Refuses a load whose new population has a name similar to an existing one: probably a misspelling.
  absl::Status CheckMeant(const LoadSpec& spec) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(making_mutex_) {
    if (spec.create_population || FindVisible(spec.population) != nullptr) return absl::OkStatus();
    std::vector<std::string> visible, being_made;
    {
      MutexLock lock(mutex_);
      if (offline_.contains(spec.population)) return absl::OkStatus();
      visible = VisibleNames();
    }
    for (const std::shared_ptr<StoredPopulation>& population : Unmade()) {
      if (population->has_open_loads()) being_made.push_back(population->name());
    }
    const std::vector<std::string> near = NamesASlipAway(spec.population, visible, 1);
    const std::vector<std::string> near_made = NamesASlipAway(spec.population, being_made, 1);
    if (near.empty() && near_made.empty()) return absl::OkStatus();
    const std::string there = near.empty() ? Sentence("a load that is open makes '", near_made.front(), "'")
                                           : Sentence("there is '", near.front(), "'");
    return WithReason(
        absl::FailedPreconditionError(Sentence("there is no population '", spec.population, "', but ", there,
                                               ": name that one, or make a new one with create_population")),
        Reason::kSimilarPopulation);
  }

  // Removes the populations of loads that ended without publishing; they were never visible.
  void ForgetUnmade() ABSL_EXCLUSIVE_LOCKS_REQUIRED(making_mutex_) {
    for (const std::shared_ptr<StoredPopulation>& population : Unmade()) {
      if (!population->CloseToLoads().ok()) continue;
      if (population->visible()) {  // a load has just published it; no further load can
        population->OpenToLoads();
        continue;
      }
      const absl::StatusOr<std::string> aside = SetAside(population->name(), population.get());
      if (!aside.ok()) continue;
      if (absl::Status removed = RemoveFolder(*aside); !removed.ok())
        options_.warn(std::string(removed.message()));
    }
  }

  // The number of populations, including dropped ones that are still being read.
  size_t Count() {
    MutexLock lock(mutex_);
    std::erase_if(leaving_, [](const auto& population) { return population.expired(); });
    return populations_.size() + leaving_.size();
  }

  absl::Status TooMany() const {
    const std::string mend = "; drop one that is not needed (`muster populations drop`)";
    const std::string why =
        options_.open_files == 0
            ? Sentence("there are ", options_.max_populations,
                       " populations already, the most that a server may have", mend)
            : Sentence("there are ", options_.max_populations, " populations already, for which ",
                       options_.open_files, " open files are enough", mend,
                       ", or start the server with a higher limit (ulimit -Hn, or LimitNOFILE= of systemd)");
    return WithLimit(absl::ResourceExhaustedError(why), options_.max_populations);
  }

  // The disk work is done without mutex_: questions to other populations don't wait for it.
  absl::StatusOr<std::shared_ptr<StoredPopulation>> FindOrMake(const std::string& name)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(making_mutex_) {
    {
      MutexLock lock(mutex_);
      if (const auto offline = offline_.find(name); offline != offline_.end()) return offline->second;
      if (options_.read_only) return ReadOnly(Sentence("changing the population '", name, "'"));
      const auto found = populations_.find(name);
      if (found != populations_.end()) return found->second;
    }
    const std::string folder = FolderOf(name);
    if (Count() >= options_.max_populations) ForgetUnmade();
    if (Count() >= options_.max_populations) return TooMany();
    if (std::error_code error; fs::exists(fs::symlink_status(folder, error))) {
      return absl::FailedPreconditionError(
          Sentence(folder, " is in the way and is not a population; move it away, or take another name"));
    }
    RETURN_IF_ERROR(MakePopulationFolder(folder, options_.map_size));
    absl::StatusOr<std::shared_ptr<StoredPopulation>> opened = StoredPopulation::Open(name, folder, options_);
    if (!opened.ok()) {  // it would be in the way of the next attempt
      if (const absl::StatusOr<std::string> aside = SetPopulationAside(folder); aside.ok())
        RemoveFolder(*aside).IgnoreError();
      return opened;
    }
    MutexLock lock(mutex_);
    populations_.emplace(name, *opened);
    return opened;
  }

  const DirectoryLock lock_;
  const DatabaseOptions options_;
  Mutex making_mutex_;  // one population is made or dropped at a time; before mutex_
  mutable Mutex mutex_;
  std::map<std::string, std::shared_ptr<StoredPopulation>, std::less<>> populations_ ABSL_GUARDED_BY(mutex_);
  // Those that were never opened, and those that went offline since.
  std::map<std::string, absl::Status, std::less<>> offline_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::weak_ptr<StoredPopulation>> leaving_ ABSL_GUARDED_BY(mutex_);  // dropped, but still read
  // Destroyed first: they refer to populations.
  std::unique_ptr<Scrubber> scrubber_;
  std::unique_ptr<LeaseSweeper> sweeper_;
};

}  // namespace

absl::StatusOr<BegunFedLoad> Database::BeginFedLoad(const LoadSpec&, std::string) {
  return absl::UnimplementedError("this database takes no loads in parts");
}
absl::StatusOr<std::shared_ptr<FedLoad>> Database::FindFedLoad(std::string_view, const std::string&) {
  return absl::UnimplementedError("this database takes no loads in parts");
}
absl::Status Database::AbortLoad(std::string_view, const std::string&) {
  return absl::UnimplementedError("this database has no open loads");
}

absl::Status CheckMapSize(size_t bytes) { return CheckAddressSpace(bytes); }

absl::StatusOr<std::unique_ptr<Database>> Database::Open(DatabaseOptions options) {
  std::error_code error;
  fs::create_directories(options.directory, error);
  if (error) {
    return absl::FailedPreconditionError(
        Sentence("can't make the data directory ", options.directory, ": ", error.message()));
  }
  options.read_only = options.read_only || WhyNotWritable(options.directory) != 0;
  ASSIGN_OR_RETURN(DirectoryLock lock, DirectoryLock::Take(options.directory));
  RETURN_IF_ERROR(CheckFormatMarker(options.directory));
  auto database = std::make_unique<StoredDatabase>(std::move(options), std::move(lock));
  RETURN_IF_ERROR(database->OpenPopulations());
  database->StartScrub();
  database->StartSweeping();
  return database;
}

}  // namespace muster::index
