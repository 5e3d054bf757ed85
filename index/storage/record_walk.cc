#include "index/storage/record_walk.h"

#include <chrono>
#include <string>

namespace muster::index {
namespace {

using Clock = std::chrono::steady_clock;

// Of one transaction.
constexpr size_t kTurnBytes = size_t{8} << 20;
constexpr std::chrono::milliseconds kTurnTime(50);
// How often the clock is asked, in records.
constexpr uint32_t kRecordsPerLook = 64;

// What one transaction did.
struct WalkTurn {
  std::string next;  // the least key that comes after; empty: the walk is at its end
  size_t bytes = 0;
  bool whole = true;
};

// The least key behind `key`.
std::string Behind(std::string_view key) { return std::string(key) + '\0'; }

absl::StatusOr<WalkTurn> WalkSome(Environment& environment, TreeGuard& guard, DatabaseId database,
                                  const std::string& from, const RecordWalk& walk) {
  absl::StatusOr<ReadTransaction> transaction = environment.BeginRead();
  if (!transaction.ok()) return transaction.status();
  if (&guard != &environment.guard()) environment.Attach(guard);
  absl::StatusOr<Cursor> cursor = transaction->NewCursor(database, guard);
  if (!cursor.ok()) return cursor.status();
  WalkTurn turn;
  const Clock::time_point end = Clock::now() + kTurnTime;
  uint32_t records = 0;
  cursor->Seek(from);
  for (; cursor->valid(); cursor->Next()) {
    if (turn.bytes >= kTurnBytes || (++records % kRecordsPerLook == 0 && Clock::now() >= end)) {
      turn.next = std::string(cursor->key());
      return turn;
    }
    turn.bytes += cursor->key().size() + cursor->value().size();
    if (walk.visit) walk.visit(*transaction, cursor->key(), cursor->value());
  }
  if (cursor->status().ok()) return turn;
  if (!absl::IsDataLoss(cursor->status())) return cursor->status();
  turn.whole = false;
  if (walk.damaged) walk.damaged(cursor->status());
  if (!cursor->damaged_key().empty()) turn.next = Behind(cursor->damaged_key());
  return turn;
}

}  // namespace

absl::StatusOr<bool> WalkRecords(Environment& environment, TreeGuard& guard, DatabaseId database,
                                 const RecordWalk& walk) {
  bool whole = true;
  std::string from;
  do {
    absl::StatusOr<WalkTurn> turn = WalkSome(environment, guard, database, from, walk);
    if (!turn.ok()) return turn.status();
    whole = whole && turn->whole;
    from = std::move(turn->next);
    if (walk.go_on && !walk.go_on(turn->bytes)) return false;
  } while (!from.empty());
  return whole;
}

absl::StatusOr<bool> Scrub(Environment& environment, const RecordWalk& walk) {
  bool all_whole = true;
  for (const DatabaseSpec& spec : AllDatabases()) {
    if (spec.environment != environment.kind() || !spec.made) continue;
    if (environment.guard().Trusts(spec.id)) continue;
    const absl::StatusOr<bool> whole = WalkRecords(environment, environment.guard(), spec.id, walk);
    if (!whole.ok()) return whole;
    if (*whole) environment.guard().Trust(spec.id);
    all_whole = all_whole && *whole;
  }
  return all_whole;
}

}  // namespace muster::index
