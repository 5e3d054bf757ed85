// The records of a load that name members whom the population doesn't have.
#ifndef MUSTER_INDEX_LOADING_MEMBERSHIP_UNKNOWN_RECORDS_H_
#define MUSTER_INDEX_LOADING_MEMBERSHIP_UNKNOWN_RECORDS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/quoted.h"
#include "text/sentence.h"

namespace muster::index {

// Counted, and the first few ids kept. Not thread-safe.
class UnknownRecords {
 public:
  void Add(std::string_view member_id) {
    ++count_;
    if (first_.size() < kShown && std::find(first_.begin(), first_.end(), member_id) == first_.end())
      first_.emplace_back(member_id);
  }

  uint64_t count() const { return count_; }
  // One sentence. REQUIRES: there is one.
  std::string Warning() const {
    std::string ids;
    for (const std::string& id : first_) ids += Sentence(ids.empty() ? "" : ", ", Quoted(id));
    return Sentence(count_, count_ == 1 ? " record names a member" : " records name members",
                    " that the population doesn't have, and ", count_ == 1 ? "has" : "have",
                    " no effect: ", ids, count_ > first_.size() ? " …" : "");
  }

 private:
  static constexpr size_t kShown = 3;

  uint64_t count_ = 0;
  std::vector<std::string> first_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_MEMBERSHIP_UNKNOWN_RECORDS_H_
