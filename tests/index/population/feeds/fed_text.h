// Feeds loads in parts whose batches are lines of text, "id,cell,cell".
#ifndef MUSTER_TESTS_INDEX_POPULATION_FEEDS_FED_TEXT_H_
#define MUSTER_TESTS_INDEX_POPULATION_FEEDS_FED_TEXT_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "index/population/feeds/fed_load.h"
#include "index/status/status_macros.h"
#include "tests/index/population/test_database.h"

namespace muster::index {

inline TextRecords RecordsOf(const std::string& batch) {
  TextRecords records;
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(batch, '\n', absl::SkipEmpty())))
    records.push_back(absl::StrSplit(line, ','));
  return records;
}

// Feeds the batches of a part, from number 0 on; those that it has are passed over.
inline absl::Status FeedTexts(FedLoad& load, const PartKey& key, const std::vector<std::string>& batches) {
  ASSIGN_OR_RETURN(const auto part, load.OpenPart(key));
  for (size_t i = 0; i < batches.size(); ++i) {
    RETURN_IF_ERROR(load.Feed(*part, i, static_cast<uint32_t>(RecordsOf(batches[i]).size()), batches[i]));
  }
  return part->Sync();
}

inline absl::StatusOr<LoadResult> CommitTexts(FedLoad& load, const LoadSpec& spec,
                                              std::vector<CommittedPart> parts) {
  ASSIGN_OR_RETURN(const auto commit, load.BeginCommit(spec, std::move(parts)));
  uint64_t count = 0;
  for (;;) {
    ASSIGN_OR_RETURN(const std::optional<std::string> batch, commit->Next());
    if (!batch) break;
    const TextRecords records = RecordsOf(*batch);
    count += records.size();
    RETURN_IF_ERROR(FeedText(commit->load(), records, spec.tags.size()));
  }
  return commit->Commit(count, WorkBudget::Unlimited());
}

}  // namespace muster::index

#endif  // MUSTER_TESTS_INDEX_POPULATION_FEEDS_FED_TEXT_H_
