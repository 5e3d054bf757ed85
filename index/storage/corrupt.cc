#include "index/storage/corrupt.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "index/status/status_reason.h"

namespace muster::index {

absl::Status Corrupt(std::string_view what, std::string_view why) {
  return WithReason(absl::DataLossError(absl::StrCat("the stored ", std::string(what), " is damaged",
                                                     why.empty() ? "" : ": ", std::string(why),
                                                     "; restore the data directory from a backup")),
                    Reason::kStorageCorrupt);
}

}  // namespace muster::index
