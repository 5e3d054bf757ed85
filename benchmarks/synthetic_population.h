// Ten million synthetic members with five tags of the usual densities, in every form that a
// benchmark compares.
#ifndef MUSTER_BENCHMARKS_SYNTHETIC_POPULATION_H_
#define MUSTER_BENCHMARKS_SYNTHETIC_POPULATION_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "index/bitmap/geometry.h"
#include "index/bitmap/row_id.h"
#include "index/bitmap/row_source.h"

namespace muster::benchmarks {

inline constexpr uint64_t kMembers = 10'000'000;
inline constexpr uint32_t kFragments = index::FragmentOf(kMembers - 1) + 1;
inline constexpr size_t kTags = 5;
// The share of each tag in percent, scattered as in real tags, so that nearly every chunk is a bitset.
inline constexpr std::array<uint32_t, kTags> kDensities = {48, 35, 22, 12, 7};
// a AND b AND c AND NOT d AND NOT e
inline constexpr size_t kPositives = 3;

// The row of a tag of the population; tags count from 0.
index::RowRef RowOf(size_t tag);

// One tag as a flat bitset of kMembers bits, a multiple of 64 bytes.
using FlatBitset = std::vector<uint64_t>;

struct SyntheticPopulation {
  std::array<FlatBitset, kTags> flat;
  // Fragment records as the store keeps them; everyone's come last.
  std::array<std::vector<std::string>, kTags + 1> records;
};

// Made once.
const SyntheticPopulation& Synthetic();

// Serves the records through the interface that the store implements.
class RecordSource : public index::RowSource {
 public:
  absl::Status BeginWindow(uint32_t first_fragment, uint32_t count) override;
  absl::Status Resolve(index::RowRef row, index::ResolvedRow& resolved) override;
  void EndWindow() override {}

 private:
  uint32_t first_ = 0;
  uint32_t count_ = 0;
};

}  // namespace muster::benchmarks

#endif  // MUSTER_BENCHMARKS_SYNTHETIC_POPULATION_H_
