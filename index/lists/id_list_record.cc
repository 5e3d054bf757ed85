#include "index/lists/id_list_record.h"

#include "index/catalog/records.pb.h"
#include "index/status/status_macros.h"
#include "index/storage/pages/corrupt.h"
#include "index/storage/pages/sum.h"
#include "text/quoted.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

// A segment of the same name has another sum.
constexpr uint64_t kListSeed = 1;

}  // namespace

uint64_t ListNameSum(std::string_view name) { return SumOf(name, kListSeed); }

SavedPin PinOf(const IdList& list) { return {ListNameSum(list.name), list.identity}; }

std::string EncodeIdList(const IdList& list) {
  records::IdListRecord record;
  record.set_source(list.source);
  record.set_store(list.store);
  record.set_id_count(list.id_count);
  record.set_ordinal_end(list.ordinal_end);
  record.set_identity(list.identity);
  record.set_version(list.version);
  record.set_created_unix_micros(absl::ToUnixMicros(list.created));
  record.set_updated_unix_micros(absl::ToUnixMicros(list.updated));
  return record.SerializeAsString();
}

absl::StatusOr<IdList> DecodeIdList(std::string_view key, std::string_view bytes) {
  records::IdListRecord record;
  const bool sound = !key.empty() && record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) &&
                     record.source() != kEveryoneTag && record.store() != 0 && record.identity() != 0 &&
                     record.version() != 0 && record.id_count() <= record.ordinal_end();
  if (!sound) return Corrupt("id lists", Sentence("the id list ", Quoted(key), " can't be read"));
  IdList list;
  list.name = key;
  list.source = record.source();
  list.store = record.store();
  list.id_count = record.id_count();
  list.ordinal_end = record.ordinal_end();
  list.identity = record.identity();
  list.version = record.version();
  list.created = absl::FromUnixMicros(record.created_unix_micros());
  list.updated = absl::FromUnixMicros(record.updated_unix_micros());
  return list;
}

absl::StatusOr<std::optional<IdList>> FindIdList(const Transaction& transaction, std::string_view name) {
  ASSIGN_OR_RETURN(const std::optional<std::string_view> stored, transaction.Get(DatabaseId::kIdLists, name));
  if (!stored.has_value()) return std::nullopt;
  ASSIGN_OR_RETURN(IdList list, DecodeIdList(name, *stored));
  return list;
}

}  // namespace muster::index
