// A load's spec, checked against the catalogue: which tags it changes, which of them are new, and what its
// label means.
#ifndef MUSTER_INDEX_LOADING_PLAN_LOAD_PLAN_H_
#define MUSTER_INDEX_LOADING_PLAN_LOAD_PLAN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "index/catalog/catalogue.h"
#include "index/catalog/load_records.h"
#include "index/loading/plan/load_spec.h"

namespace muster::index {

// One tag of a plan, in the order of the spec.
struct PlannedTag {
  Tag tag;              // id 0 until the load stages it, when it is new
  bool is_new = false;  // the catalogue doesn't have it
};

// A plain value.
struct LoadPlan {
  LoadSpec spec;  // label set, names of tags in normal form
  std::vector<PlannedTag> tags;
  absl::TimeZone zone;
  absl::CivilDay business_date;
};

// The most records of a small load. A small MERGE holds no tag while it is open (docs/semantics.md, rule 23).
inline constexpr uint64_t kSmallLoadRecordsMax = 10'000;
// Whether a load of so many records is a small one.
inline bool IsSmallLoad(const LoadSpec& spec, uint64_t records) {
  return spec.mode != LoadMode::kReplace && records <= kSmallLoadRecordsMax;
}

// Makes the checks that need no catalogue, and normalises the tags' names. INVALID_ARGUMENT: kBadName,
// kBadRequest, kLimit.
absl::StatusOr<LoadSpec> CheckLoadSpec(const LoadSpec& spec);

// `spec` as CheckLoadSpec gave it. INVALID_ARGUMENT, kUnknownTag: a tag whose kind neither the catalogue nor
// the spec knows, under REMOVE any that the catalogue doesn't have. FAILED_PRECONDITION, kTagContradicts: kind, scale or weights differ from the catalogue's.
// RESOURCE_EXHAUSTED, kLimit: more tags than a population may have. A new tag takes description, owner and
// source from the spec.
absl::StatusOr<std::vector<PlannedTag>> PlanTags(const LoadSpec& spec, const Catalogue& catalogue);

// FAILED_PRECONDITION, kTagContradicts: a NUMBER tag of the catalogue has fewer digits than the load needs.
absl::Status CheckScales(const LoadSpec& spec, const Catalogue& catalogue);

// SHA-256 of the load's definition without its input: mode, tags, schema, and the date if given
// (docs/semantics.md, rule 22). Scales of NUMBER tags are left out: the catalogue has them.
std::string FingerprintOf(const LoadSpec& spec);
// The same in readable form, in one line.
std::string ContentText(const LoadSpec& spec);
// The first digits of a hash, for people.
std::string ShortHash(const std::string& hash);
// A label for a load that has none: the day and 16 random digits.
std::string MakeLabel(absl::CivilDay day);

// The result of the published load of that label, when `spec` has the same content (an input that is unknown
// on either side isn't compared). ALREADY_EXISTS, kAlreadyExists, naming both, when it differs.
absl::StatusOr<LoadResult> RepeatedResult(const LoadSpec& spec, const records::LoadRecord& published);

// Converts a result to its stored record, and back.
records::LoadResultRecord EncodeResult(const LoadResult& result);
LoadResult DecodeResult(const std::string& label, const records::LoadResultRecord& record);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_PLAN_LOAD_PLAN_H_
