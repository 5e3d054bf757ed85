#include "index/storage/pages/corrupt.h"

#include "index/status/status_reason.h"
#include "text/sentence.h"

namespace muster::index {

std::string WithoutMend(std::string_view sentence) {
  if (sentence.ends_with(kMendOfDamage)) sentence.remove_suffix(kMendOfDamage.size());
  return std::string(sentence);
}

absl::Status Corrupt(std::string_view what, std::string_view why) {
  return WithReason(absl::DataLossError(Sentence("the stored ", what, " is damaged", why.empty() ? "" : ": ",
                                                 why, kMendOfDamage)),
                    Reason::kStorageCorrupt);
}

}  // namespace muster::index
