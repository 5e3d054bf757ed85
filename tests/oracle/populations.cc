#include "tests/oracle/populations.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <utility>

#include "index/bitmap/number_slices.h"
#include "index/bitmap/salted_buckets.h"
#include "tests/oracle/scan_jobs.h"

namespace muster::oracle {
namespace {

using index::Bitmap;
using index::kChunkOrdinals;
using index::kChunksPerFragment;
using index::Ordinal;
using index::RowRef;

constexpr uint32_t kFragments = 3;
constexpr uint32_t kPlainRows = 9;
constexpr index::TagId kPlainTag = 1;
constexpr index::TagId kNumberTag = 2;
constexpr index::TagId kWeightTag = 3;
constexpr index::ValueId kWeightValue = 5;
constexpr index::TagId kSingleTag = 4;
constexpr index::TagId kListTag = 5;
constexpr index::TagId kFirstSaltTag = 6;
constexpr uint32_t kSingleValues = 300;  // more than a tag without slices has

// Adds a chunk's atoms to `atoms`.
void CutChunk(Random& random, Ordinal first, std::vector<Atom>& atoms) {
  std::set<uint32_t> breaks = {0, kChunkOrdinals};
  for (uint64_t i = Below(random, 5); i > 0; --i)
    breaks.insert(static_cast<uint32_t>(Below(random, kChunkOrdinals)));
  std::set<uint32_t> alone = {0, 63, 64, kChunkOrdinals - 1};
  for (uint64_t i = Below(random, 40); i > 0; --i)
    alone.insert(static_cast<uint32_t>(Below(random, kChunkOrdinals)));
  for (const uint32_t value : alone) atoms.push_back({{first + value}});
  for (auto begin = breaks.begin(); std::next(begin) != breaks.end(); ++begin) {
    const uint64_t stripes = 1 + Below(random, 4) * Below(random, 3);
    std::vector<Atom> cut(stripes);
    for (uint32_t value = *begin; value < *std::next(begin); ++value) {
      if (!alone.contains(value)) cut[value % stripes].ordinals.push_back(first + value);
    }
    for (Atom& atom : cut) {
      if (!atom.ordinals.empty()) atoms.push_back(std::move(atom));
    }
  }
}

// A set of atoms, by index.
using AtomSet = std::set<size_t>;

class Maker {
 public:
  explicit Maker(Random& random)
      : random_(random), population_(kFragments), rows_(&population_.rows), facts_(&population_.facts) {}

