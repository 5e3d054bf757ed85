// The numbers of versions, and how a token names them.
#ifndef MUSTER_INDEX_VERSIONS_RECORDS_VERSION_H_
#define MUSTER_INDEX_VERSIONS_RECORDS_VERSION_H_

#include <cstdint>
#include <map>
#include <optional>

#include "absl/time/civil_time.h"
#include "index/bitmap/row_id.h"
#include "index/storage/identity.h"

namespace muster::index {

using Version = uint32_t;  // of one tag, from 1 (everyone has an empty version 0)

// Which version of each tag; tag 0 is everyone.
using VersionVector = std::map<TagId, Version>;

// The content of a token: versions of one population, and a fingerprint that distinguishes them from versions
// with the same numbers in a store that was restored, copied or made anew. A plain value.
struct PinnedView {
  Identity population = 0;
  VersionVector versions;
  uint64_t fingerprint = 0;             // of the versions with their publications' identities
  std::optional<absl::CivilDay> as_of;  // the date of a dated view
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_RECORDS_VERSION_H_
