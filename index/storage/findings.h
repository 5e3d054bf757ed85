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
#include "index/storage/subject.h"

namespace muster::index {

// One problem. A plain value.
struct Finding {
  Subject subject;   // named as far as possible: the owner of a store or an edge, if it is known
  std::string text;  // a sentence, which begins with the subject
};

// One check, finished or under way. A plain value.
struct Check {
  std::string name;
  uint64_t records = 0;  // read by the check
  uint64_t bytes = 0;
  uint64_t problems = 0;
  std::vector<Finding> first_problems;  // at most Findings::kProblemsKept
};

// Collects the checks' problems and reports them. Not thread-safe.
class Findings {
 public:
  static constexpr size_t kProblemsKept = 100;

  // Called when a check has ended, and now and then while it is under way; false stops the verification.
  using Report = std::function<bool(const Check& check, bool ended)>;
  // Returns the named owner of a subject that is known by its number; any other subject as it is.
  using OwnerOf = std::function<Subject(const Subject& subject)>;
  explicit Findings(Report report) : report_(std::move(report)) {}

  void NameSubjects(OwnerOf owner_of) { owner_of_ = std::move(owner_of); }

  void Begin(std::string name) {
    check_ = {};
    check_.name = std::move(name);
  }
  void Count(uint64_t records, uint64_t bytes) {
    check_.records += records;
    check_.bytes += bytes;
  }
  // `sentence`: what is wrong with the subject. It names stores and edges itself, since their owner may be
  // unknown. Its mend is left out, since all problems have the same.
  void Problem(const Subject& subject, std::string_view sentence) {
    ++check_.problems;
    ++problems_;
    if (check_.first_problems.size() >= kProblemsKept) return;
    Finding finding{owner_of_ == nullptr ? subject : owner_of_(subject), WithoutMend(sentence)};
    const Subject::Kind kind = finding.subject.kind;
    const bool is_in_sentence =
        kind == Subject::Kind::kNone || kind == Subject::Kind::kStore || kind == Subject::Kind::kEdge;
    if (!is_in_sentence) finding.text = SubjectText(finding.subject) + ": " + finding.text;
    check_.first_problems.push_back(std::move(finding));
  }
  // Of a problem that concerns no single tag, list, salt or segment.
  void Problem(std::string_view sentence) { Problem(Subject(), sentence); }
  // False: stop.
  bool Progress() { return go_on_ = go_on_ && report_(check_, false); }
  bool End() { return go_on_ = go_on_ && report_(check_, true); }

  bool stopped() const { return !go_on_; }
  uint64_t problems() const { return problems_; }

 private:
  const Report report_;
  OwnerOf owner_of_;
  Check check_;
  uint64_t problems_ = 0;
  bool go_on_ = true;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_FINDINGS_H_
