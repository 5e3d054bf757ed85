// Asks questions about a database and saves segments in it.
#ifndef MUSTER_TESTS_QUERY_QUESTIONS_ASKING_H_
#define MUSTER_TESTS_QUERY_QUESTIONS_ASKING_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "index/population/population.h"
#include "query/questions/definition_check.h"
#include "query/questions/question.h"
#include "tests/matchers/status.h"

namespace muster::query {

// The text as a question; null, with a failure of the test, if it is refused.
inline std::unique_ptr<Question> AskAt(Standpoint at, const std::string& text) {
  absl::StatusOr<PrepareResult> prepared = Prepare({text}, std::move(at));
  EXPECT_THAT(prepared, IsOk()) << text;
  if (!prepared.ok()) return nullptr;
  EXPECT_NE(prepared->question, nullptr)
      << text << ": " << (prepared->problems.empty() ? "" : prepared->problems[0].message);
  return std::move(prepared->question);
}

// All members that the question selects, ascending.
inline std::vector<index::Ordinal> MembersOf(const Question& question) {
  std::vector<index::Ordinal> members;
  EXPECT_THAT(question.Members(0, WorkBudget::Unlimited(),
                               [&members](absl::Span<const index::Ordinal> batch) {
                                 members.insert(members.end(), batch.begin(), batch.end());
                                 return true;
                               }),
              IsOk());
  return members;
}

// Creates the segment, or updates it, as SegmentService would.
inline void SaveAt(Standpoint now, index::Population& population, const std::string& name,
                   const std::string& text) {
  const absl::StatusOr<CheckedDefinition> checked =
      CheckDefinition({text}, name, std::move(now), WorkBudget::Unlimited());
  ASSERT_THAT(checked, IsOk());
  ASSERT_TRUE(checked->problems.empty()) << text << ": " << checked->problems[0].message;
  index::SegmentStore& segments = population.segments();
  const absl::Status saved = segments.Get(name).ok()
                                 ? segments.Update(name, checked->definition, std::nullopt).status()
                                 : segments.Create(name, checked->definition).status();
  ASSERT_THAT(saved, IsOk()) << text;
}

}  // namespace muster::query

#endif  // MUSTER_TESTS_QUERY_QUESTIONS_ASKING_H_
