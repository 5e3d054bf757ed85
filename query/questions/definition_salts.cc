#include "query/questions/definition_salts.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "index/status/status_macros.h"
#include "query/language/excerpt.h"
#include "query/language/leaf_text.h"
#include "query/language/parser.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

// A salt with a byte 0 can't be a key.
bool CanBeStored(std::string_view salt) { return salt.find('\0') == std::string_view::npos; }

// All salts of the definition, including those that it is not recorded with.
std::set<std::string, std::less<>> AllSalts(const index::SegmentDefinition& definition) {
  std::set<std::string, std::less<>> salts(definition.salts.begin(), definition.salts.end());
  // Most definitions need no parsing: the canonical text of a BUCKET contains the word.
  if (definition.canonical.find("BUCKET") == std::string::npos) return salts;
  const ParseResult parsed = Parse(definition.canonical);
  if (parsed.expression == nullptr) return salts;
  for (const auto& [salt, place] : SaltsIn(*parsed.expression)) salts.insert(salt);
  return salts;
}

SaltState StateOf(const index::SegmentDefinition& definition, const std::string& salt,
                  const index::StoredSalt* stored) {
  if (stored != nullptr) return stored->is_building ? SaltState::kBuilding : SaltState::kStored;
  const std::vector<std::string>& recorded = definition.salts;
  const bool is_recorded = std::binary_search(recorded.begin(), recorded.end(), salt);
  return is_recorded ? SaltState::kNoPlace : SaltState::kNotKept;
}

}  // namespace

std::vector<std::string> RecordedSalts(const SaltPlaces& salts) {
  std::vector<std::string> recorded;
  for (const auto& [salt, place] : salts) {
    if (recorded.size() == index::kSaltsPerPopulationMax) break;
    if (CanBeStored(salt)) recorded.push_back(salt);
  }
  return recorded;
}

absl::StatusOr<std::vector<Problem>> WarnOfSalts(const SaltPlaces& salts, const index::SaltStore& stored) {
  ASSIGN_OR_RETURN(const std::vector<index::StoredSalt> known, stored.List());
  std::set<std::string, std::less<>> with_place;
  for (const index::StoredSalt& salt : known) with_place.insert(salt.salt.salt);
  const auto order_of = [](const SourceSpan& span) { return std::tie(span.offset, span.node); };
  size_t without = 0;
  const SaltPlaces::value_type* first = nullptr;
  for (const SaltPlaces::value_type& salt : salts) {
    if (with_place.contains(salt.first)) continue;
    ++without;
    if (first == nullptr || order_of(salt.second) < order_of(first->second)) first = &salt;
  }
  if (first == nullptr) return std::vector<Problem>();
  const std::string others = without == 1   ? std::string()
                             : without == 2 ? std::string(" and of another salt")
                                            : Sentence(" and of ", without - 1, " other salts");
  return std::vector<Problem>{
      {.reason = index::Reason::kSaltNotStored,
       .message = Sentence("The buckets of the salt ", Excerpt(StringText(first->first)), others,
                           " are not stored, but computed from the member ids in each question, because a "
                           "population stores those of at most ",
                           index::kSaltsPerPopulationMax,
                           " salts that segments name; use one of those salts, or delete segments that "
                           "are no longer needed."),
       .span = first->second,
       .about = {.value = first->first, .limit = index::kSaltsPerPopulationMax}}};
}

absl::StatusOr<std::vector<DefinitionSalt>> SaltsOf(const index::SegmentDefinition& definition,
                                                    const index::SaltStore& stored) {
  std::vector<DefinitionSalt> salts;
  const std::set<std::string, std::less<>> all = AllSalts(definition);
  if (all.empty()) return salts;
  ASSIGN_OR_RETURN(const std::vector<index::StoredSalt> known, stored.List());
  for (const std::string& salt : all) {
    const auto found = std::find_if(known.begin(), known.end(), [&salt](const index::StoredSalt& each) {
      return each.salt.salt == salt;
    });
    const index::StoredSalt* const with_place = found == known.end() ? nullptr : &*found;
    DefinitionSalt& named = salts.emplace_back();
    named.salt = salt;
    named.state = StateOf(definition, salt, with_place);
    if (with_place == nullptr) continue;
    named.stored = with_place->salt.covered;
    named.missing = with_place->missing;
  }
  return salts;
}

}  // namespace muster::query