  Population Make() && {
    CutChunks();
    AtomSet everyone = RandomSet(random_() % 2 == 0 ? 100 : 80);
    Store({index::kEveryoneTag, index::kKnownRow}, everyone);
    for (const size_t atom : everyone) {
      facts_->everyone.insert(FirstOf(atom));
      population_.member_count += population_.atoms[atom].ordinals.size();
    }
    facts_->rows[{index::kEveryoneTag, index::kKnownRow}] = facts_->everyone;
    MakeDates(everyone);
    MakeList();
    for (const char* const salt : {"spring", "autumn"}) MakeBuckets(salt);
    const int bits = 1 + static_cast<int>(Below(random_, 12));
    const uint32_t step = random_() % 2 == 0 ? 1 : 1 + static_cast<uint32_t>(Below(random_, 50'000));
    MakeView(bits, step);
    population_.dated.assign(Below(random_, 3), DatedView(kFragments));
    for (DatedView& view : population_.dated) {
      rows_ = &view.rows;
      facts_ = &view.facts;
      MakeView(bits, step);
    }
    return std::move(population_);
  }

 private:
  // The tags of one view; the first view's say what expressions may name.
  void MakeView(int bits, uint32_t step) {
    const bool first = rows_ == &population_.rows;
    for (uint32_t i = 1; i <= kPlainRows; ++i) {
      const RowRef row{kPlainTag, index::MakeRow(i, index::kMembershipSlot)};
      if (first) population_.plain_rows.push_back(row);
      const uint64_t percent = i == kPlainRows ? 0 : Below(random_, 100);  // the last row holds nobody
      const AtomSet set = RandomSet(percent);
      Store(row, set);
      for (const size_t atom : set) facts_->rows[row].insert(FirstOf(atom));
    }
    MakeNumbers(kNumberTag, index::kOwnValue, bits);
    MakeNumbers(kWeightTag, kWeightValue, random_() % 4 == 0 ? 63 : 3);
    if (first) {
      population_.numbers = {{kNumberTag, index::kOwnValue}, {kWeightTag, kWeightValue}};
      for (uint32_t place = 0; place < kSingleValues; ++place)
        population_.single_rows.push_back(
            {kSingleTag, index::MakeRow(SingleValue(place, step), index::kMembershipSlot)});
    }
    MakeSingle(step);
  }

  Ordinal FirstOf(size_t atom) const { return population_.atoms[atom].ordinals.front(); }

  // Some chunks hold nobody at all.
  void CutChunks() {
    for (uint32_t chunk = 0; chunk < kFragments * kChunksPerFragment; ++chunk) {
      atoms_of_chunk_.push_back(population_.atoms.size());
      if (Below(random_, 3) == 0) CutChunk(random_, Ordinal{chunk} * kChunkOrdinals, population_.atoms);
    }
    atoms_of_chunk_.push_back(population_.atoms.size());
  }

  // Chunk by chunk: everything, nothing, or each atom with the chance given.
  AtomSet RandomSet(uint64_t percent) {
    AtomSet set;
    for (size_t chunk = 0; chunk + 1 < atoms_of_chunk_.size(); ++chunk) {
      const uint64_t shape = percent == 0 ? 1 : Below(random_, 6);
      for (size_t atom = atoms_of_chunk_[chunk]; atom < atoms_of_chunk_[chunk + 1]; ++atom) {
        const bool single = population_.atoms[atom].ordinals.size() == 1;
        bool taken = shape == 0 || percent == 100;
        if (shape == 2) taken = single && Below(random_, 100) < percent;
        if (shape > 2) taken = taken || Below(random_, 100) < percent;
        if (taken) set.insert(atom);
      }
    }
    return set;
  }

  Bitmap BitmapOf(const AtomSet& set, uint32_t fragment) const {
    Bitmap bitmap;
    std::vector<uint32_t> locals;
    for (const size_t atom : set) {
      if (index::FragmentOf(FirstOf(atom)) != fragment) continue;
      locals.clear();
      for (const Ordinal ordinal : population_.atoms[atom].ordinals)
        locals.push_back(index::LocalOf(ordinal));
      bitmap.AddMany(locals);
    }
    return bitmap;
  }

  // Stores a row as image ⊕ flips. An image may be a record of any kind that holds a whole fragment, or none.
  void Store(RowRef row, const AtomSet& set) { Store(row, set, Below(random_, 2) == 0); }
  void Store(RowRef row, const AtomSet& set, bool edges) {
    for (uint32_t fragment = 0; fragment < kFragments; ++fragment) {
      Bitmap image = BitmapOf(set, fragment);
      const uint32_t cardinality = image.Cardinality();
      MemoryFragment records;
      for (uint64_t i = edges ? Below(random_, 4) : 0; i > 0; --i) {
        const Bitmap flips = BitmapOf(RandomSet(Below(random_, 60)), fragment);
        image.Xor(flips);
        records.flips.push_back(index::EncodeRecord(index::RecordKind::kXor, flips));
      }
      const index::RecordKind kinds[] = {index::RecordKind::kImage, index::RecordKind::kAfter,
                                         index::RecordKind::kBefore};
      const bool absent = image.Empty() && Below(random_, 2) == 0;
      if (!absent) records.image = index::EncodeRecord(kinds[Below(random_, 3)], image);
      if (cardinality > 0 || !absent || !records.flips.empty()) {
        rows_->Put(row, fragment, std::move(records), cardinality);
      }
    }
  }

  // One value for each atom, its id `step` after the one before; the slices are rows of the same tag.
  void MakeSingle(uint32_t step) {
    const AtomSet known = RandomSet(85);
    std::vector<AtomSet> sets(kSingleValues);
    std::map<index::Slot, AtomSet> slots;
    for (const size_t atom : known) {
      const uint64_t place = Below(random_, 3) == 0 ? Below(random_, 4) : Below(random_, kSingleValues);
      sets[place].insert(atom);
      index::VisitNumberSlots(SingleValue(place, step), [&](index::Slot slot) { slots[slot].insert(atom); });
    }
    const RowRef known_row{kSingleTag, index::kKnownRow};
    Store(known_row, known);
    for (const size_t atom : known) facts_->rows[known_row].insert(FirstOf(atom));
    for (const auto& [slot, set] : slots) Store({kSingleTag, index::MakeRow(index::kOwnValue, slot)}, set);
    for (uint32_t place = 0; place < kSingleValues; ++place) {
      const RowRef row{kSingleTag, index::MakeRow(SingleValue(place, step), index::kMembershipSlot)};
      Store(row, sets[place], Below(random_, 20) == 0);
      for (const size_t atom : sets[place]) facts_->rows[row].insert(FirstOf(atom));
    }
    ComposeSomeRows();
  }
  // The slices alone know of some of the SINGLE tag's values: of none, of half, of most or of all.
  void ComposeSomeRows() {
    const uint64_t percents[] = {0, 50, 95, 100};
    const uint64_t percent = percents[Below(random_, 4)];
    for (const RowRef& row : population_.single_rows) {
      if (Below(random_, 100) < percent) rows_->MarkComposed(row);
    }
  }
  static index::ValueId SingleValue(uint64_t place, uint32_t step) {
    return static_cast<index::ValueId>(1 + place * step);
  }

  int64_t RandomNumber(int bits) {
    const uint64_t magnitude = random_() >> (64 - bits) >> Below(random_, static_cast<uint64_t>(bits));
    const int64_t number = static_cast<int64_t>(magnitude);
    return Below(random_, 3) == 0 ? -number : number;
  }

  void MakeNumbers(index::TagId tag, index::ValueId value, int bits) {
    const AtomSet known = RandomSet(70);
    std::map<size_t, int64_t> numbers;
    for (const size_t atom : known) numbers[atom] = RandomNumber(bits);
    StoreNumbers(tag, value, numbers);
    const RowRef membership{tag, index::MakeRow(value, index::kMembershipSlot)};
    Store(membership, known);
    for (const size_t atom : known) facts_->rows[membership].insert(FirstOf(atom));
  }
  void MakeList() {
    population_.list = RowRef{kListTag, index::kKnownRow};
    const AtomSet set = RandomSet(60);
    Store(*population_.list, set, false);
    for (const size_t atom : set) facts_->rows[*population_.list].insert(FirstOf(atom));
  }

  // Where stored buckets end: nowhere, within a chunk, at the end of a chunk or fragment, or behind everything.
  Ordinal EndOfBuckets() {
    switch (Below(random_, 6)) {
      case 0:
        return 0;
      case 1:
        return (1 + Below(random_, kFragments)) * index::kFragmentOrdinals;
      case 2:
        return (1 + Below(random_, kFragments * kChunksPerFragment)) * kChunkOrdinals;
      case 3:
        return kFragments * index::kFragmentOrdinals;
      default:
        return 1 + Below(random_, kFragments * index::kFragmentOrdinals);
    }
  }
  void MakeBuckets(const std::string& salt) {
    const Ordinal end = EndOfBuckets();
    if (end == 0) return;
    const auto source = static_cast<index::TagId>(kFirstSaltTag + population_.salts.size());
    population_.salts.push_back({salt, source});
    for (uint32_t fragment = 0; index::FirstOrdinalOf(fragment) < end; ++fragment) {
      std::vector<uint32_t> locals(
          std::min<Ordinal>(end - index::FirstOrdinalOf(fragment), index::kFragmentOrdinals));
      std::iota(locals.begin(), locals.end(), 0);
      rows_->Put({source, index::kKnownRow}, fragment, Bitmap::FromSorted(locals));
      std::map<index::Slot, Bitmap> slices;
      for (const Atom& atom : population_.atoms) {
        if (index::FragmentOf(atom.ordinals.front()) != fragment) continue;
        locals.clear();
        for (const Ordinal ordinal : atom.ordinals) {
          if (ordinal < end) locals.push_back(index::LocalOf(ordinal));
        }
        index::VisitNumberSlots(static_cast<int64_t>(BucketOfOrdinal(salt, atom.ordinals.front())),
                                [&](index::Slot slot) { slices[slot].AddMany(locals); });
      }
      for (const auto& [slot, members] : slices)
        rows_->Put({source, index::MakeRow(index::kOwnValue, slot)}, fragment, members);
    }
  }

  // When members joined: few days, many of one.
  void MakeDates(const AtomSet& everyone) {
    std::map<size_t, int64_t> days;
    for (const size_t atom : everyone) days[atom] = 46'000 + static_cast<int64_t>(Below(random_, 5));
    StoreNumbers(index::kEveryoneTag, index::kOwnValue, days);
  }
  void StoreNumbers(index::TagId tag, index::ValueId value, const std::map<size_t, int64_t>& numbers) {
    std::map<index::Slot, AtomSet> slots;
    std::map<Ordinal, int64_t>& facts = facts_->numbers[{tag, value}];
    for (const auto& [atom, number] : numbers) {
      facts[FirstOf(atom)] = number;
      population_.interesting_numbers.push_back(number);
      index::VisitNumberSlots(number, [&, at = atom](index::Slot slot) { slots[slot].insert(at); });
    }
    for (const auto& [slot, set] : slots) Store({tag, index::MakeRow(value, slot)}, set);
  }

  Random& random_;
  Population population_;
  MemoryRows* rows_;  // of the view that is made, as facts_
  Facts* facts_;
  std::vector<size_t> atoms_of_chunk_;
};

}  // namespace

AtomNames::AtomNames(const std::vector<Atom>& atoms) {
  for (const Atom& atom : atoms) {
    const Ordinal end = atom.ordinals.back() + 1;
    if (atoms_.size() < end) atoms_.resize(end);
    for (const Ordinal ordinal : atom.ordinals) atoms_[ordinal] = static_cast<uint32_t>(names_.size());
    names_.push_back(NameOf(atom.ordinals.front()));
  }
}

absl::Status AtomNames::VisitIds(Ordinal first, index::ChunkPlaces places,
                                 absl::FunctionRef<void(size_t, std::string_view)> visit) const {
  for (size_t i = 0; i < places.size(); ++i) visit(i, names_[atoms_.at(first + places[i])]);
  return absl::OkStatus();
}

Population MakePopulation(Random& random) {
  Population population = Maker(random).Make();
  population.names = std::make_shared<const AtomNames>(population.atoms);
  return population;
}

absl::StatusOr<uint64_t> PopulationStatistics::RowCardinality(query::SetRef row) const {
  return population_.RowsOf(row.view).Cardinality(row.in_view());
}

absl::StatusOr<std::vector<uint64_t>> PopulationStatistics::RowCardinalities(
    query::SourceRef source, absl::Span<const index::RowId> rows) const {
  std::vector<uint64_t> cardinalities;
  for (const index::RowId row : rows)
    cardinalities.push_back(population_.RowsOf(source.view).Cardinality({source.source, row}));
  return cardinalities;
}

absl::Status PopulationStatistics::VisitValues(
    query::SourceRef source, const std::function<bool(index::RowId, uint64_t)>& visit) const {
  population_.RowsOf(source.view).VisitValues(source.source, visit);
  return absl::OkStatus();
}

absl::StatusOr<index::ValuesWithRows> PopulationStatistics::FindValuesWithRows(
    query::SourceRef source) const {
  return population_.RowsOf(source.view).FindValuesWithRows(source.source);
}

query::ScanJob JobOf(const query::Program& program, MemorySource& source, const Population& population,
                     const query::ScanOptions& options) {
  query::ScanJob job = JobOf(program, source, population.rows.fragment_count(), options);
  job.options.ids = population.names.get();
  job.make_source = [&](query::ViewIndex view, index::RowSource*) -> std::unique_ptr<index::RowSource> {
    if (view == query::kFirstView) return std::make_unique<BorrowedSource>(source);
    return std::make_unique<MemorySource>(population.RowsOf(view), source.lending());
  };
  return job;
}

std::vector<size_t> SelectByReference(const query::PlanOperand& tree, const Population& population) {
  std::vector<const Facts*> views = {&population.facts};
  for (const DatedView& view : population.dated) views.push_back(&view.facts);
  std::vector<size_t> selected;
  for (size_t atom = 0; atom < population.atoms.size(); ++atom) {
    if (Holds(tree, views, population.atoms[atom].ordinals.front())) selected.push_back(atom);
  }
  return selected;
}

uint64_t CountOf(const std::vector<size_t>& atoms, const Population& population) {
  uint64_t count = 0;
  for (const size_t atom : atoms) count += population.atoms[atom].ordinals.size();
  return count;
}

std::vector<Ordinal> OrdinalsOf(const std::vector<size_t>& atoms, const Population& population) {
  std::vector<bool> marked(size_t{population.rows.fragment_count()} * index::kFragmentOrdinals);
  for (const size_t atom : atoms) {
    for (const Ordinal ordinal : population.atoms[atom].ordinals) marked[ordinal] = true;
  }
  std::vector<Ordinal> ordinals;
  for (Ordinal ordinal = 0; ordinal < marked.size(); ++ordinal) {
    if (marked[ordinal]) ordinals.push_back(ordinal);
  }
  return ordinals;
}

}  // namespace muster::oracle
