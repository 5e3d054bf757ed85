// Random populations whose sets are clustered, so that they intersect.
//
// A chunk is divided into atoms: ranges between a few break points, each split into stripes by remainder, and
// some single ordinals. A row's chunk is empty, full, or a union of atoms, and so becomes an array, a bitset
// or runs. No row distinguishes ordinals of one atom, so the reference evaluates each atom only once.
#ifndef MUSTER_TESTS_ORACLE_POPULATIONS_H_
#define MUSTER_TESTS_ORACLE_POPULATIONS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "index/bitmap/member_ids.h"
#include "query/execution/scan.h"
#include "query/planning/plan.h"
#include "query/planning/statistics.h"
#include "tests/oracle/memory_rows.h"
#include "tests/oracle/reference.h"

namespace muster::oracle {

using Random = std::mt19937_64;

// A number below `bound`. Not std::uniform_int_distribution: its answers differ between libraries.
inline uint64_t Below(Random& random, uint64_t bound) { return random() % bound; }

struct Atom {
  std::vector<index::Ordinal> ordinals;  // ascending; the first stands for all
};

// A further view: the same tags, with other members.
struct DatedView {
  explicit DatedView(uint32_t fragment_count) : rows(fragment_count) {}
  MemoryRows rows;
  Facts facts;
};

// Members by the names that the reference gives them. All members of an atom have the name of its first one,
// so that BUCKET doesn't distinguish them, as rows don't. Immutable, thread-safe.
class AtomNames final : public index::MemberIds {
 public:
  explicit AtomNames(const std::vector<Atom>& atoms);
  absl::Status VisitIds(index::Ordinal first, index::ChunkPlaces places,
                        absl::FunctionRef<void(size_t, std::string_view)> visit) const override;

 private:
  std::vector<std::string> names_;  // by atom
  std::vector<uint32_t> atoms_;     // by ordinal
};

// Buckets that are stored as a number of the first view, up to some ordinal.
struct StoredSalt {
  std::string salt;
  index::TagId source = 0;
};

struct Population {
  explicit Population(uint32_t fragment_count) : rows(fragment_count) {}
  const MemoryRows& RowsOf(query::ViewIndex view) const {
    return view == query::kFirstView ? rows : dated[view - 1].rows;
  }

  MemoryRows rows;               // of the first view
  Facts facts;                   // of each atom's first ordinal, in the first view
  std::vector<DatedView> dated;  // none, one or two
  std::vector<Atom> atoms;       // all ordinals of the interesting chunks, whether members or not
  std::shared_ptr<const AtomNames> names;
  uint64_t member_count = 0;
  // What expressions may name.
  std::vector<index::RowRef> plain_rows;
  // Values of a SINGLE tag that keeps its value ids as slices too, ascending.
  std::vector<index::RowRef> single_rows;
  std::vector<std::pair<index::TagId, index::ValueId>> numbers;
  std::vector<int64_t> interesting_numbers;
  std::optional<index::RowRef> list;  // an id list's row, which also holds ordinals that are no members
  std::vector<StoredSalt> salts;      // at most two
};

// With XOR edges on the path of most rows: image ⊕ flips. Everyone has dates, as a number of the first view.
Population MakePopulation(Random& random);

// The planner's statistics of a population, which must outlive it.
class PopulationStatistics final : public query::Statistics {
 public:
  explicit PopulationStatistics(const Population& population) : population_(population) {}
  uint64_t MemberCount() const override { return population_.member_count; }
  absl::StatusOr<uint64_t> RowCardinality(query::SetRef row) const override;
  absl::StatusOr<std::vector<uint64_t>> RowCardinalities(query::SourceRef source,
                                                         absl::Span<const index::RowId> rows) const override;
  absl::Status VisitValues(query::SourceRef source,
                           const std::function<bool(index::RowId, uint64_t)>& visit) const override;
  absl::StatusOr<index::ValuesWithRows> FindValuesWithRows(query::SourceRef source) const override;
  const WorkBudget& budget() const override { return WorkBudget::Unlimited(); }

 private:
  const Population& population_;
};

// A scan of the whole population by the calling thread, whose first view is read through `source`.
query::ScanJob JobOf(const query::Program& program, MemorySource& source, const Population& population,
                     const query::ScanOptions& options = {});

// The atoms that the tree selects, by the reference.
std::vector<size_t> SelectByReference(const query::PlanOperand& tree, const Population& population);
// How many members those are, and which, ascending.
uint64_t CountOf(const std::vector<size_t>& atoms, const Population& population);
std::vector<index::Ordinal> OrdinalsOf(const std::vector<size_t>& atoms, const Population& population);

}  // namespace muster::oracle

#endif  // MUSTER_TESTS_ORACLE_POPULATIONS_H_
