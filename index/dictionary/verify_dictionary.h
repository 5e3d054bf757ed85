// The part of a verification that checks the dictionaries, in both directions.
#ifndef MUSTER_INDEX_DICTIONARY_VERIFY_DICTIONARY_H_
#define MUSTER_INDEX_DICTIONARY_VERIFY_DICTIONARY_H_

#include "absl/status/status.h"
#include "index/storage/environment.h"
#include "index/storage/findings.h"

namespace muster::index {

// Each problem becomes a finding; an error means that the check could not be made. `guard` has already read
// the records: damaged ones are skipped here. Values: a text that leads to an id is that id's text; a value
// whose row has statistics has a text.
absl::Status VerifyValues(Environment& environment, TreeGuard& guard, Findings& findings);
// Members: id → ordinal → id and back for all stored ids; blocks have no gaps; there are no fewer ids than
// `members_end`, one more than the greatest ordinal of everyone.
absl::Status VerifyMembers(Environment& environment, TreeGuard& guard, uint64_t members_end,
                           Findings& findings);

}  // namespace muster::index

#endif  // MUSTER_INDEX_DICTIONARY_VERIFY_DICTIONARY_H_
