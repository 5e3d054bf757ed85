#include "index/storage/record_walk.h"

#include <chrono>
#include <string>

#include "index/status/status_macros.h"

namespace muster::index {
namespace {

using Clock = std::chrono::steady_clock;

// The most bytes of one transaction.
constexpr size_t kTurnBytes = size_t{8} << 20;
constexpr std::chrono::milliseconds kTurnTime(50);
// Records between two looks at the clock.
constexpr uint32_t kRecordsPerLook = 64;

// The progress of one transaction.
struct WalkTurn {
  std::string next;      // the least key that comes after; empty: the walk is at its end
  bool resumes = false;  // whether `next` is a record's, and not the place behind a damaged one
  size_t bytes = 0;
  bool whole = true;
};

// The least key behind `key`.
std::string Behind(std::string_view key) { return std::string(key) + '\0'; }

absl::StatusOr<WalkTurn> WalkSome(Environment& environment, TreeGuard& guard, DatabaseId database,
                                  const WalkTurn& before, const RecordWalk& walk) {
  ASSIGN_OR_RETURN(ReadTransaction transaction, environment.BeginRead());
  if (&guard != &environment.guard()) environment.Attach(guard);
  ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(database, guard));
  WalkTurn turn;
  const Clock::time_point end = Clock::now() + kTurnTime;
  uint32_t records = 0;
  if (before.resumes && walk.resume) {
    walk.resume(cursor, before.next);
  } else {
    cursor.Seek(before.next);
  }
  for (; cursor.valid(); cursor.Next()) {
    if (turn.bytes >= kTurnBytes || (++records % kRecordsPerLook == 0 && Clock::now() >= end)) {
      turn.next = std::string(cursor.key());
      turn.resumes = true;
      return turn;
    }
    turn.bytes += cursor.key().size() + cursor.value().size();
    if (walk.visit) walk.visit(transaction, cursor.key(), cursor.value());
  }
  if (cursor.status().ok()) return turn;
  if (!absl::IsDataLoss(cursor.status())) return cursor.status();
  turn.whole = false;
  if (walk.damaged) walk.damaged(cursor.status(), cursor.damaged_key());
  if (!cursor.damaged_key().empty()) turn.next = Behind(cursor.damaged_key());
  return turn;
}

// For one branch page: it leads to some 200 pages, and the outer records of each are read.
constexpr size_t kBytesLookedAt = 600 * kPageBytes;

// Checks branches in one transaction, from the one that leads to `from` on; `from` becomes the key at which
// to continue. True: there are no more.
absl::StatusOr<bool> LookAtSomeBranches(Environment& environment, DatabaseId database, std::string& from,
                                        size_t& bytes) {
  ASSIGN_OR_RETURN(ReadTransaction transaction, environment.BeginRead());
  const Clock::time_point end = Clock::now() + kTurnTime;
  LeafRange below;
  for (bytes = 0; bytes < kTurnBytes && Clock::now() < end;) {
    RETURN_IF_ERROR(transaction.LookAtBranches(database, environment.guard(), from, below));
    bytes += kBytesLookedAt;
    if (!below.has_end) return true;
    from = below.end;
  }
  return false;
}

// Checks all branches of a database; false: `go_on` returned false. Damage is left to the walk over the
// records, which reports it.
absl::StatusOr<bool> LookAtAllBranches(Environment& environment, DatabaseId database,
                                       const RecordWalk& walk) {
  std::string from;
  while (true) {
    size_t bytes = 0;
    const absl::StatusOr<bool> done = LookAtSomeBranches(environment, database, from, bytes);
    if (absl::IsDataLoss(done.status())) return true;
    RETURN_IF_ERROR(done.status());
    if (walk.go_on && !walk.go_on(bytes)) return false;
    if (*done) return true;
  }
}

}  // namespace

absl::StatusOr<bool> WalkRecords(Environment& environment, TreeGuard& guard, DatabaseId database,
                                 const RecordWalk& walk) {
  bool whole = true;
  WalkTurn turn;
  do {
    ASSIGN_OR_RETURN(turn, WalkSome(environment, guard, database, turn, walk));
    whole = whole && turn.whole;
    if (walk.go_on && !walk.go_on(turn.bytes)) return false;
  } while (!turn.next.empty());
  return whole;
}

absl::StatusOr<bool> LookAtBranches(Environment& environment, const RecordWalk& walk) {
  for (const DatabaseId scanned : {DatabaseId::kFragments, DatabaseId::kEdges}) {
    if (SpecOf(scanned).environment != environment.kind() || environment.guard().Trusts(scanned)) continue;
    absl::StatusOr<bool> looked = LookAtAllBranches(environment, scanned, walk);
    if (!looked.ok() || !*looked) return looked;
  }
  return true;
}

absl::StatusOr<bool> Scrub(Environment& environment, const RecordWalk& walk) {
  bool all_whole = true;
  for (const DatabaseSpec& spec : AllDatabases()) {
    if (spec.environment != environment.kind()) continue;
    if (environment.guard().Trusts(spec.id)) continue;
    const absl::StatusOr<bool> whole = WalkRecords(environment, environment.guard(), spec.id, walk);
    RETURN_IF_ERROR(whole.status());
    if (*whole) environment.guard().Trust(spec.id);
    all_whole = all_whole && *whole;
  }
  return all_whole;
}

}  // namespace muster::index
