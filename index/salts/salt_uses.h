// Records which segment names which salt, and decides which salts have their buckets stored.
#ifndef MUSTER_INDEX_SALTS_SALT_USES_H_
#define MUSTER_INDEX_SALTS_SALT_USES_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "index/salts/salt.h"
#include "index/storage/transaction.h"

namespace muster::index {

// Records that the segment `user` now names the salts `after` instead of `before`; both are ascending,
// without duplicates, and have at most kSaltsPerPopulationMax salts. A salt that no segment names any more
// loses its record; its store is dropped. Places that are then free go to new salts, and to those for which
// there was no place before. Returns the salts that lost their records.
absl::StatusOr<std::vector<Salt>> ChangeSaltUses(WriteTransaction& transaction, std::string_view user,
                                                 const std::vector<std::string>& before,
                                                 const std::vector<std::string>& after);

}  // namespace muster::index

#endif  // MUSTER_INDEX_SALTS_SALT_USES_H_
