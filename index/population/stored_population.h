// A population on disk: its two environments, their writers, and everything built on them.
#ifndef MUSTER_INDEX_POPULATION_STORED_POPULATION_H_
#define MUSTER_INDEX_POPULATION_STORED_POPULATION_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "index/catalog/catalogue.h"
#include "index/concurrency/mutex.h"
#include "index/dictionary/dictionary_ids.h"
#include "index/dictionary/member_dictionary.h"
#include "index/loading/load_commit.h"
#include "index/population/database.h"
#include "index/population/feeds/fed_loads.h"
#include "index/population/open_loads.h"
#include "index/population/population.h"
#include "index/storage/environment.h"
#include "index/storage/writer_queue.h"
#include "index/versions/versions.h"
#include "index/views/value_counts.h"

namespace muster::index {

// The implementation of Population. Thread-safe. Its loads keep it alive.
class StoredPopulation final : public Population, public std::enable_shared_from_this<StoredPopulation> {
 public:
  // Opens `directory`, which MakePopulationFolder made. A new population is invisible until SetVisible or its
  // first published load. DATA_LOSS, kStorageCorrupt: a part is missing, damaged, or of another day than the
  // other. FAILED_PRECONDITION: its time zone isn't known here.
  static absl::StatusOr<std::shared_ptr<StoredPopulation>> Open(const std::string& name,
                                                                const std::string& directory,
                                                                const DatabaseOptions& options);

  bool visible() const;
  // Whether both environments were closed by the process that had them open last.
  bool was_closed() const { return index_->was_closed() && member_index_->was_closed(); }
  // Reads every record that wasn't checked yet, and then trusts each database that is whole. `go_on`: called
  // between transactions with the bytes read; false ends it. DATA_LOSS: the first damage.
  absl::Status Scrub(const std::function<bool(size_t bytes)>& go_on);
  // Called before Scrub: reads the branch pages that questions will need. Leaves damage to Scrub.
  void LookAtBranches(const std::function<bool(size_t bytes)>& go_on);
  // INVALID_ARGUMENT, kBadRequest: no such time zone. REQUIRES: it is not visible.
  absl::Status SetVisible(const std::string& time_zone);
  // Refuses loads from then on. ABORTED, kLoadConflict, naming one that is open.
  absl::Status CloseToLoads() { return open_loads_.Close(); }
  void OpenToLoads() { open_loads_.Reopen(); }
  bool has_open_loads() { return open_loads_.HasOpen(); }
  // Its folder was renamed for removal: leaves no marks at its path.
  void Abandon() {
    index_->Abandon();
    member_index_->Abandon();
  }
  // As Database::BeginLoad. `spec`: as CheckLoadSpec gave it.
  absl::StatusOr<std::unique_ptr<Load>> BeginLoad(LoadSpec spec);
  // As Database::BeginFedLoad, FindFedLoad (null: none) and AbortLoad.
  absl::StatusOr<BegunFedLoad> BeginFedLoad(LoadSpec spec, std::string encoded)
      ABSL_LOCKS_EXCLUDED(fed_begin_mutex_);
  std::shared_ptr<FedLoad> FindFedLoad(const std::string& label) { return Kept(fed_loads_->Find(label)); }
  absl::Status AbortLoad(const std::string& label);
  // Removes fed loads whose leases ran out.
  void SweepFedLoads() { fed_loads_->Sweep(); }

  const std::string& name() const override { return name_; }
  Identity identity() const override { return index_->identity(); }
  uint64_t disk_bytes() const override { return index_->disk_bytes() + member_index_->disk_bytes(); }
  absl::TimeZone time_zone() const override;
  std::string time_zone_name() const override;
  absl::CivilDay Today() const override;
  absl::StatusOr<std::shared_ptr<const PopulationView>> CurrentView() override;
  absl::StatusOr<std::shared_ptr<const PopulationView>> OpenView(const PinnedView& pinned) override;
  void Lease(const VersionVector& versions, absl::Duration duration) override;
  absl::StatusOr<Tag> CreateTag(const Tag& tag) override;
  SegmentStore& segments() override { return *segments_; }
  SaltStore& salts() override { return *salts_; }
  IdListStore& lists() override { return *lists_; }
  absl::StatusOr<std::unique_ptr<ListLoad>> BeginListLoad(const IdListSpec& spec) override;
  TagHistory& history() override { return *history_; }
  absl::StatusOr<PastLoad> GetLoad(const std::string& label) const override;
  absl::StatusOr<PastLoadPage> ListLoads(const std::string& after, size_t most) const override;
  std::vector<OpenLoads::OpenLoad> ListOpenLoads() override { return open_loads_.List(); }
  absl::StatusOr<Tag> UpdateTag(const std::string& name, const TagChange& change,
                                const WorkBudget& budget) override;
  absl::StatusOr<uint64_t> Verify(Findings::Report report) const override;

