// The id lists of one population, as they lie in its store.
#ifndef MUSTER_INDEX_LISTS_ID_LIST_STORE_H_
#define MUSTER_INDEX_LISTS_ID_LIST_STORE_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/lists/id_list.h"
#include "index/status/status_reason.h"
#include "index/versions/versions.h"

namespace muster::index {

// A part of a listing, by name.
struct IdListPage {
  std::vector<IdList> lists;
  bool more = false;  // behind the last of them
};

// A list that stays readable while this lives, also when it is replaced or deleted.
struct HeldIdList {
  IdList list;
  std::shared_ptr<const LeaseTable::Lease> lease;
};

// Lists lie on the disk alone: each call reads their records in a transaction of its own, and a change is one
// transaction, durable when the call ends. Lists are made by an IdListIntake. Names may be given in any form
// of Unicode.
//
// Thread-safe. Lifetime: the versions outlive it.
//
// Errors of all calls that name a list: INVALID_ARGUMENT, kBadName, for what can't be a name; NOT_FOUND,
// kUnknownList, with the nearest names; DATA_LOSS, kStorageCorrupt, for a damaged record.
class IdListStore {
 public:
  explicit IdListStore(Versions& versions) : versions_(versions) {}

  absl::StatusOr<IdList> Get(std::string_view name) const;
  // At most `most` lists with a name behind `after`.
  absl::StatusOr<IdListPage> List(std::string_view after, size_t most) const;
  // As it was. Its set is swept when no view holds it any more. FAILED_PRECONDITION, kListInUse, naming
  // segments that use it.
  absl::StatusOr<IdList> Delete(std::string_view name);

  // Nothing when there is no list of that name, or when it can't be a name.
  absl::StatusOr<std::optional<HeldIdList>> Hold(std::string_view name) const;
  // At most three names that `name` may have been meant for, nearest first.
  absl::StatusOr<std::vector<std::string>> NearestTo(std::string_view name) const;

 private:
  absl::Status Unknown(std::string_view name) const;

  Versions& versions_;
};

// `status` of the list `name`.
absl::Status OfList(absl::Status status, Reason reason, std::string_view name);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LISTS_ID_LIST_STORE_H_
