#include "index/versions/publishing/lone_store.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/fault_point.h"
#include "index/storage/pages/keys.h"
#include "index/versions/publishing/sweeper.h"
#include "index/versions/records/version_record.h"

namespace muster::index {
namespace {

struct Dropped {
  WriterQueue& writer;
  const StagedEntry entry;
  const std::function<bool()> is_held;
};

// Sweeps one batch, then queues the next. If the store is still read or the disk is full, tries again later.
void SweepNext(const std::shared_ptr<const Dropped>& dropped, bool later) {
  auto finished = std::make_shared<bool>(false);
  WriterQueue::Task sweep = [dropped, finished](WriteTransaction& transaction) -> absl::Status {
    if (dropped->is_held()) return absl::UnavailableError("the store is being read");
    FaultPoint("lone_store/sweep");
    ASSIGN_OR_RETURN(*finished, SweepBite(transaction, dropped->entry));
    return absl::OkStatus();
  };
  auto done = [dropped, finished](const absl::Status& status) {
    const bool again = absl::IsUnavailable(status) || IsForWantOfRoom(status);
    // After any other error, the next start sweeps the store.
    if (again || (status.ok() && !*finished)) SweepNext(dropped, again);
  };
  if (later) {
    dropped->writer.SubmitLater(WriteClass::kSweep, std::move(sweep), std::move(done));
  } else {
    dropped->writer.Submit(WriteClass::kSweep, std::move(sweep), std::move(done));
  }
}

}  // namespace

absl::Status ShowLoneStore(WriteTransaction& transaction, const StagedVersion& staged, Identity identity) {
  const StagedEntry entry{StagedKind::kStore, staged.new_store, staged.load};
  ASSIGN_OR_RETURN(const bool is_staged, IsStaged(transaction, entry));
  ASSIGN_OR_RETURN(StoreRecord store, ReadStore(transaction, staged.new_store));
  if (!is_staged || store.tag != staged.tag || store.settled != kNoVersion)
    return absl::InternalError(absl::StrCat("store ", staged.new_store, " is not staged"));
  store.settled = kLoneVersion;
  const VersionRecord version{.store = staged.new_store,
                              .business_day = BusinessDayNumber(kNoDate),
                              .fragment_count = staged.fragment_count,
                              .identity = identity};
  RETURN_IF_ERROR(transaction.Put(DatabaseId::kStores, MakeKey(staged.new_store), EncodeStore(store)));
  RETURN_IF_ERROR(
      transaction.Put(DatabaseId::kVersions, MakeKey(staged.tag, kLoneVersion), EncodeVersion(version)));
  return RemoveStaged(transaction, entry);
}

absl::Status DropLoneStore(WriteTransaction& transaction, StoreId store) {
  return RegisterStaged(transaction, {StagedKind::kDropped, store, 0});
}

void SweepLoneStore(WriterQueue& writer, StoreId store, std::function<bool()> is_held) {
  SweepNext(
      std::make_shared<const Dropped>(Dropped{writer, {StagedKind::kDropped, store, 0}, std::move(is_held)}),
      false);
}

}  // namespace muster::index
