#include "index/versions/publishing/sweeper.h"

#include <memory>
#include <utility>

#include "absl/types/span.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/counters.h"
#include "index/storage/fault_point.h"
#include "index/storage/pages/keys.h"

namespace muster::index {
namespace {

// Deletes the records of an entry, as far as the transaction has room; true when none is left.
absl::StatusOr<bool> DeleteRecords(WriteTransaction& transaction, const StagedEntry& entry) {
  static constexpr DatabaseId kOfStore[] = {DatabaseId::kFragments, DatabaseId::kRowStats,
                                            DatabaseId::kValuesWithRows, DatabaseId::kStores};
  static constexpr DatabaseId kOfEdge[] = {DatabaseId::kEdges, DatabaseId::kEdgeStats};
  const absl::Span<const DatabaseId> databases =
      entry.kind == StagedKind::kEdge ? absl::MakeConstSpan(kOfEdge) : absl::MakeConstSpan(kOfStore);
  for (const DatabaseId database : databases) {
    absl::StatusOr<bool> gone = transaction.DeletePrefix(database, MakeKey(entry.id));
    if (!gone.ok() || !*gone) return gone;
  }
  return true;
}

// Takes the version of a dropped store away, so that what is left of it is that of a store which was never
// shown.
absl::Status HideDropped(WriteTransaction& transaction, StoreId id) {
  ASSIGN_OR_RETURN(StoreRecord store, ReadStore(transaction, id));
  if (store.settled == kNoVersion) return absl::OkStatus();
  RETURN_IF_ERROR(transaction.Delete(DatabaseId::kVersions, MakeKey(store.tag, store.settled)).status());
  store.settled = kNoVersion;
  return transaction.Put(DatabaseId::kStores, MakeKey(id), EncodeStore(store));
}

// The same for what a load wrote ahead. Invisible versions are the last ones of their tag. So the loop
// deletes the last version of a tag until it is a visible one, and then moves to the next tag.
absl::StatusOr<bool> DeletePrepared(WriteTransaction& transaction, LoadId load) {
  ASSIGN_OR_RETURN(const uint64_t visible, LastNumber(transaction, kPublishCounter));
  ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kVersions));
  for (cursor.First(); cursor.valid();) {
    if (cursor.key().size() != 8) return Corrupt("list of versions");
    const TagId tag = ReadU32(cursor.key().data());
    const Key<8> end = MakeKey(tag, kNoVersion);
    cursor.SeekBefore(end);
    RETURN_IF_ERROR(cursor.status());
    const std::string last(cursor.key());
    ASSIGN_OR_RETURN(const VersionRecord record, DecodeVersion(ReadU32(last.data() + 4), cursor.value()));
    if (record.publish_sequence > visible) {
      if (transaction.NearlyFull()) return false;
      const absl::StatusOr<bool> deleted = transaction.Delete(DatabaseId::kVersions, last);
      RETURN_IF_ERROR(deleted.status());
      cursor.Seek(MakeKey(tag));  // to the version before it
    } else {
      cursor.Seek(end);
    }
  }
  RETURN_IF_ERROR(cursor.status());
  return transaction.DeletePrefix(DatabaseId::kLoads, MakeKey64(load));
}

// Sweeps as many of the list's last entries as the transaction has room for. Returns how many are gone. An
// entry that was swept or published meanwhile counts as gone.
absl::StatusOr<size_t> SweepLast(WriteTransaction& transaction, const std::vector<StagedEntry>& entries) {
  size_t gone = 0;
  while (gone < entries.size() && !transaction.NearlyFull()) {
    const absl::StatusOr<bool> done = SweepBite(transaction, entries[entries.size() - 1 - gone]);
    if (!done.ok() && !absl::IsFailedPrecondition(done.status())) return done.status();
    if (done.ok() && !*done) break;
    ++gone;
  }
  return gone;
}