  // For tests: what works in the background, and versions without a token.
  Settler& settler() { return versions_->settler(); }
  SaltBuilder& salt_builder() { return *salt_builder_; }
  Versions& versions() { return *versions_; }
  IdListTarget ListTarget() { return {*members_, *versions_, clock_}; }
  // A view of the snapshot. It keeps this population alive.
  absl::StatusOr<std::shared_ptr<const PopulationView>> ViewOf(
      absl::StatusOr<std::shared_ptr<const Snapshot>> snapshot);

 private:
  StoredPopulation(std::string name, const DatabaseOptions& options)
      : name_(std::move(name)),
        clock_(options.clock),
        spool_(options.spool),
        open_loads_(options.clock, options.load_lease),
        lease_(options.load_lease) {}
  absl::Status OpenParts(const std::string& directory, const DatabaseOptions& options);
  absl::Status OpenSegments(const DatabaseOptions& options);
  // DATA_LOSS, kStorageCorrupt, when the ids are not those with which the last load was published.
  absl::Status CheckMembers() const;
  // FAILED_PRECONDITION, one sentence with the mend, when the population's time zone can't be loaded.
  absl::Status CheckStoredZone() const;
  // The zone of a load: `spec`'s if the population is new, else its own. INVALID_ARGUMENT when they differ.
  absl::StatusOr<std::string> ZoneOfLoad(const LoadSpec& spec) const;
  // The load that was published under the spec's label, as RepeatedResult says; null when there is none.
  absl::StatusOr<std::unique_ptr<Load>> FindRepeated(const LoadSpec& spec) const;
  LoadTarget Target(const std::string& time_zone);
  // A load that is to begin.
  struct PreparedLoad {
    LoadPlan plan;  // without its tags
    std::string zone_name;
    absl::CivilDay today;
    std::vector<std::string> tags;
  };
  absl::StatusOr<PreparedLoad> Prepare(LoadSpec spec) const;
  // Claims the label and tags. Null: the load was published before, and `repeated` is that.
  absl::StatusOr<std::unique_ptr<OpenLoads::Claim>> Claim(const PreparedLoad& load, TagHold hold,
                                                          std::unique_ptr<Load>& repeated);
  // Plans the tags, and makes what takes their records.
  absl::StatusOr<std::unique_ptr<RecordIntake>> PlanIntake(PreparedLoad& load);
  void OpenFedLoads(const std::string& directory, const DatabaseOptions& options);
  // The same load; it keeps this population alive.
  std::shared_ptr<FedLoad> Kept(std::shared_ptr<FedLoad> load);

  const std::string name_;
  const std::function<absl::Time()> clock_;
  SpoolOptions spool_;  // of its loads
  // In the order of their dependencies.
  std::unique_ptr<Environment> index_, member_index_;
  std::unique_ptr<WriterQueue> writer_, member_writer_;
  std::unique_ptr<Catalogue> catalogue_;
  std::unique_ptr<MemberDictionary> members_;
  std::unique_ptr<DictionaryIds> ids_;
  std::unique_ptr<ValueTables> values_;
  std::unique_ptr<Versions> versions_;
  std::unique_ptr<IdListStore> lists_;
  std::unique_ptr<SaltBuilder> salt_builder_;
  std::unique_ptr<SaltStore> salts_;
  std::unique_ptr<SegmentStore> segments_;
  OpenLoads open_loads_;
  const absl::Duration lease_;  // of its loads
  std::unique_ptr<FedLoads> fed_loads_;
  Mutex fed_begin_mutex_;  // one fed load is begun at a time
  LoadOrder order_;
  ValueCounts value_counts_;
  std::unique_ptr<TagHistory> history_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_STORED_POPULATION_H_
