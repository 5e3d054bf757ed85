// The ids of a dictionary, for code that takes MemberIds.
#ifndef MUSTER_INDEX_DICTIONARY_DICTIONARY_IDS_H_
#define MUSTER_INDEX_DICTIONARY_DICTIONARY_IDS_H_

#include <cstddef>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "index/bitmap/member_ids.h"
#include "index/dictionary/member_dictionary.h"

namespace muster::index {

// Those that are stored. Thread-safe; the dictionary outlives it.
class DictionaryIds final : public MemberIds {
 public:
  explicit DictionaryIds(const MemberDictionary& members) : members_(members) {}

  absl::Status VisitIds(Ordinal first, ChunkPlaces places,
                        absl::FunctionRef<void(size_t, std::string_view)> visit) const override {
    return members_.VisitIds(first, places, visit);
  }

 private:
  const MemberDictionary& members_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_DICTIONARY_DICTIONARY_IDS_H_
