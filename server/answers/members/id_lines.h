// Ids of members as lines of one text, up to a size.
#ifndef MUSTER_SERVER_ANSWERS_MEMBERS_ID_LINES_H_
#define MUSTER_SERVER_ANSWERS_MEMBERS_ID_LINES_H_

#include <algorithm>
#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/bitmap/geometry.h"
#include "index/status/status_macros.h"
#include "index/views/population_view.h"

namespace muster::server {

// Ids that are read at once; they may take 480 bytes each.
inline constexpr size_t kIdsAtOnce = 1'024;

// Appends the ids of `ordinals` (ascending) to `lines`, each followed by a line feed, until `lines` has `enough`
// bytes; up to kIdsAtOnce ids more. Returns how many: at least one, unless there are none.
inline absl::StatusOr<size_t> AppendLines(const index::MembersOfView& members,
                                          absl::Span<const index::Ordinal> ordinals, size_t enough,
                                          std::string& lines) {
  size_t appended = 0;
  do {
    const absl::Span<const index::Ordinal> next = ordinals.subspan(appended, kIdsAtOnce);
    RETURN_IF_ERROR(members.AppendIds(next, lines));
    appended += next.size();
  } while (appended < ordinals.size() && lines.size() < enough);
  return appended;
}

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_MEMBERS_ID_LINES_H_
