// The benchmarks' population as Muster stores it: an environment of its own, built once through the writers
// that loads use, and kept between runs.
#ifndef MUSTER_BENCHMARKS_BENCH_STORE_H_
#define MUSTER_BENCHMARKS_BENCH_STORE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "index/storage/environment.h"
#include "index/storage/writer_queue.h"
#include "index/versions/versions.h"

namespace muster::benchmarks {

// Which rows a population has.
enum class Extent : uint8_t {
  kDense,       // the five dense flags alone
  kWhole,       // all but the MULTI tag
  kWholeMulti,  // all
};

// Immutable once open. The snapshot lives as long as the store.
class BenchStore {
 public:
  // Opens `folder`/`name of the population`, after building it where it isn't there or isn't whole; says on
  // stderr what it builds. Statuses are the storage's.
  static absl::StatusOr<std::unique_ptr<BenchStore>> Open(const std::string& folder, uint64_t members,
                                                          Extent extent);

  const index::Snapshot& snapshot() const { return *snapshot_; }
  uint64_t members() const { return members_; }
  // From here on no record is checked when it is read for the first time.
  void TrustAll();
  // What a server does first in the background.
  absl::Status LookAtBranches() const;
  // Reads every byte once, so that what is measured is resident.
  absl::Status Warm() const;

 private:
  BenchStore() = default;
  absl::Status Start(const std::string& directory);
  absl::Status Build(Extent extent);

  uint64_t members_ = 0;
  std::unique_ptr<index::Environment> environment_;
  std::unique_ptr<index::WriterQueue> writer_;
  std::unique_ptr<index::Versions> versions_;
  std::shared_ptr<const index::Snapshot> snapshot_;
};

}  // namespace muster::benchmarks

#endif  // MUSTER_BENCHMARKS_BENCH_STORE_H_
