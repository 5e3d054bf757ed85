// Did you mean …? For populations, tags, values, commands and options alike.
#ifndef MUSTER_TEXT_NEAREST_NAMES_H_
#define MUSTER_TEXT_NEAREST_NAMES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// Names to choose the nearest from, again and again. Const and thread-safe.
class NameChoices {
 public:
  explicit NameChoices(std::vector<std::string> names);

  size_t size() const { return names_.size(); }
  // As NearestNames says.
  std::vector<std::string> Nearest(std::string_view name, size_t limit) const;

 private:
  struct Choice {
    std::u32string folded;
    uint64_t letters = 0;  // a bit, of 64, for each code point of it
  };
  std::vector<std::string> names_;
  std::vector<Choice> choices_;  // of names_
};

// At most `limit` of `candidates` that `name` may have been meant for, nearest first: those that differ in
// case only, then by the number of typing errors (a code point missing, added, wrong, or swapped with its
// neighbour; at most one in three, or in two that are no ASCII), then those that contain `name` or that it
// contains. Equal ones in the order of the candidates.
std::vector<std::string> NearestNames(std::string_view name, const std::vector<std::string>& candidates,
                                      size_t limit);

// At most `limit` of `candidates` that `name` may be a slip of, nearest first: at most two typing errors,
// where case counts for none. Names of fewer than five code points are never taken for one another.
std::vector<std::string> NamesASlipAway(std::string_view name, const std::vector<std::string>& candidates,
                                        size_t limit);

// "; did you mean 'a', 'b' or 'c'?", or nothing when `nearest` is empty.
std::string DidYouMean(const std::vector<std::string>& nearest);

}  // namespace muster

#endif  // MUSTER_TEXT_NEAREST_NAMES_H_
