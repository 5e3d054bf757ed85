#include "index/catalog/load_records.h"

#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/pages/corrupt.h"
#include "index/storage/pages/keys.h"
#include "text/sentence.h"

namespace muster::index {
absl::StatusOr<std::optional<records::LoadRecord>> FindLoad(const Transaction& transaction,
                                                            std::string_view label) {
  ASSIGN_OR_RETURN(const std::optional<uint64_t> number, FindLoadNumber(transaction, label));
  if (!number) return std::nullopt;
  absl::StatusOr<std::optional<records::LoadRecord>> record = FindLoadOf(transaction, *number);
  if (record.ok() && !record->has_value())
    return Corrupt("catalogue", Sentence("the load '", label, "' can't be read"));
  return record;
}

absl::StatusOr<std::optional<uint64_t>> FindLoadNumber(const Transaction& transaction,
                                                       std::string_view label) {
  ASSIGN_OR_RETURN(const std::optional<std::string_view> number,
                   transaction.Get(DatabaseId::kLoadLabels, label));
  if (!number) return std::nullopt;
  if (number->size() != sizeof(uint64_t))
    return Corrupt("catalogue", Sentence("the load '", label, "' can't be read"));
  return ReadU64(number->data());
}

absl::StatusOr<std::optional<records::LoadRecord>> FindLoadOf(const Transaction& transaction, uint64_t load) {
  ASSIGN_OR_RETURN(const std::optional<std::string_view> stored,
                   transaction.Get(DatabaseId::kLoads, MakeKey64(load)));
  if (!stored) return std::nullopt;
  records::LoadRecord record;
  if (!record.ParseFromArray(stored->data(), static_cast<int>(stored->size())))
    return Corrupt("catalogue", Sentence("the record of load ", load, " can't be read"));
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
