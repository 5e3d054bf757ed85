#include "index/dictionary/stored_ids.h"

#include <optional>
#include <string>
#include <string_view>

#include "index/dictionary/blocks/member_id_block.h"
#include "index/status/status_macros.h"
#include "index/storage/pages/corrupt.h"
#include "index/storage/pages/keys.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

// In `settings` of the index environment: end u64, sum u64. DO NOT CHANGE.
constexpr std::string_view kMembersKey = "members";
constexpr std::string_view kIds = "dictionary of member ids";

}  // namespace

absl::Status WriteNeededIds(WriteTransaction& transaction, const StoredIds& ids) {
  std::string value;
  AppendU64(value, ids.end);
  AppendU64(value, ids.sum);
  return transaction.Put(DatabaseId::kSettings, kMembersKey, value);
}

absl::StatusOr<StoredIds> ReadNeededIds(const Transaction& transaction) {
  ASSIGN_OR_RETURN(const std::optional<std::string_view> value,
                   transaction.Get(DatabaseId::kSettings, kMembersKey));
  if (!value) return StoredIds{};
  if (value->size() != 2 * sizeof(uint64_t)) return Corrupt("settings", "\"members\" has another size");
  return StoredIds{ReadU64(value->data()), ReadU64(value->data() + sizeof(uint64_t))};
}

absl::Status CheckHoldsIds(const Transaction& members, const StoredIds& ids) {
  if (ids.end == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(Cursor cursor, members.NewCursor(DatabaseId::kMemberIds));
  cursor.SeekBefore(MakeKey64(ids.end));
  RETURN_IF_ERROR(cursor.status());
  Ordinal end = 0;
  if (cursor.valid() && cursor.key().size() == sizeof(uint64_t)) {
    const Ordinal first = ReadU64(cursor.key().data());
    ASSIGN_OR_RETURN(const MemberIdBlock block, MemberIdBlock::Parse(cursor.value()));
    end = first + block.count();
    if (end >= ids.end) {
      ASSIGN_OR_RETURN(const uint64_t sum, block.SumTo(static_cast<size_t>(ids.end - first)));
      if (sum == ids.sum) return absl::OkStatus();
      return Corrupt(kIds,
                     "it has other ids than those with which the last load was published, as after a "
                     "copy of another day or of another server was put in its place");
    }
  }
  return Corrupt(kIds, Sentence("it ends at number ", end,
                                ", and the last load was published with ids up to "
                                "number ",
                                ids.end));
}

}  // namespace muster::index
