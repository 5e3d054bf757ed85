#include "index/lists/verify_lists.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "index/bitmap/bitmap.h"
#include "index/bitmap/row_source.h"
#include "index/catalog/names.h"
#include "index/lists/id_list_record.h"
#include "index/status/status_macros.h"
#include "index/storage/record_walk.h"
#include "index/versions/publishing/lone_store.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

// One more than the list's last ordinal; 0 if it has no fragment or the last one can't be read.
Ordinal EndOfSet(const Transaction& transaction, StoreId store) {
  absl::StatusOr<Cursor> cursor = transaction.NewCursor(DatabaseId::kFragments);
  if (!cursor.ok()) return 0;
  cursor->SeekBefore(MakeKey(store, kKnownRow, kLastFragment));
  if (!cursor->At(MakeKey(store, kKnownRow)) || cursor->key().size() != 12) return 0;
  const absl::StatusOr<DecodedRecord> record = DecodeRecord(RecordBytesOf(cursor->value()));
  if (!record.ok() || record->bitmap.Empty()) return 0;
  return FirstOrdinalOf(ReadU32(cursor->key().data() + 8)) + record->bitmap.ToVector().back() + 1;
}

// Explains why the store isn't the list's; empty if it is.
std::string WhyNotItsStore(const Transaction& transaction, const IdList& list) {
  const absl::StatusOr<std::optional<VersionRecord>> version =
      FindVersion(transaction, list.source, kLoneVersion);
  const absl::StatusOr<StoreRecord> store = ReadStore(transaction, list.store);
  if (!version.ok()) return std::string(version.status().message());
  if (!store.ok()) return std::string(store.status().message());
  if (!version->has_value() || (*version)->store != list.store || store->tag != list.source ||
      store->settled != kLoneVersion)
    return Sentence("store ", list.store, " is not its own");
  if ((*version)->identity != list.identity) return "its store is of another load";
  const absl::StatusOr<RowStats> stats = ReadRowStats(transaction, list.store, kKnownRow);
  if (!stats.ok()) return std::string(stats.status().message());
  if (stats->cardinality != list.id_count)
    return Sentence("its store holds ", stats->cardinality, " ids, and its record says ", list.id_count);
  const Ordinal end = EndOfSet(transaction, list.store);
  if (end != 0 && end != list.ordinal_end)
    return Sentence("its ids end at ", end, ", and its record says ", list.ordinal_end);
  return "";
}

void LookAtList(const Transaction& transaction, std::string_view key, std::string_view value,
                Findings& findings) {
  const absl::StatusOr<std::string> normal = NormalListName(key);
  if (!normal.ok() || *normal != key)
    return findings.Problem(Subject::OfIdList(key), "its name breaks the rules for names");
  const absl::StatusOr<IdList> list = DecodeIdList(key, value);
  if (!list.ok()) return findings.Problem(Subject::OfIdList(key), FromAbseil(list.status().message()));
  const std::string why = WhyNotItsStore(transaction, *list);
  if (!why.empty()) findings.Problem(Subject::OfIdList(key), why);
}

}  // namespace

absl::Status VerifyLists(Environment& index, TreeGuard& guard, Findings& findings) {
  findings.Begin("id lists");
  RecordWalk walk;
  walk.go_on = [&findings](size_t) { return findings.Progress(); };
  walk.visit = [&findings](const Transaction& transaction, std::string_view key, std::string_view value) {
    findings.Count(1, key.size() + value.size());
    LookAtList(transaction, key, value, findings);
  };
  RETURN_IF_ERROR(WalkRecords(index, guard, DatabaseId::kIdLists, walk).status());
  findings.End();
  return absl::OkStatus();
}

absl::StatusOr<Ordinal> EndOfLists(Environment& index) {
  Ordinal end = 0;
  ASSIGN_OR_RETURN(const ReadTransaction transaction, index.BeginRead());
  ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kIdLists));
  for (cursor.First(); cursor.valid(); cursor.Next()) {
    const absl::StatusOr<IdList> list = DecodeIdList(cursor.key(), cursor.value());
    if (list.ok()) end = std::max(end, list->ordinal_end);
  }
  RETURN_IF_ERROR(cursor.status());
  return end;
}

}  // namespace muster::index
