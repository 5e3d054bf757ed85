#include "query/questions/users_check.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "index/segments/segment_store.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "query/language/limits.h"
#include "query/segments/definitions.h"
#include "query/segments/expansion.h"
#include "text/quoted.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

// Copying the nodes of this many bytes of text takes about as long as looking up one value.
constexpr size_t kTextBytesPerValue = 64;

absl::Status PassesLimit(const std::string& user, const std::string& name, const Problem& problem) {
  return index::WithFact(index::WithLimit(absl::InvalidArgumentError(Sentence(
                                              "the segment ", Quoted(user), " uses ", Quoted(name),
                                              " and could not be evaluated any more: ", problem.message)),
                                          problem.about.limit),
                         index::kFactSegment, user);
}

}  // namespace

absl::Status CheckUsers(index::Population& population, const std::string& name,
                        const index::SegmentDefinition& updated_definition, WorkBudget& budget) {
  const LanguageLimits limits;
  auto updated = std::make_shared<index::Segment>();
  updated->name = name;
  updated->definition = updated_definition;
  ASSIGN_OR_RETURN(const std::vector<std::string> users, population.segments().UsersOf(name));
  std::optional<Definitions> definitions;
  size_t bytes = 0;  // of the texts in `definitions`, at least
  for (const std::string& user : users) {
    std::vector<std::string> wanted = updated_definition.uses;
    wanted.push_back(user);
    ASSIGN_OR_RETURN(std::vector<index::SegmentPtr> read,
                     population.segments().ReadWithUses(wanted, limits.max_definition_bytes));
    if (!definitions.has_value() || bytes > limits.max_definition_bytes) {
      definitions.emplace();
      definitions->Add(updated);
      bytes = 0;
    }
    for (index::SegmentPtr& segment : read) {
      const size_t size = segment->definition.text.size();
      RETURN_IF_ERROR(budget.SpendValues(1 + size / kTextBytesPerValue));
      bytes += size;
      definitions->Add(std::move(segment));
    }
    RETURN_IF_ERROR(budget.Check());
    const Definition* const definition = definitions->Find(user);
    if (definition == nullptr || !definition->parsed.ok()) continue;
    const Expansion expansion =
        Expand({*definition->parsed.expression, definition->segment->definition.text, user}, *definitions);
    for (const Problem& problem : expansion.problems) {
      if (problem.about.limit > 0) return PassesLimit(user, name, problem);
    }
  }
  return absl::OkStatus();
}

}  // namespace muster::query