// Sweeps entries from the end of the list, one bite a turn. `later`: begins later. When the disk is full, it
// is tried again later, because deleting needs some pages first.
void SweepNext(WriterQueue& writer, const std::shared_ptr<std::vector<StagedEntry>>& entries, bool later) {
  if (entries->empty()) return;
  auto finished = std::make_shared<size_t>(0);
  WriterQueue::Task sweep = [entries, finished](WriteTransaction& transaction) {
    FaultPoint("sweep/bite_begins");
    ASSIGN_OR_RETURN(const size_t swept, SweepLast(transaction, *entries));
    *finished = swept;
    FaultPoint("sweep/bite_written");
    return absl::OkStatus();
  };
  auto done = [&writer, entries, finished](const absl::Status& status) {
    FaultPoint("sweep/bite_done");
    if (absl::IsCancelled(status)) return;
    const bool no_room = IsForWantOfRoom(status);
    // What can't be swept for another reason is left to the next start.
    if (!no_room) entries->resize(status.ok() ? entries->size() - *finished : 0);
    SweepNext(writer, entries, no_room);
  };
  if (later) {
    writer.SubmitLater(WriteClass::kSweep, std::move(sweep), std::move(done));
  } else {
    writer.Submit(WriteClass::kSweep, std::move(sweep), std::move(done));
  }
}

}  // namespace

std::string StagedKey(StagedKind kind, uint32_t id) {
  std::string key(1, static_cast<char>(kind));
  AppendU32(key, id);
  return key;
}

absl::Status RegisterStaged(WriteTransaction& transaction, const StagedEntry& entry) {
  return transaction.Put(DatabaseId::kStaging, StagedKey(entry.kind, entry.id), MakeKey64(entry.load));
}

absl::StatusOr<bool> IsStaged(const Transaction& transaction, const StagedEntry& entry) {
  ASSIGN_OR_RETURN(std::optional<std::string_view> load,
                   transaction.Get(DatabaseId::kStaging, StagedKey(entry.kind, entry.id)));
  return load.has_value() && load->size() == 8 && ReadU64(load->data()) == entry.load;
}

absl::Status RemoveStaged(WriteTransaction& transaction, const StagedEntry& entry) {
  return transaction.Delete(DatabaseId::kStaging, StagedKey(entry.kind, entry.id)).status();
}

absl::StatusOr<std::vector<StagedEntry>> ListStaged(const Transaction& transaction) {
  ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kStaging));
  std::vector<StagedEntry> entries;
  for (cursor.First(); cursor.valid(); cursor.Next()) {
    if (cursor.key().size() != 5 || cursor.value().size() != 8) return Corrupt("list of staged things");
    const auto kind = static_cast<StagedKind>(cursor.key()[0]);
    if (kind < StagedKind::kStore || kind > StagedKind::kDropped) return Corrupt("list of staged things");
    entries.push_back({kind, ReadU32(cursor.key().data() + 1), ReadU64(cursor.value().data())});
  }
  RETURN_IF_ERROR(cursor.status());
  return entries;
}

absl::StatusOr<std::optional<StagedEntry>> FindPublication(const Transaction& transaction) {
  ASSIGN_OR_RETURN(
      const std::optional<std::string_view> load,
      transaction.Get(DatabaseId::kStaging, StagedKey(StagedKind::kPublication, kPublicationId)));
  if (!load.has_value()) return std::nullopt;
  if (load->size() != 8) return Corrupt("list of staged things");
  return StagedEntry{StagedKind::kPublication, kPublicationId, ReadU64(load->data())};
}

absl::StatusOr<bool> SweepBite(WriteTransaction& transaction, const StagedEntry& entry) {
  ASSIGN_OR_RETURN(bool staged, IsStaged(transaction, entry));
  if (!staged) return absl::FailedPreconditionError("what is to be swept is not staged for this load");
  if (entry.kind == StagedKind::kDropped) {
    RETURN_IF_ERROR(HideDropped(transaction, entry.id));
  }
  absl::StatusOr<bool> gone = entry.kind == StagedKind::kPublication ? DeletePrepared(transaction, entry.load)
                                                                     : DeleteRecords(transaction, entry);
  if (!gone.ok() || !*gone) return gone;
  RETURN_IF_ERROR(RemoveStaged(transaction, entry));
  return true;
}

void SweepInBackground(WriterQueue& writer, std::vector<StagedEntry> entries) {
  SweepNext(writer, std::make_shared<std::vector<StagedEntry>>(std::move(entries)), false);
}

}  // namespace muster::index
