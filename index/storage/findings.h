// The findings of a verification, check by check, with the first problems of each.
#ifndef MUSTER_INDEX_STORAGE_FINDINGS_H_
#define MUSTER_INDEX_STORAGE_FINDINGS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "index/storage/pages/corrupt.h"

namespace muster::index {

// One check, finished or under way. A plain value.
struct Check {
  std::string name;
  uint64_t records = 0;  // read by the check
  uint64_t bytes = 0;
  uint64_t problems = 0;
  std::vector<std::string> first_problems;  // a sentence each, at most Findings::kProblemsKept
};

// Collects the checks' problems and reports them. Not thread-safe.
class Findings {
 public:
  static constexpr size_t kProblemsKept = 100;

  // Called when a check has ended, and now and then while it is under way; false stops the verification.
  using Report = std::function<bool(const Check& check, bool ended)>;
  // Returns the name of the tag that a problem's sentence gives as a number; empty when it is unknown.
  using Subject = std::function<std::string(std::string_view sentence)>;
  explicit Findings(Report report) : report_(std::move(report)) {}

  void NameSubjects(Subject subject) { subject_ = std::move(subject); }

  void Begin(std::string name) {
    check_ = {};
    check_.name = std::move(name);
  }
  void Count(uint64_t records, uint64_t bytes) {
    check_.records += records;
    check_.bytes += bytes;
  }
  // `sentence`: what is wrong. Its mend is left out, since all problems have the same.
  void Problem(std::string_view sentence) {
    ++check_.problems;
    ++problems_;
    if (check_.first_problems.size() >= kProblemsKept) return;
    const std::string subject = subject_ == nullptr ? "" : subject_(sentence);
    check_.first_problems.push_back(subject + (subject.empty() ? "" : ": ") + WithoutMend(sentence));
  }
  // False: stop.
  bool Progress() { return go_on_ = go_on_ && report_(check_, false); }
  bool End() { return go_on_ = go_on_ && report_(check_, true); }

  bool stopped() const { return !go_on_; }
  uint64_t problems() const { return problems_; }

 private:
  const Report report_;
  Subject subject_;
  Check check_;
  uint64_t problems_ = 0;
  bool go_on_ = true;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_FINDINGS_H_
