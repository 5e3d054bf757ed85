// Encodes, decodes and finds id lists in the store (index/FORMAT.md).
#ifndef MUSTER_INDEX_LISTS_ID_LIST_RECORD_H_
#define MUSTER_INDEX_LISTS_ID_LIST_RECORD_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "index/lists/id_list.h"
#include "index/storage/transaction.h"

namespace muster::index {

// Encodes a record of the database `id_lists`, whose key is the name.
std::string EncodeIdList(const IdList& list);
// DATA_LOSS, kStorageCorrupt, if the key or the bytes are no valid record.
absl::StatusOr<IdList> DecodeIdList(std::string_view key, std::string_view bytes);

// The list of a name in normal form C; empty if there is none.
absl::StatusOr<std::optional<IdList>> FindIdList(const Transaction& transaction, std::string_view name);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LISTS_ID_LIST_RECORD_H_
