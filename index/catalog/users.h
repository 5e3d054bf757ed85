// Records which saved segments name a saved segment, list or salt, in databases with keys `used · byte 0 · user`
// and empty values.
#ifndef MUSTER_INDEX_CATALOG_USERS_H_
#define MUSTER_INDEX_CATALOG_USERS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/storage/transaction.h"

namespace muster::index {

// The key that records that the segment `user` names `used`. No name contains the byte 0.
std::string UserKey(std::string_view used, std::string_view user);

// The names of segments that name `used`, at most `most`, ascending.
absl::StatusOr<std::vector<std::string>> UsersOf(const Transaction& transaction, DatabaseId database,
                                                 std::string_view used, size_t most);

// "'a', 'b', 'c' and 2 more": at most three names and the number of others. Empty if no segment names `used`.
absl::StatusOr<std::string> DescribeUsers(const Transaction& transaction, DatabaseId database,
                                          std::string_view used);

// Records that `user` now names `uses` instead of `before`. Both are ascending, without duplicates.
absl::Status WriteUses(WriteTransaction& transaction, DatabaseId database, std::string_view user,
                       const std::vector<std::string>& before, const std::vector<std::string>& uses);

}  // namespace muster::index

#endif  // MUSTER_INDEX_CATALOG_USERS_H_
