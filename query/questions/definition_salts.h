// The salts of a segment's BUCKETs: which are recorded with it, and whether their buckets are stored.
#ifndef MUSTER_QUERY_QUESTIONS_DEFINITION_SALTS_H_
#define MUSTER_QUERY_QUESTIONS_DEFINITION_SALTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "index/salts/salt_store.h"
#include "index/segments/segment.h"
#include "query/language/problem.h"
#include "query/segments/segment_names.h"

namespace muster::query {

// The salts that a definition is recorded with: those that can be stored, at most kSaltsPerPopulationMax, by
// bytes.
std::vector<std::string> RecordedSalts(const SaltPlaces& salts);

// A warning if some of the salts have no place among those whose buckets are stored: at the first of them.
// Call it when the definition is saved. Returns errors of the store.
absl::StatusOr<std::vector<Problem>> WarnOfSalts(const SaltPlaces& salts, const index::SaltStore& stored);

enum class SaltState : uint8_t {
  kStored,    // of all ids, or all but a few that came last
  kBuilding,  // buckets are being computed in the background
  kNoPlace,   // other salts have all places; the salt gets the next one that becomes free
  kNotKept,   // the definition is not recorded with the salt, which therefore never gets a place
};

// A salt of a saved definition. A plain value.
struct DefinitionSalt {
  std::string salt;  // in normal form C
  SaltState state = SaltState::kNotKept;
  uint64_t stored = 0;   // ids whose buckets are stored
  uint64_t missing = 0;  // kStored and kBuilding: ids whose buckets are not stored yet
};

// The salts of a definition's own BUCKETs, not those of the segments that it names, by bytes. Returns errors
// of the store.
absl::StatusOr<std::vector<DefinitionSalt>> SaltsOf(const index::SegmentDefinition& definition,
                                                    const index::SaltStore& stored);

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_DEFINITION_SALTS_H_
