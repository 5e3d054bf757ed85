// Stores the id lists of one population.
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

// One page of a listing, ordered by name.
struct IdListPage {
  std::vector<IdList> lists;
  bool more = false;  // whether further lists follow
};

// A list that stays readable during this object's lifetime, even if it is replaced or deleted.
struct HeldIdList {
  IdList list;
  std::shared_ptr<const LeaseTable::Lease> lease;
};

// Lists are not cached: each call reads their records in its own transaction. A change is one transaction,
// durable when the call returns. An IdListIntake makes lists. Names may be in any Unicode normal form.
//
// Thread-safe. The versions must outlive it.
//
// All calls with a list's name return INVALID_ARGUMENT, kBadName, for an invalid name; NOT_FOUND,
// kUnknownList, with the nearest names; DATA_LOSS, kStorageCorrupt, for a damaged record.
class IdListStore {
 public:
  explicit IdListStore(Versions& versions) : versions_(versions) {}

  absl::StatusOr<IdList> Get(std::string_view name) const;
  // At most `most` lists with names greater than `after`.
  absl::StatusOr<IdListPage> List(std::string_view after, size_t most) const;
  // Deletes a list and returns it. Its set is swept once no view holds it. FAILED_PRECONDITION, kListInUse,
  // if segments use it; the message names some of them.
  absl::StatusOr<IdList> Delete(std::string_view name);

  // Leases the list; empty if there is no list of that name or the name is invalid.
  absl::StatusOr<std::optional<HeldIdList>> Hold(std::string_view name) const;
  // At most three names that are similar to `name`, nearest first.
  absl::StatusOr<std::vector<std::string>> NearestTo(std::string_view name) const;

 private:
  absl::Status Unknown(std::string_view name) const;

  Versions& versions_;
};

// Adds the reason and the list's name to `status`.
absl::Status OfList(absl::Status status, Reason reason, std::string_view name);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LISTS_ID_LIST_STORE_H_
