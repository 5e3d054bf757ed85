// Loads that were published, for those who look back.
#ifndef MUSTER_INDEX_LOADING_PAST_LOADS_H_
#define MUSTER_INDEX_LOADING_PAST_LOADS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "index/loading/plan/load_spec.h"
#include "index/storage/transaction.h"

namespace muster::index {

// A published load. A plain value.
struct PastLoad {
  LoadMode mode = LoadMode::kMerge;
  absl::Time published;
  std::string content;  // for people: mode, tags and the rest of what the label stands for, one line
  LoadResult result;
  // Tags that were rolled back since and not brought forward again. GetPastLoad and ListPastLoads leave it
  // empty.
  std::vector<std::string> rolled_back;
};

// A page of a listing.
struct PastLoadPage {
  std::vector<PastLoad> loads;
  bool more = false;  // there are older ones
};

// The published load with that label. NOT_FOUND, kUnknownLoad; DATA_LOSS, kStorageCorrupt.
absl::StatusOr<PastLoad> GetPastLoad(const ReadTransaction& view, const std::string& label);

// Published loads, the latest first: at most `most` of those older than the load `after`, or of all if
// `after` is empty. NOT_FOUND, kUnknownLoad: there is no load `after`. DATA_LOSS, kStorageCorrupt.
absl::StatusOr<PastLoadPage> ListPastLoads(const ReadTransaction& view, const std::string& after,
                                           size_t most);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_PAST_LOADS_H_
