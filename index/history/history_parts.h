// The parts of a population that its history is read from and written to.
#ifndef MUSTER_INDEX_HISTORY_HISTORY_PARTS_H_
#define MUSTER_INDEX_HISTORY_HISTORY_PARTS_H_

#include <functional>

#include "absl/time/time.h"
#include "index/catalog/catalogue.h"
#include "index/concurrency/mutex.h"
#include "index/storage/writer_queue.h"
#include "index/versions/versions.h"

namespace muster::index {

// Borrowed: they outlive everything that holds them.
struct HistoryParts {
  Catalogue& catalogue;
  Versions& versions;
  WriterQueue& writer;  // of the `index` environment
  // Held by everything that publishes versions. See LoadTarget.
  Mutex& publish_mutex;
  std::function<absl::Time()> clock;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_HISTORY_HISTORY_PARTS_H_
