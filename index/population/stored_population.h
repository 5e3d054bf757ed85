// A population as it lies on disk: its two environments, their writers, and everything that is built on them.
#ifndef MUSTER_INDEX_POPULATION_STORED_POPULATION_H_
#define MUSTER_INDEX_POPULATION_STORED_POPULATION_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "index/cache/bounded_cache.h"
#include "index/catalog/catalogue.h"
#include "index/concurrency/mutex.h"
#include "index/dictionary/member_dictionary.h"
#include "index/loading/load_commit.h"
#include "index/population/database.h"
#include "index/population/open_loads.h"
#include "index/population/population.h"
#include "index/storage/environment.h"
#include "index/storage/writer_queue.h"
#include "index/versions/versions.h"

namespace muster::index {

// The only Population. Thread-safe. Its loads hold it.
class StoredPopulation final : public Population, public std::enable_shared_from_this<StoredPopulation> {
 public:
  // Opens `directory`, which MakePopulationFolder made. Nobody sees a new population until SetVisible or its
  // first published load. DATA_LOSS, kStorageCorrupt: a part is missing, damaged, or of another day than the
  // other. FAILED_PRECONDITION: its time zone isn't known here.
  static absl::StatusOr<std::shared_ptr<StoredPopulation>> Open(const std::string& name,
                                                                const std::string& directory,
                                                                const DatabaseOptions& options);

  bool visible() const;
  // Whether both environments were closed by the process that had them open last.
  bool was_closed() const { return index_->was_closed() && member_index_->was_closed(); }
  // Reads every record that wasn't checked yet, and then trusts what is whole. `go_on`: asked between
  // transactions with the bytes that were read; false ends it. DATA_LOSS: the first damage.
  absl::Status Scrub(const std::function<bool(size_t bytes)>& go_on);
  // Before that: the pages that lead to what questions read. Damage is left to Scrub.
  void LookAtBranches(const std::function<bool(size_t bytes)>& go_on);
  // INVALID_ARGUMENT, kBadRequest: no such time zone. Must not be visible.
  absl::Status SetVisible(const std::string& time_zone);
  // From here on there are no loads. ABORTED, kLoadConflict, naming one that is open.
  absl::Status CloseToLoads() { return open_loads_.Close(); }
  void OpenToLoads() { open_loads_.Reopen(); }
  bool has_open_loads() { return open_loads_.HasOpen(); }
  // Its folder has been set aside.
  void Abandon() {
    index_->Abandon();
    member_index_->Abandon();
  }
  // As Database::BeginLoad. `spec`: as CheckLoadSpec gave it.
  absl::StatusOr<std::unique_ptr<Load>> BeginLoad(LoadSpec spec);

  const std::string& name() const override { return name_; }
  Identity identity() const override { return index_->identity(); }
  uint64_t disk_bytes() const override { return index_->disk_bytes() + member_index_->disk_bytes(); }
  absl::TimeZone time_zone() const override;
  std::string time_zone_name() const override;
  absl::CivilDay Today() const override;
  absl::StatusOr<std::shared_ptr<const Snapshot>> CurrentSnapshot() override;
  absl::StatusOr<std::shared_ptr<const Snapshot>> OpenSnapshot(const PinnedView& view) override;
  void Lease(const VersionVector& versions, absl::Duration duration) override;
  absl::StatusOr<std::vector<Tag>> ListTags(const Snapshot& snapshot, WorkBudget& budget) const override;
  absl::StatusOr<std::optional<Tag>> FindTag(const Snapshot& snapshot, std::string_view name) const override;
  absl::StatusOr<TagStatistics> Statistics(const Snapshot& snapshot, const Tag& tag) const override;
  absl::StatusOr<uint64_t> ValuesToCount(const Snapshot& snapshot, const Tag& tag) const override;
  absl::StatusOr<Tag> CreateTag(const Tag& tag) override;
  SegmentStore& segments() override { return *segments_; }
  absl::StatusOr<Tag> UpdateTag(const std::string& name, const TagChange& change,
                                const WorkBudget& budget) override;
  absl::StatusOr<std::vector<std::optional<ValueId>>> FindValues(
      const Snapshot& snapshot, const Tag& tag, absl::Span<const std::string> values) const override;
  absl::StatusOr<std::vector<ValueId>> ValuesWithPrefix(const Snapshot& snapshot, const Tag& tag,
                                                        std::string_view prefix,
                                                        WorkBudget& budget) const override;
  absl::StatusOr<std::vector<ValueCount>> ListValues(const Snapshot& snapshot, const Tag& tag,
                                                     std::string_view prefix,
                                                     WorkBudget& budget) const override;
  absl::StatusOr<std::vector<std::string>> ValuesAround(const Snapshot& snapshot, const Tag& tag,
                                                        std::string_view value, size_t most) const override;
  absl::StatusOr<std::optional<Ordinal>> FindMember(const Snapshot& snapshot,
                                                    std::string_view member_id) const override;
  absl::Status MemberIds(absl::Span<const Ordinal> ordinals, std::vector<std::string>& ids) const override;
  absl::StatusOr<uint64_t> Verify(Findings::Report report) const override;
  absl::StatusOr<MemberProfile> Profile(const Snapshot& snapshot, Ordinal ordinal,
                                        WorkBudget& budget) const override;

