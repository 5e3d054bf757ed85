// The benchmarks' population as Muster stores it: its own environment, built once with the writers that loads
// use, and kept between runs.
#ifndef MUSTER_BENCHMARKS_BENCH_STORE_H_
#define MUSTER_BENCHMARKS_BENCH_STORE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "index/storage/environment.h"
#include "index/storage/writer_queue.h"
#include "index/versions/versions.h"

namespace muster::benchmarks {

// The rows that a population has.
enum class Extent : uint8_t {
  kDense,       // only the five dense flags
  kWhole,       // all but the MULTI tag
  kWholeMulti,  // all rows
};

// Immutable once open. The snapshot lives as long as the store.
class BenchStore {
 public:
  // Opens `folder`/`name of the population`; builds it first if it is missing or incomplete, and says so on
  // stderr. Returns the storage's errors.
  static absl::StatusOr<std::unique_ptr<BenchStore>> Open(const std::string& folder, uint64_t members,
                                                          Extent extent);

  const index::Snapshot& snapshot() const { return *snapshot_; }
  uint64_t members() const { return members_; }
  // Disables the check of records on first read from now on.
  void TrustAll();
  // The first background work of a server.
  absl::Status LookAtBranches() const;
  // Reads every byte once, so that measurements use resident data.
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
