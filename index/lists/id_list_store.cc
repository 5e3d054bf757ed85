#include "index/lists/id_list_store.h"

#include <utility>

#include "index/catalog/names.h"
#include "index/catalog/users.h"
#include "index/lists/id_list_record.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "index/versions/publishing/lone_store.h"
#include "text/nearest_names.h"
#include "text/quoted.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

constexpr size_t kNearest = 3;

absl::Status CheckUnused(const Transaction& transaction, const std::string& name) {
  ASSIGN_OR_RETURN(const std::string users, DescribeUsers(transaction, DatabaseId::kListUsers, name));
  if (users.empty()) return absl::OkStatus();
  return OfList(absl::FailedPreconditionError(
                    Sentence("the id list ", Quoted(name), " is used by the segments ", users,
                             "; change the definitions that name it first, or delete those segments")),
                Reason::kListInUse, name);
}

}  // namespace

absl::Status OfList(absl::Status status, Reason reason, std::string_view name) {
  return WithFact(WithReason(std::move(status), reason), kFactList, name);
}

absl::StatusOr<std::vector<std::string>> IdListStore::NearestTo(std::string_view name) const {
  ASSIGN_OR_RETURN(const ReadTransaction view, versions_.environment().BeginRead());
  ASSIGN_OR_RETURN(Cursor cursor, view.NewCursor(DatabaseId::kIdLists));
  std::vector<std::string> names;
  for (cursor.First(); cursor.valid(); cursor.Next()) names.emplace_back(cursor.key());
  RETURN_IF_ERROR(cursor.status());
  return NearestNames(name, names, kNearest);
}

absl::Status IdListStore::Unknown(std::string_view name) const {
  ASSIGN_OR_RETURN(const std::vector<std::string> nearest, NearestTo(name));
  const absl::Status unknown =
      OfList(absl::NotFoundError(Sentence("there is no id list ", Quoted(name), DidYouMean(nearest))),
             Reason::kUnknownList, name);
  return WithFact(unknown, kFactNearest, nearest.empty() ? "" : nearest.front());
}

absl::StatusOr<IdList> IdListStore::Get(std::string_view name) const {
  ASSIGN_OR_RETURN(const std::string normal, NormalListName(name));
  std::optional<IdList> found;
  {
    ASSIGN_OR_RETURN(const ReadTransaction view, versions_.environment().BeginRead());
    ASSIGN_OR_RETURN(found, FindIdList(view, normal));
  }
  if (!found.has_value()) return Unknown(normal);
  return *std::move(found);
}

absl::StatusOr<IdListPage> IdListStore::List(std::string_view after, size_t most) const {
  IdListPage page;
  ASSIGN_OR_RETURN(const ReadTransaction view, versions_.environment().BeginRead());
  ASSIGN_OR_RETURN(Cursor cursor, view.NewCursor(DatabaseId::kIdLists));
  for (cursor.Seek(after); cursor.valid(); cursor.Next()) {
    if (cursor.key() == after) continue;
    page.more = page.lists.size() == most;
    if (page.more) break;
    ASSIGN_OR_RETURN(IdList list, DecodeIdList(cursor.key(), cursor.value()));
    page.lists.push_back(std::move(list));
  }
  RETURN_IF_ERROR(cursor.status());
  return page;
}

absl::StatusOr<IdList> IdListStore::Delete(std::string_view name) {
  ASSIGN_OR_RETURN(const std::string normal, NormalListName(name));
  std::optional<IdList> deleted;
  const auto remove = [&](WriteTransaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(deleted, FindIdList(transaction, normal));
    if (!deleted.has_value()) return absl::OkStatus();
    RETURN_IF_ERROR(CheckUnused(transaction, normal));
    RETURN_IF_ERROR(DropLoneStore(transaction, deleted->store));
    return transaction.Delete(DatabaseId::kIdLists, normal).status();
  };
  RETURN_IF_ERROR(versions_.writer().Run(WriteClass::kPublish, remove));
  if (!deleted.has_value()) return Unknown(normal);
  versions_.SweepDropped(deleted->source, deleted->store);
  return *std::move(deleted);
}

// A deletion checks for leases after it removed the record. So a list whose record still exists after it was
// leased stays readable.
absl::StatusOr<std::optional<HeldIdList>> IdListStore::Hold(std::string_view name) const {
  const absl::StatusOr<std::string> normal = NormalListName(name);
  if (!normal.ok()) return std::nullopt;
  HeldIdList held;
  while (true) {
    ASSIGN_OR_RETURN(const ReadTransaction view, versions_.environment().BeginRead());
    ASSIGN_OR_RETURN(std::optional<IdList> found, FindIdList(view, *normal));
    if (!found.has_value()) return std::nullopt;
    if (held.lease != nullptr && found->identity == held.list.identity) return held;
    held.list = *std::move(found);
    held.lease = std::make_shared<const LeaseTable::Lease>(versions_.leases(),
                                                           VersionVector{{held.list.source, kLoneVersion}});
  }
}

}  // namespace muster::index
