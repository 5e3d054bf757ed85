// The error for stored bytes that are not what was written.
#ifndef MUSTER_INDEX_STORAGE_PAGES_CORRUPT_H_
#define MUSTER_INDEX_STORAGE_PAGES_CORRUPT_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace muster::index {

// The mend of damage, which ends every sentence about it. A damaged population is offline, so the running
// server can't verify it.
inline constexpr std::string_view kMendOfDamage =
    "; restore the population from a backup (while the server is stopped, `muster verify --data DIR` says "
    "what "
    "else is damaged)";

// `sentence` without its mend, for a list of damages.
std::string WithoutMend(std::string_view sentence);

// DATA_LOSS, kStorageCorrupt: "the stored `what` is damaged: `why`; …".
absl::Status Corrupt(std::string_view what, std::string_view why = "");

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_PAGES_CORRUPT_H_
