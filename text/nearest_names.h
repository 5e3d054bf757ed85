// Suggests similar names: for populations, tags, values, commands and options.
#ifndef MUSTER_TEXT_NEAREST_NAMES_H_
#define MUSTER_TEXT_NEAREST_NAMES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// A set of names to search repeatedly. Const and thread-safe.
class NameChoices {
 public:
  explicit NameChoices(std::vector<std::string> names);

  size_t size() const { return names_.size(); }
  // See NearestNames.
  std::vector<std::string> Nearest(std::string_view name, size_t limit) const;

 private:
  struct Choice {
    std::u32string folded;
    uint64_t letters = 0;  // a 64-bit set with a bit for each of its code points
  };
  std::vector<std::string> names_;
  std::vector<Choice> choices_;  // of names_
};

// At most `limit` of `candidates` that `name` may have been meant for, nearest first: those that differ only
// in case, then by the number of typing errors (a code point missing, added, wrong, or swapped with its
// neighbour; at most one in three, or one in a name of two non-ASCII), then those that contain `name` or are
// contained in it. Ties keep the order of the candidates.
std::vector<std::string> NearestNames(std::string_view name, const std::vector<std::string>& candidates,
                                      size_t limit);

// At most `limit` of `candidates` for which `name` may be a typing error, nearest first: at most two errors,
// ignoring case. Names of fewer than five code points never match.
std::vector<std::string> NamesASlipAway(std::string_view name, const std::vector<std::string>& candidates,
                                        size_t limit);

// "; did you mean 'a', 'b' or 'c'?", or an empty string if `nearest` is empty.
std::string DidYouMean(const std::vector<std::string>& nearest);

}  // namespace muster

#endif  // MUSTER_TEXT_NEAREST_NAMES_H_
