// One population: its views and its changes. The entry point of index/.
#ifndef MUSTER_INDEX_POPULATION_POPULATION_H_
#define MUSTER_INDEX_POPULATION_POPULATION_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "index/catalog/tag.h"
#include "index/catalog/tag_change.h"
#include "index/concurrency/work_budget.h"
#include "index/history/tag_history.h"
#include "index/lists/id_list_intake.h"
#include "index/lists/id_list_store.h"
#include "index/loading/past_loads.h"
#include "index/population/load.h"
#include "index/population/open_loads.h"
#include "index/salts/salt_store.h"
#include "index/segments/segment_store.h"
#include "index/storage/findings.h"
#include "index/storage/identity.h"
#include "index/versions/records/version.h"
#include "index/views/population_view.h"

namespace muster::index {

// The parts of a population that don't depend on a state; PopulationView has the others. Thread-safe. Shared
// by its Database (until it is dropped), its users, views and loads; the Database outlives every use.
class Population {
 public:
  virtual ~Population() = default;
  virtual const std::string& name() const = 0;
  // Distinguishes it from other populations of its name; a copy of its files has the same identity.
  virtual Identity identity() const = 0;
  // Bytes that its files take on the disk.
  virtual uint64_t disk_bytes() const = 0;
  virtual absl::TimeZone time_zone() const = 0;
  virtual std::string time_zone_name() const = 0;
  virtual absl::CivilDay Today() const = 0;

  // The current state.
  virtual absl::StatusOr<std::shared_ptr<const PopulationView>> CurrentView() = 0;
  // The state that a token or receipt names (PopulationView::Pin). FAILED_PRECONDITION: kSnapshotExpired,
  // naming the tag, when a version is no longer kept; kOtherStore when the token is another population's, or
  // the store was restored since.
  virtual absl::StatusOr<std::shared_ptr<const PopulationView>> OpenView(const PinnedView& pinned) = 0;
  // Keeps the versions readable for `duration` from now, even without a view of them (for page tokens).
  virtual void Lease(const VersionVector& versions, absl::Duration duration) = 0;

  // Declares a tag. ALREADY_EXISTS, INVALID_ARGUMENT.
  virtual absl::StatusOr<Tag> CreateTag(const Tag& tag) = 0;

  // Its saved segments. They live as long as it does.
  virtual SegmentStore& segments() = 0;

  // The salts whose buckets are stored. They live as long as it does.
  virtual SaltStore& salts() = 0;

  // Its id lists. They live as long as it does.
  virtual IdListStore& lists() = 0;
  // Begins the load of a list; another one of the list that is open gives way, and then fails with ABORTED,
  // kLoadConflict. Errors are those of IdListIntake::Begin.
  virtual absl::StatusOr<std::unique_ptr<ListLoad>> BeginListLoad(const IdListSpec& spec) = 0;

  // The versions of its tags, and the way back to them. It lives as long as it does.
  virtual TagHistory& history() = 0;

  // Published loads, as GetPastLoad and ListPastLoads say; GetLoad says too which of its tags were rolled
  // back.
  virtual absl::StatusOr<PastLoad> GetLoad(const std::string& label) const = 0;
  virtual absl::StatusOr<PastLoadPage> ListLoads(const std::string& after, size_t most) const = 0;
  // Loads that are fed or committed, by label.
  virtual std::vector<OpenLoads::OpenLoad> ListOpenLoads() = 0;

  // Changes a tag's catalogue entry. A new scale of a NUMBER rewrites all its numbers, published like a load
  // (see loading/change_tag.h). NOT_FOUND, kUnknownTag. ABORTED, kLoadConflict: a load of the tag is open.
  // `budget` may end it until it publishes.
  virtual absl::StatusOr<Tag> UpdateTag(const std::string& name, const TagChange& change,
                                        const WorkBudget& budget) = 0;

  // Verifies everything that is stored of it, as VerifyEnvironments does, while questions and loads go on.
  // Returns the number of problems.
  virtual absl::StatusOr<uint64_t> Verify(Findings::Report report) const = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_POPULATION_H_
