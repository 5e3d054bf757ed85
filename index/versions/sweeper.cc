#include "index/versions/sweeper.h"

#include <array>
#include <memory>
#include <utility>

#include "index/storage/fault_point.h"
#include "index/storage/keys.h"

namespace muster::index {
namespace {

Key<5> KeyOf(StagedKind kind, uint32_t id) {
  Key<5> key;
  key.bytes[0] = static_cast<char>(kind);
  WriteU32(key.bytes.data() + 1, id);
  return key;
}

// Sweeps the last entry of the list bite by bite, each bite a turn of its own, then the one before it.
void SweepNext(WriterQueue& writer, std::shared_ptr<std::vector<StagedEntry>> entries) {
  if (entries->empty()) return;
  auto finished = std::make_shared<bool>(false);
  writer.Submit(
      WriteClass::kSweep,
      [entries, finished](WriteTransaction& transaction) {
        FaultPoint("sweep/bite_begins");
        absl::StatusOr<bool> done = SweepBite(transaction, entries->back());
        if (!done.ok()) return done.status();
        *finished = *done;
        FaultPoint("sweep/bite_written");
        return absl::OkStatus();
      },
      [&writer, entries, finished](const absl::Status& status) {
        FaultPoint("sweep/bite_done");
        // An entry that can't be swept now is left to the next start.
        if (*finished || !status.ok()) entries->pop_back();
        if (!absl::IsCancelled(status)) SweepNext(writer, entries);
      });
}

}  // namespace

absl::Status RegisterStaged(WriteTransaction& transaction, const StagedEntry& entry) {
  return transaction.Put(DatabaseId::kStaging, KeyOf(entry.kind, entry.id), MakeKey64(entry.load));
}

absl::StatusOr<bool> IsStaged(const Transaction& transaction, const StagedEntry& entry) {
  absl::StatusOr<std::optional<std::string_view>> load =
      transaction.Get(DatabaseId::kStaging, KeyOf(entry.kind, entry.id));
  if (!load.ok()) return load.status();
  return load->has_value() && (*load)->size() == 8 && ReadU64((*load)->data()) == entry.load;
}

absl::Status RemoveStaged(WriteTransaction& transaction, const StagedEntry& entry) {
  return transaction.Delete(DatabaseId::kStaging, KeyOf(entry.kind, entry.id)).status();
}

absl::StatusOr<std::vector<StagedEntry>> ListStaged(const Transaction& transaction) {
  absl::StatusOr<Cursor> cursor = transaction.NewCursor(DatabaseId::kStaging);
  if (!cursor.ok()) return cursor.status();
  std::vector<StagedEntry> entries;
  for (cursor->First(); cursor->valid(); cursor->Next()) {
    if (cursor->key().size() != 5 || cursor->value().size() != 8) return Corrupt("list of staged things");
    const auto kind = static_cast<StagedKind>(cursor->key()[0]);
    if (kind != StagedKind::kStore && kind != StagedKind::kEdge) return Corrupt("list of staged things");
    entries.push_back({kind, ReadU32(cursor->key().data() + 1), ReadU64(cursor->value().data())});
  }
  if (!cursor->status().ok()) return cursor->status();
  return entries;
}

absl::StatusOr<bool> SweepBite(WriteTransaction& transaction, const StagedEntry& entry) {
  absl::StatusOr<bool> staged = IsStaged(transaction, entry);
  if (!staged.ok()) return staged.status();
  if (!*staged) return absl::FailedPreconditionError("what is to be swept is not staged for this load");
  using Databases = std::array<DatabaseId, 3>;
  const Databases databases =
      entry.kind == StagedKind::kStore
          ? Databases{DatabaseId::kFragments, DatabaseId::kRowStats, DatabaseId::kStores}
          : Databases{DatabaseId::kEdges, DatabaseId::kEdgeStats, DatabaseId::kEdgeStats};
  for (const DatabaseId database : databases) {
    absl::StatusOr<bool> gone = transaction.DeletePrefix(database, MakeKey(entry.id));
    if (!gone.ok()) return gone.status();
    if (!*gone) return false;
  }
  if (absl::Status status = RemoveStaged(transaction, entry); !status.ok()) return status;
  return true;
}

void SweepInBackground(WriterQueue& writer, std::vector<StagedEntry> entries) {
  SweepNext(writer, std::make_shared<std::vector<StagedEntry>>(std::move(entries)));
}

}  // namespace muster::index
