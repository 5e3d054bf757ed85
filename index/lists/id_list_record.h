// Id lists as the store keeps them (index/FORMAT.md).
#ifndef MUSTER_INDEX_LISTS_ID_LIST_RECORD_H_
#define MUSTER_INDEX_LISTS_ID_LIST_RECORD_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "index/lists/id_list.h"
#include "index/storage/transaction.h"

namespace muster::index {

// A record of `id_lists`, whose key is the name.
std::string EncodeIdList(const IdList& list);
// DATA_LOSS, kStorageCorrupt, for a key or bytes that can be none.
absl::StatusOr<IdList> DecodeIdList(std::string_view key, std::string_view bytes);

// Nothing when there is no list of that name. `name`: in normal form C.
absl::StatusOr<std::optional<IdList>> FindIdList(const Transaction& transaction, std::string_view name);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LISTS_ID_LIST_RECORD_H_
