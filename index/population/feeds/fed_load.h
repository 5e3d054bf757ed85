// An open load that is fed in parts, through any number of calls, and survives a restart.
#ifndef MUSTER_INDEX_POPULATION_FEEDS_FED_LOAD_H_
#define MUSTER_INDEX_POPULATION_FEEDS_FED_LOAD_H_

#include <cstdint>
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
#include "absl/time/civil_time.h"
#include "index/catalog/records.pb.h"
#include "index/concurrency/mutex.h"
#include "index/concurrency/work_budget.h"
#include "index/feeds/feed_folder.h"
#include "index/feeds/part_file.h"
#include "index/feeds/sha256.h"
#include "index/population/load.h"
#include "index/population/open_loads.h"

namespace muster::index {

class FedCommit;
class FedLoads;

// A part as a commit names it.
struct CommittedPart {
  PartKey key;
  uint64_t batches = 0;
};

// A part as it is stored.
struct FedPart {
  PartKey key;
  PartExtent durable;
};

// Batches are bytes to it: the server decodes them at the commit. Its claim is renewed by each batch. When
// the claim has ended, everything fails with ABORTED, kLoadConflict. Thread-safe. The population outlives it.
class FedLoad : public std::enable_shared_from_this<FedLoad> {
 public:
  FedLoad(FedLoads& owner, records::OpenLoadRecord record, std::unique_ptr<FeedFolder> folder,
          std::shared_ptr<OpenLoads::Claim> claim)
      : owner_(owner), record_(std::move(record)), folder_(std::move(folder)), claim_(std::move(claim)) {}

  const std::string& label() const { return record_.label(); }
  // What it is, as it was given when it was begun.
  const std::string& spec() const { return record_.spec(); }
  // Renews the claim. ABORTED, kLoadConflict: it has ended, or the load is being committed.
  absl::Status Check() ABSL_LOCKS_EXCLUDED(mutex_);

  // Begins to feed a part, or goes on with it. Errors as FeedFolder::PartToFeed and PartFeed::Open.
  absl::StatusOr<std::unique_ptr<PartFeed>> OpenPart(const PartKey& key);
  // Appends a batch, as PartFeed::Append.
  absl::Status Feed(PartFeed& part, uint64_t number, uint32_t records, std::string_view batch);
  // By name and attempt.
  std::vector<FedPart> ListParts() const;

  // Begins the commit of these parts; the others will be dropped. Until it ends nothing else is fed, and the label
  // can't be taken over. `spec`: spec(), decoded. FAILED_PRECONDITION, kPartIncomplete: a part isn't there, or has
  // another number of batches. INVALID_ARGUMENT: a part is named twice. Other errors as BeginLoad.
  absl::StatusOr<std::unique_ptr<FedCommit>> BeginCommit(LoadSpec spec, std::vector<CommittedPart> parts)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  friend class FedCommit;
  friend class FedLoads;

  absl::Status CheckParts(const std::vector<CommittedPart>& parts) const;
  void EndCommit() ABSL_LOCKS_EXCLUDED(mutex_);
  // It was published, or there was nothing to publish.
  void End();
  // The claim ended: removes the folder.
  absl::Status Remove() { return folder_->Remove(); }

  FedLoads& owner_;
  const records::OpenLoadRecord record_;
  const std::unique_ptr<FeedFolder> folder_;
  const std::shared_ptr<OpenLoads::Claim> claim_;
  Mutex mutex_;
  bool committing_ ABSL_GUARDED_BY(mutex_) = false;
};

// The commit of a fed load: the records of its parts are read and fed to a Load, in the order of the parts' names, by
// bytes, and of their batches. A commit that fails leaves the load open. Used by one thread at a time.
class FedCommit {
 public:
  FedCommit(std::shared_ptr<FedLoad> fed, std::unique_ptr<Load> load, std::vector<CommittedPart> parts);
  ~FedCommit();
  FedCommit(const FedCommit&) = delete;
  FedCommit& operator=(const FedCommit&) = delete;

  Load& load() { return *load_; }
  // The next batch, to be fed to load(); nothing after the last one. DATA_LOSS, kStorageCorrupt.
  absl::StatusOr<std::optional<std::string>> Next();
  // As Load::Commit. The load's input is known by the SHA-256 over the parts' names and the SHA-256 of each part's
  // batches, unless the spec says another. REQUIRES: Next returned nothing.
  absl::StatusOr<LoadResult> Commit(uint64_t records, const WorkBudget& budget);

 private:
  absl::Status OpenNextPart();
  void NotePart();

  const std::shared_ptr<FedLoad> fed_;
  std::unique_ptr<Load> load_;
  std::vector<CommittedPart> parts_;
  size_t next_part_ = 0;
  std::unique_ptr<PartReader> reader_;
  Sha256 part_digest_, digest_;
  bool done_ = false;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_FEEDS_FED_LOAD_H_
