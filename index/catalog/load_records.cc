#include "index/catalog/load_records.h"

#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/pages/corrupt.h"
#include "index/storage/pages/keys.h"
#include "text/sentence.h"

namespace muster::index {
absl::StatusOr<std::optional<records::LoadRecord>> FindLoad(const Transaction& transaction,
                                                            std::string_view label) {
  ASSIGN_OR_RETURN(const std::optional<std::string_view> number,
                   transaction.Get(DatabaseId::kLoadLabels, label));
  if (!number) return std::nullopt;
  ASSIGN_OR_RETURN(const std::optional<std::string_view> stored,
                   transaction.Get(DatabaseId::kLoads, *number));
  records::LoadRecord record;
  if (!stored || !record.ParseFromArray(stored->data(), static_cast<int>(stored->size()))) {
    return Corrupt("catalogue", Sentence("the load '", label, "' can't be read"));
  }
  return record;
}

absl::Status StageLoad(WriteTransaction& transaction, uint64_t load, const records::LoadRecord& record) {
  return transaction.Put(DatabaseId::kLoads, MakeKey64(load), record.SerializeAsString());
}

absl::Status ShowLoad(WriteTransaction& transaction, uint64_t load, std::string_view label) {
  ASSIGN_OR_RETURN(const std::optional<std::string_view> taken,
                   transaction.Get(DatabaseId::kLoadLabels, label));
  if (taken) {
    return WithReason(
        absl::AlreadyExistsError(Sentence("the label '", label, "' was published meanwhile; choose another")),
        Reason::kAlreadyExists);
  }
  return transaction.Put(DatabaseId::kLoadLabels, label, MakeKey64(load));
}

}  // namespace muster::index