  // For tests: the settler, and versions that no token names.
  Settler& settler() { return versions_->settler(); }
  Versions& versions() { return *versions_; }

 private:
  StoredPopulation(std::string name, const DatabaseOptions& options)
      : name_(std::move(name)), clock_(options.clock), open_loads_(options.clock, options.load_lease) {}
  absl::Status OpenParts(const std::string& directory, const DatabaseOptions& options);
  // DATA_LOSS, kStorageCorrupt, when the ids are not those with which the last load was published.
  absl::Status CheckMembers() const;
  // FAILED_PRECONDITION, one sentence with the mend, when the population's time zone can't be loaded.
  absl::Status CheckStoredZone() const;
  // Whether a tag of which the snapshot has no version is one that nobody has a value of.
  static absl::StatusOr<bool> IsEmptyIn(const Snapshot& snapshot, const CataloguedTag& tag);
  // The tag with the scale that it has in the snapshot.
  static absl::StatusOr<Tag> InSnapshot(const Snapshot& snapshot, Tag tag);
  absl::StatusOr<uint32_t> CountValues(const Snapshot& snapshot, const Tag& tag, Version version) const;
  // Whether they were counted.
  std::optional<uint32_t> FindCount(TagId tag, Version version) const;
  // Of a new population: what `spec` says; of a visible one what it has. INVALID_ARGUMENT when they differ.
  absl::StatusOr<std::string> ZoneOfLoad(const LoadSpec& spec) const;
  // The load that was published under the spec's label, as RepeatedResult says; null: none was.
  absl::StatusOr<std::unique_ptr<Load>> FindRepeated(const LoadSpec& spec) const;
  LoadTarget Target(const std::string& time_zone);
  // The snapshot, holding this population.
  absl::StatusOr<std::shared_ptr<const Snapshot>> Held(
      absl::StatusOr<std::shared_ptr<const Snapshot>> snapshot);

  static constexpr size_t kMaxValueCounts = 100'000;

  const std::string name_;
  const std::function<absl::Time()> clock_;
  // In the order in which they need each other.
  std::unique_ptr<Environment> index_, member_index_;
  std::unique_ptr<WriterQueue> writer_, member_writer_;
  std::unique_ptr<Catalogue> catalogue_;
  std::unique_ptr<SegmentStore> segments_;
  std::unique_ptr<MemberDictionary> members_;
  std::unique_ptr<Versions> versions_;
  OpenLoads open_loads_;
  Mutex publish_mutex_;

  mutable Mutex statistics_mutex_;
  // Value counts of published versions, which never change.
  mutable BoundedCache<std::pair<TagId, Version>, uint32_t> value_counts_ ABSL_GUARDED_BY(statistics_mutex_){
      kMaxValueCounts};
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_STORED_POPULATION_H_
